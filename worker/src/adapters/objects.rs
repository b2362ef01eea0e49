//! Talking to our Durable Objects: the hub of a company, the dispatcher of a sending number.

use std::cell::RefCell;
use std::collections::HashMap;

use contract::live::LiveEvent;
use domain::ids::{CompanyId, MessageId, UserId};
use server::ports::{CanRing, Later, Live, Wake, WakeUp};
use wasm_bindgen::JsValue;
use worker::send::{SendFuture, SendWrapper};

use crate::glue;

/// Events of a company that happen within this time go to its hub together: one request for a burst of messages.
const GATHER_MS: u32 = 5;
/// Whoever gathers was lost with its request, should it take longer than this: the next one takes over.
const LOST_AFTER_MS: f64 = 1000.0;

/// Of a hub that stays away: browsers that missed more fetch everything anyway.
const MOST_KEPT: usize = 500;
const RETRY_AFTER_MS: [u32; 3] = [50, 500, 2000];

pub(crate) struct HubLive {
    namespace: SendWrapper<JsValue>,
    gathering: SendWrapper<RefCell<HashMap<CompanyId, Gathering>>>,
}

struct Gathering {
    /// Since when somebody does.
    since: f64,
    /// As JSON.
    events: Vec<String>,
}

impl HubLive {
    pub(crate) fn new(namespace: JsValue) -> Self {
        Self {
            namespace: SendWrapper(namespace),
            gathering: SendWrapper(RefCell::default()),
        }
    }

    /// Whether the caller is the one to wait and bring it all to the hub.
    fn gather(&self, company: &CompanyId, events: Vec<String>) -> bool {
        let now = js_sys::Date::now();
        let mut companies = self.gathering.borrow_mut();
        let gathering = companies.entry(company.clone()).or_insert(Gathering {
            since: f64::NEG_INFINITY,
            events: Vec::new(),
        });
        gathering.events.extend(events);
        let first = now - gathering.since > LOST_AFTER_MS;
        if first {
            gathering.since = now;
        }
        first
    }

    async fn bring(&self, company: &CompanyId) -> Result<(), String> {
        glue::pause(GATHER_MS).await;
        let Some(gathering) = self.gathering.borrow_mut().remove(company) else {
            return Ok(());
        };
        let outcome = self.ask(company, "/publish", &list(&gathering.events)).await;
        if outcome.is_err() {
            self.put_back(company, gathering.events);
        }
        outcome
    }

    /// A deployment resets the object. An event told twice does no harm, one that is lost is missed by all.
    async fn ask(&self, company: &CompanyId, path: &str, body: &str) -> Result<(), String> {
        let mut outcome = Ok(());
        for pause in RETRY_AFTER_MS {
            outcome = glue::ask_object(&self.namespace, company.as_str(), path, body).await;
            if outcome.is_ok() {
                return Ok(());
            }
            glue::pause(pause).await;
        }
        outcome.map_err(|error| glue::reason(&error))
    }

    /// The next event takes them along.
    fn put_back(&self, company: &CompanyId, mut events: Vec<String>) {
        let mut companies = self.gathering.borrow_mut();
        let gathering = companies.entry(company.clone()).or_insert(Gathering {
            since: f64::NEG_INFINITY,
            events: Vec::new(),
        });
        events.append(&mut gathering.events);
        let beyond = events.len().saturating_sub(MOST_KEPT);
        gathering.events = events.split_off(beyond);
    }
}

fn list(events: &[String]) -> String {
    format!("[{}]", events.join(","))
}

fn as_json(events: &[LiveEvent]) -> Result<Vec<String>, String> {
    let events: Result<Vec<_>, _> = events.iter().map(serde_json::to_string).collect();
    events.map_err(|error| error.to_string())
}

impl Live for HubLive {
    fn tell<'a>(&'a self, company: &'a CompanyId, events: Vec<LiveEvent>) -> Later<'a, Result<(), String>> {
        Box::pin(SendFuture::new(async move {
            if self.gather(company, as_json(&events)?) {
                self.bring(company).await?;
            }
            Ok(())
        }))
    }

    fn tell_and_forget<'a>(
        &'a self,
        company: &'a CompanyId,
        events: Vec<LiveEvent>,
    ) -> Later<'a, Result<(), String>> {
        Box::pin(SendFuture::new(async move {
            // What was kept for it to be told later tells of the same.
            self.gathering.borrow_mut().remove(company);
            self.ask(company, "/forget", &list(&as_json(&events)?)).await
        }))
    }

    fn let_go<'a>(
        &'a self,
        company: &'a CompanyId,
        user: Option<&'a UserId>,
    ) -> Later<'a, Result<(), String>> {
        Box::pin(SendFuture::new(async move {
            let user = user.map_or("", UserId::as_str);
            glue::ask_object(&self.namespace, company.as_str(), "/let-go", user)
                .await
                .map_err(|error| glue::reason(&error))
        }))
    }

    fn who_can_ring<'a>(
        &'a self,
        company: &'a CompanyId,
        call: &'a MessageId,
    ) -> Later<'a, Result<Vec<CanRing>, String>> {
        Box::pin(SendFuture::new(async move {
            let answer = glue::question_object(&self.namespace, company.as_str(), "/ring", call.as_str())
                .await
                .map_err(|error| glue::reason(&error))?;
            let text = answer.as_string().unwrap_or_default();
            serde_json::from_str(&text).map_err(|error| error.to_string())
        }))
    }
}

pub(crate) struct DispatcherWake(SendWrapper<JsValue>);

impl DispatcherWake {
    pub(crate) const fn new(namespace: JsValue) -> Self {
        Self(SendWrapper(namespace))
    }
}

impl Wake for DispatcherWake {
    fn wake(&self, call: WakeUp) -> Later<'_, Result<(), String>> {
        Box::pin(SendFuture::new(async move {
            let name = format!("{} {}", call.company, call.sender);
            let body = serde_json::to_string(&call).map_err(|error| error.to_string())?;
            glue::ask_object(&self.0, &name, "/wake", &body)
                .await
                .map_err(|error| glue::reason(&error))
        }))
    }
}
