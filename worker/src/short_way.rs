//! `inbox::short_way` for `worker/short_way.mjs`, which runs the planned statement and answers by itself.

use domain::ids::{CompanyId, MessageId};
use serde::Serialize;
use server::inbox::announce::Arrived;
use server::inbox::{announce, short_way};
use server::recorder::note::{self, Note, ShortArrival};
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
    keep_days: u32,
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
        keep_days: plan.keep_days,
        statement: WireStatement(&plan.statement),
        answer: Answer {
            body: twiml::EMPTY_RESPONSE,
            content_type: twiml::CONTENT_TYPE,
        },
    })
    .ok()
}

/// After the answers to a burst of them; `arrivals`: a JSON array of [`ShortArrival`].
#[wasm_bindgen(js_name = announceArrivals)]
pub async fn announce_arrivals(env: Env, company: String, arrivals: String) {
    let (Ok(running), Ok(company)) = (app::of(&env), company.parse::<CompanyId>()) else {
        log::error!("messages came in and the browsers were not told: there is no company {company}");
        return;
    };
    let arrivals: Vec<ShortArrival> = match serde_json::from_str(&arrivals) {
        Ok(arrivals) => arrivals,
        Err(error) => {
            log::error!("{company}: messages came in and the browsers were not told: {error}");
            return;
        }
    };
    let app = &running.app;
    let arrived = arrivals.into_iter().map(|arrival| Arrived {
        message: arrival.message,
        note: arrival.came.map(|came| Note::of_short_way(app, &company, came)),
    });
    announce::announce(app, &company, &arrived.collect::<Vec<_>>()).await;
    note::bring(app, &company).await;
}
