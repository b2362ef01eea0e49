//! What is known of a webhook while it is worked on: its handler adds to it, and after the answer the hub gets it,
//! together with what the browsers are told. Nothing here waits for anything before Twilio has its answer.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::Response;
use contract::recorder::{WebhookKind, WebhookOutcome};
use domain::Timestamp;
use domain::ids::{CompanyId, MessageId};
use http::header::CONTENT_TYPE;
use serde::Deserialize;
use twilio::params::Params;
use twilio::twiml;

use super::log::{Came, Recorded};
use crate::inbox::signed_webhook::{Signed, public_address};
use crate::integrations::cache::{AccountCache, Freshness, KnownIntegration};
use crate::ports::AfterAnswer;
use crate::web::origin;
use crate::{App, Failure};

const DAY: Duration = Duration::from_secs(86_400);
/// Those that tell whoever looks into a fault something.
pub const HEADERS: [&str; 4] = ["host", "content-type", "user-agent", "i-twilio-idempotency-token"];

/// In the extensions of a webhook's request.
#[derive(Clone, Default)]
pub struct Note(Arc<Mutex<Known>>);

#[derive(Default)]
struct Known {
    came: Option<(Came, String)>,
    owner: Option<Owner>,
    became: Option<WebhookOutcome>,
    answered: Option<Answered>,
    is_awaited: bool,
}

#[derive(Clone)]
struct Owner {
    company: CompanyId,
    keep_days: u32,
}

#[derive(Clone)]
struct Answered {
    at: Timestamp,
    status: u16,
    duration_ms: u32,
    twiml: Option<String>,
}

/// Runs a webhook's handler, and keeps what came and what became of it.
pub async fn recorded<Fut>(
    app: Arc<App>,
    mut request: Request,
    handle: impl FnOnce(Arc<App>, Request) -> Fut,
) -> Result<Response, Failure>
where
    Fut: Future<Output = Result<Response, Failure>>,
{
    let (note, began) = (Note::default(), app.now());
    let after = request.extensions().get::<AfterAnswer>().cloned();
    request.extensions_mut().insert(note.clone());
    let mut answer = handle(Arc::clone(&app), request).await;
    let (status, twiml) = match &mut answer {
        Ok(response) => (response.status().as_u16(), twiml_of(response).await),
        Err(failure) => (failure.code().status(), None),
    };
    note.with().answered = Some(Answered {
        at: began,
        status,
        duration_ms: u32::try_from(app.now().since(began).as_millis()).unwrap_or(u32::MAX),
        twiml,
    });
    // What a browser is told now takes it along.
    if !note.with().is_awaited {
        note.hand_in(&app);
    }
    if let Some(after) = after {
        after.0(Box::pin(async move { note.keep(&app).await }));
    }
    answer
}

/// What a call is told. The answer is in memory: reading it waits for nothing.
async fn twiml_of(response: &mut Response) -> Option<String> {
    let is_twiml = |value: &http::HeaderValue| value.as_bytes() == twiml::CONTENT_TYPE.as_bytes();
    if !response.headers().get(CONTENT_TYPE).is_some_and(is_twiml) {
        return None;
    }
    let bytes = to_bytes(std::mem::take(response.body_mut()), usize::MAX)
        .await
        .ok()?;
    *response.body_mut() = Body::from(bytes.clone());
    let text = String::from_utf8(bytes.to_vec()).ok()?;
    (text != twiml::EMPTY_RESPONSE).then_some(text)
}

/// A plain text that went the short way, as `worker/short_way.mjs` saw it.
#[derive(Deserialize)]
pub struct ShortArrival {
    pub message: MessageId,
    /// Where it is to be recorded and was answered well: on the long way it is recorded there.
    pub came: Option<CameShort>,
}

#[derive(Deserialize)]
pub struct CameShort {
    keep_days: u32,
    url: String,
    body: String,
    headers: Vec<(String, String)>,
    remote_address: String,
    at: i64,
    duration_ms: u32,
}

impl Note {
    fn with(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn came(&self, came: Came, signature: &str) {
        self.with().came = Some((came, signature.to_owned()));
    }

    /// Its signature is right.
    pub fn is_for(&self, integration: &KnownIntegration) {
        self.with().owner = Some(Owner {
            company: integration.company.clone(),
            keep_days: integration.keep_webhooks_days,
        });
    }

    /// It is kept elsewhere.
    pub fn was_refused(&self) {
        self.with().came = None;
    }

    pub fn became(&self, outcome: WebhookOutcome) {
        self.with().became = Some(outcome);
    }

    /// What became of it will be known after the answer: whoever asks hands it in.
    #[must_use]
    pub fn awaited(&self) -> Self {
        self.with().is_awaited = true;
        self.clone()
    }

    pub fn of_short_way(app: &App, company: &CompanyId, arrival: CameShort) -> Self {
        let uri: http::Uri = arrival.url.parse().unwrap_or_default();
        let came = Came {
            path: uri.path().to_owned(),
            url: public_address(&origin::public(app, &uri), &uri),
            headers: arrival.headers,
            remote_address: arrival.remote_address,
            body: arrival.body,
            is_replay: false,
        };
        Self(Arc::new(Mutex::new(Known {
            came: Some((came, String::new())),
            owner: Some(Owner {
                company: company.clone(),
                keep_days: arrival.keep_days,
            }),
            became: None,
            answered: Some(Answered {
                at: Timestamp::from_millis(arrival.at),
                status: 200,
                duration_ms: arrival.duration_ms,
                twiml: None,
            }),
            is_awaited: true,
        })))
    }

    /// Leaves it to the next word to the company's hub; once, and only if it is known whose it is.
    pub fn hand_in(&self, app: &App) {
        let mut known = self.with();
        let (Some(owner), Some(answered)) = (known.owner.clone(), known.answered.clone()) else {
            return;
        };
        let Some((came, _)) = known.came.take().filter(|_| owner.keep_days > 0) else {
            return;
        };
        let outcome = outcome(&came, &answered, known.became);
        let recorded = Recorded {
            id: MessageId::new(answered.at, app.random()),
            at: answered.at,
            until: answered.at + DAY * owner.keep_days,
            came,
            outcome,
            status: answered.status,
            duration_ms: answered.duration_ms,
            answer: answered.twiml,
        };
        app.live.note(&owner.company, recorded);
    }

    /// After the answer: sees to it that the hub has it.
    async fn keep(&self, app: &App) {
        if self.with().owner.is_none() {
            self.find_owner(app).await;
        }
        self.hand_in(app);
        let owner = self.with().owner.clone();
        if let Some(owner) = owner {
            bring(app, &owner.company).await;
        }
    }

    /// Of one that went wrong before it was known whose it is. While storage is down, what was read last has to do.
    async fn find_owner(&self, app: &App) {
        let Some((came, signature)) = self.with().came.clone() else {
            return;
        };
        let params = Params::parse(&came.body);
        let Some(account) = params.get("AccountSid") else {
            return;
        };
        let known = match AccountCache::find(app, account, Freshness::Cached).await {
            Ok((known, _)) => Some(known),
            Err(failure) => {
                log::warn!("whose a webhook is was not read: {failure:?}");
                app.accounts.recall_old(account)
            }
        };
        let form = Signed {
            params: &params,
            url: &came.url,
            signature: &signature,
        };
        if let Some(integration) = known.as_ref().and_then(|known| form.whose(known)) {
            self.is_for(integration);
        }
    }
}

pub async fn bring(app: &App, company: &CompanyId) {
    if let Err(error) = app.live.bring(company).await {
        log::warn!("{company}: webhooks were not recorded: {error}");
    }
}

fn outcome(came: &Came, answered: &Answered, became: Option<WebhookOutcome>) -> WebhookOutcome {
    match (answered.status, became, WebhookKind::of(&came.path)) {
        (500.., ..) => WebhookOutcome::Failed,
        (400.., ..) => WebhookOutcome::Incomplete,
        (_, Some(became), _) => became,
        (_, None, WebhookKind::Message) => WebhookOutcome::Stored,
        (..) if answered.twiml.is_some() => WebhookOutcome::Answered,
        (..) => WebhookOutcome::Done,
    }
}
