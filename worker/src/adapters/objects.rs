//! Talking to our Durable Objects: the hub of a company, the dispatcher of a sending number.

use std::cell::RefCell;
use std::collections::HashMap;

use contract::live::LiveEvent;
use domain::ids::{CompanyId, MessageId, UserId};
use server::ports::{CanRing, Later, Live, Wake, WakeUp};
use server::recorder::log::{Forget, Look, Recorded};
use wasm_bindgen::JsValue;
use worker::send::{SendFuture, SendWrapper};

use crate::glue;

/// Between two requests to a hub: events of a company that happen meanwhile go together. What comes alone waits for nothing.
const GATHER_MS: u32 = 5;
/// Whoever gathers was lost with its request, should it take longer than this: the next one takes over.
const LOST_AFTER_MS: f64 = 1000.0;

/// What is only to be recorded waits longer for company.
const LINGER_MS: u32 = 200;

/// Of a hub that stays away: browsers that missed more fetch everything anyway, and older webhooks are not recorded.
const MOST_KEPT: usize = 500;
const RETRY_AFTER_MS: [u32; 3] = [50, 500, 2000];

pub(crate) struct HubLive {
    namespace: SendWrapper<JsValue>,
    gathering: SendWrapper<RefCell<HashMap<CompanyId, Gathering>>>,
    /// When each was told last.
    told: SendWrapper<RefCell<HashMap<CompanyId, f64>>>,
}

struct Gathering {
    /// Since when somebody does, to tell something.
    since: f64,
    /// Since when somebody waits with what is only to be recorded.
    lingers_since: f64,
    /// As JSON.
    events: Vec<String>,
    webhooks: Vec<Recorded>,
}

impl Default for Gathering {
    fn default() -> Self {
        Self {
            since: f64::NEG_INFINITY,
            lingers_since: f64::NEG_INFINITY,
            events: Vec::new(),
            webhooks: Vec::new(),
        }
    }
}

impl HubLive {
    pub(crate) fn new(namespace: JsValue) -> Self {
        Self {
            namespace: SendWrapper(namespace),
            gathering: SendWrapper(RefCell::default()),
            told: SendWrapper(RefCell::default()),
        }
    }

    /// Whether the caller is the one to wait and bring it all to the hub.
    fn gather(&self, company: &CompanyId, events: Vec<String>) -> bool {
        let now = js_sys::Date::now();
        let mut companies = self.gathering.borrow_mut();
        let gathering = companies.entry(company.clone()).or_default();
        gathering.events.extend(events);
        let first = now - gathering.since > LOST_AFTER_MS;
        if first {
            gathering.since = now;
        }
        first
    }

    /// Whether the caller is the one to wait and bring what is to be recorded.
    fn linger(&self, company: &CompanyId) -> bool {
        let now = js_sys::Date::now();
        let mut companies = self.gathering.borrow_mut();
        let Some(gathering) = companies.get_mut(company).filter(|one| !one.webhooks.is_empty()) else {
            return false;
        };
        let first = now - gathering.lingers_since > LOST_AFTER_MS;
        if first {
            gathering.lingers_since = now;
        }
        first
    }

    /// Until what was just gathered is told.
    fn pause(&self, company: &CompanyId) -> u32 {
        let last = self.told.borrow().get(company).copied();
        let is_burst = last.is_some_and(|last| js_sys::Date::now() - last < f64::from(GATHER_MS));
        if is_burst { GATHER_MS } else { 0 }
    }

    async fn bring_after(&self, company: &CompanyId, pause: u32) -> Result<(), String> {
        glue::pause(pause).await;
        self.told
            .borrow_mut()
            .insert(company.clone(), js_sys::Date::now());
        let Some(gathering) = self.gathering.borrow_mut().remove(company) else {
            return Ok(());
        };
        let text = lines(&gathering.events, &gathering.webhooks, None)?;
        let outcome = self.ask(company, "/publish", &text).await;
        if outcome.is_err() {
            self.put_back(company, gathering);
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
    fn put_back(&self, company: &CompanyId, lost: Gathering) {
        let mut companies = self.gathering.borrow_mut();
        let gathering = companies.entry(company.clone()).or_default();
        gathering.events = latest(lost.events, &mut gathering.events);
        gathering.webhooks = latest(lost.webhooks, &mut gathering.webhooks);
    }
}

fn latest<T>(mut older: Vec<T>, newer: &mut Vec<T>) -> Vec<T> {
    older.append(newer);
    older.split_off(older.len().saturating_sub(MOST_KEPT))
}

/// As `server::live::hub::Told` reads them.
fn lines(events: &[String], webhooks: &[Recorded], forget: Option<&Forget>) -> Result<String, String> {
    let rows: Result<Vec<_>, _> = webhooks.iter().map(Recorded::row).collect();
    let rows = rows.map_err(|fault| fault.to_string())?;
    let webhooks: Vec<_> = rows.iter().map(|row| row.get()).collect();
    let forget = forget.map(serde_json::to_string).transpose();
    let forget = forget.map_err(|error| error.to_string())?.unwrap_or_default();
    Ok(format!(
        "[{}]\n[{}]\n{forget}",
        events.join(","),
        webhooks.join(",")
    ))
}

fn as_json(events: &[LiveEvent]) -> Result<Vec<String>, String> {
    let events: Result<Vec<_>, _> = events.iter().map(serde_json::to_string).collect();
    events.map_err(|error| error.to_string())
}

impl Live for HubLive {
    fn tell<'a>(&'a self, company: &'a CompanyId, events: Vec<LiveEvent>) -> Later<'a, Result<(), String>> {
        Box::pin(SendFuture::new(async move {
            if self.gather(company, as_json(&events)?) {
                self.bring_after(company, self.pause(company)).await?;
            }
            Ok(())
        }))
    }

    fn tell_and_forget<'a>(
        &'a self,
        company: &'a CompanyId,
        mut events: Vec<LiveEvent>,
        recorded: Forget,
    ) -> Later<'a, Result<(), String>> {
        Box::pin(SendFuture::new(async move {
            // What waits to be told may tell of the same: instead of it, browsers look for themselves.
            let kept = self.gathering.borrow_mut().remove(company).unwrap_or_default();
            if !kept.events.is_empty() {
                events.push(LiveEvent::EverythingChanged);
            }
            let text = lines(&as_json(&events)?, &kept.webhooks, Some(&recorded))?;
            self.ask(company, "/forget", &text).await
        }))
    }

    fn note(&self, company: &CompanyId, webhook: Recorded) {
        let mut companies = self.gathering.borrow_mut();
        let webhooks = &mut companies.entry(company.clone()).or_default().webhooks;
        if webhooks.len() < MOST_KEPT {
            webhooks.push(webhook);
        }
    }

    fn bring<'a>(&'a self, company: &'a CompanyId) -> Later<'a, Result<(), String>> {
        Box::pin(SendFuture::new(async move {
            if self.linger(company) {
                self.bring_after(company, LINGER_MS).await?;
            }
            Ok(())
        }))
    }

    fn look_up<'a>(&'a self, company: &'a CompanyId, look: Look) -> Later<'a, Result<Vec<Recorded>, String>> {
        Box::pin(SendFuture::new(async move {
            let question = serde_json::to_string(&look).map_err(|error| error.to_string())?;
            let answer = glue::question_object(&self.namespace, company.as_str(), "/webhooks", &question)
                .await
                .map_err(|error| glue::reason(&error))?;
            serde_json::from_str(&answer.as_string().unwrap_or_default()).map_err(|error| error.to_string())
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
