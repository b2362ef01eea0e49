//! Talking to our Durable Objects: the hub of a company, the dispatcher of a sending number.

use contract::live::LiveEvent;
use domain::ids::CompanyId;
use server::ports::{Later, Live, Wake, WakeUp};
use wasm_bindgen::JsValue;
use worker::send::{SendFuture, SendWrapper};

use crate::glue;

pub(crate) struct HubLive(SendWrapper<JsValue>);

impl HubLive {
    pub(crate) const fn new(namespace: JsValue) -> Self {
        Self(SendWrapper(namespace))
    }
}

impl Live for HubLive {
    fn tell<'a>(&'a self, company: &'a CompanyId, events: Vec<LiveEvent>) -> Later<'a, Result<(), String>> {
        Box::pin(SendFuture::new(async move {
            let events = serde_json::to_string(&events).map_err(|error| error.to_string())?;
            glue::ask_object(&self.0, company.as_str(), "/publish", &events)
                .await
                .map_err(|error| glue::reason(&error))
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
