//! Campaigns: a text for many people is taken in, sent by the dispatcher of its number, watched, stopped, told about.

pub mod accept;
pub mod check;
pub mod control;
pub mod export;
pub mod incoming;
pub mod list_reader;
pub mod price;
pub mod read;
pub mod restored;
pub mod send;
pub mod store;
pub mod trail;
pub mod view;

use std::sync::Arc;

use contract::campaigns;
use domain::ids::CompanyId;
use domain::{Address, Timestamp};

use crate::App;
use crate::ports::WakeUp;
use crate::web::{RequestMeta, Routes};

pub fn routes(routes: Routes) -> Routes {
    routes
        .raw::<campaigns::SendBulk, _, _>(accept::accept::<campaigns::SendBulk>)
        .raw::<campaigns::ApiSmsBulk, _, _>(accept::accept::<campaigns::ApiSmsBulk>)
        .call::<campaigns::BulkStatus, _, _>(read::status)
        .call::<campaigns::GetBulk, _, _>(read::bulk)
        .call::<campaigns::RetryBulk, _, _>(control::retry)
        .call::<campaigns::PauseBulk, _, _>(control::pause)
        .call::<campaigns::ResumeBulk, _, _>(control::resume)
        .call::<campaigns::CancelBulk, _, _>(control::cancel)
        .call::<campaigns::ListCampaigns, _, _>(read::list)
        .call::<campaigns::GetCampaign, _, _>(read::get)
        .raw::<campaigns::ExportCampaign, _, _>(export::export)
        .call::<campaigns::CheckRecipients, _, _>(check::check)
        .call::<campaigns::GetSegmentPrice, _, _>(price::get)
        .call::<campaigns::ChangeSegmentPrice, _, _>(price::change)
}

/// Wakes a number's dispatcher, after the answer. Should it be lost, the sweep does it within a minute.
fn wake_later(app: &Arc<App>, meta: &RequestMeta, company: &CompanyId, number: &Address, at: Timestamp) {
    let call = WakeUp {
        company: company.clone(),
        sender: number.to_string(),
        at,
        public_url: meta.public_url.clone(),
    };
    let app = Arc::clone(app);
    meta.after.0(Box::pin(async move {
        if let Err(error) = app.wake.wake(call).await {
            log::warn!("a campaign’s dispatcher was not woken: {error}");
        }
    }));
}
