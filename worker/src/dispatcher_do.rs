//! The dispatcher of one sending number: an alarm clock around `server::sending::dispatch`. Its only state is whose
//! it is; what is to be done stands in the database.

use std::time::Duration;

use domain::Timestamp;
use server::ports::WakeUp;
use server::sending::dispatch;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::app;

/// Where the object remembers whose it is: at an alarm after a restart it does not know its own name.
const WHOSE: &str = "whose";
/// After a step that failed, unless the platform wakes us sooner.
const RETRY_AFTER: Duration = Duration::from_secs(30);

const LONGEST_WAIT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

#[durable_object]
pub struct Dispatcher {
    state: State,
    env: Env,
}

impl DurableObject for Dispatcher {
    fn new(state: State, env: Env) -> Self {
        Self { state, env }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let mut call: WakeUp = request.json().await?;
        if call.public_url.is_empty()
            && let Some(before) = self.whose().await?
        {
            call.public_url = before.public_url;
        }
        self.state
            .storage()
            .put(WHOSE, &serde_json::to_string(&call)?)
            .await?;
        self.wake_at(call.at).await?;
        Response::empty()
    }

    async fn alarm(&self) -> Result<Response> {
        let Some(call) = self.whose().await? else {
            return Response::empty();
        };
        let running = match app::of(&self.env) {
            Ok(running) => running,
            Err(error) => {
                log::error!("the deployment is not configured: {error}");
                return Response::empty();
            }
        };
        let next = match dispatch::step(&running.app, &call.public_url, &call.company, &call.sender).await {
            Ok(next) => next,
            Err(failure) => {
                log::error!("a dispatcher's step failed: {failure:?}");
                Some(running.app.now() + RETRY_AFTER)
            }
        };
        if let Some(at) = next {
            self.wake_at(at).await?;
        }
        Response::empty()
    }
}

impl Dispatcher {
    async fn whose(&self) -> Result<Option<WakeUp>> {
        let text: Option<String> = self.state.storage().get(WHOSE).await?;
        Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
    }

    /// At that time or sooner: an earlier alarm stays.
    async fn wake_at(&self, at: Timestamp) -> Result<()> {
        let storage = self.state.storage();
        let earlier = storage
            .get_alarm()
            .await?
            .is_some_and(|alarm| alarm <= at.as_millis());
        if earlier {
            return Ok(());
        }
        let now = js_sys::Date::now() as i64;
        let wait = u64::try_from(at.as_millis() - now).unwrap_or(0);
        // The platform knows no date far ahead; the step after an early alarm finds when it has something to do.
        storage
            .set_alarm(Duration::from_millis(wait).min(LONGEST_WAIT))
            .await
    }
}
