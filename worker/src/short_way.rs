//! `inbox::short_way` for `worker/short_way.mjs`, which runs the planned statement and answers by itself.

use domain::ids::{CompanyId, MessageId};
use serde::Serialize;
use server::inbox::{announce, short_way};
use server::web::serve::new_request_id;
use twilio::twiml;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::Env;

use crate::adapters::WireStatement;
use crate::app;

/// What `short_way.mjs` does.
#[derive(Serialize)]
struct Planned<'a> {
    company: &'a CompanyId,
    message: &'a MessageId,
    request_id: String,
    statement: WireStatement<'a>,
    answer: Answer,
}

#[derive(Serialize)]
struct Answer {
    body: &'static str,
    content_type: &'static str,
}

/// As JSON; nothing when the request has to go the long way.
#[wasm_bindgen(js_name = planArrival)]
pub fn plan_arrival(url: &str, signature: &str, body: &[u8]) -> Option<String> {
    let running = app::running()?;
    let plan = short_way::plan(&running.app, url, signature, body)?;
    serde_json::to_string(&Planned {
        company: &plan.company,
        message: &plan.message,
        request_id: new_request_id(&running.app),
        statement: WireStatement(&plan.statement),
        answer: Answer {
            body: twiml::EMPTY_RESPONSE,
            content_type: twiml::CONTENT_TYPE,
        },
    })
    .ok()
}

/// After the answers to a burst of them; `messages`: ids, one a line.
#[wasm_bindgen(js_name = announceArrivals)]
pub async fn announce_arrivals(env: Env, company: String, messages: String) {
    let messages: Vec<MessageId> = messages.lines().filter_map(|id| id.parse().ok()).collect();
    let (Ok(running), Ok(company)) = (app::of(&env), company.parse::<CompanyId>()) else {
        log::error!("messages came in and the browsers were not told: there is no company {company}");
        return;
    };
    announce::announce(&running.app, &company, &messages).await;
}
