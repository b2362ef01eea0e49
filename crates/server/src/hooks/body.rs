//! What is sent of something that happened: as it is when it is sent first.

use contract::hooks::{HookBody, HookData, HookEvent};
use contract::live::LiveEvent;
use domain::ids::CompanyId;

use super::store::DueRow;
use crate::inbox::announce;
use crate::{App, Failure, Fault, campaigns, voice};

/// `None` when it is no more.
pub async fn of(app: &App, due: &DueRow) -> Result<Option<String>, Failure> {
    if let Some(body) = &due.body {
        return Ok(Some(body.clone()));
    }
    let Some(data) = data(app, &due.company_id, due).await? else {
        return Ok(None);
    };
    let body = HookBody {
        event: due.event,
        timestamp: due.happened_at,
        data,
    };
    let text = serde_json::to_string(&body).map_err(|error| Fault::Internal(error.to_string()))?;
    Ok(Some(text))
}

async fn data(app: &App, company: &CompanyId, due: &DueRow) -> Result<Option<HookData>, Failure> {
    let unreadable = || Fault::Internal(format!("{} names no row", due.subject));
    match due.event {
        HookEvent::MessageReceived | HookEvent::MessageStatus => {
            let id = due.subject.parse().map_err(|_| unreadable())?;
            let events = announce::events(app, company, &[id]).await?;
            Ok(events.into_iter().find_map(|event| match event {
                LiveEvent::Message {
                    conversation,
                    message,
                } => Some(HookData::Message {
                    message,
                    contact: conversation.contact,
                }),
                _ => None,
            }))
        }
        HookEvent::CallEnded => {
            let id = due.subject.parse().map_err(|_| unreadable())?;
            let call = voice::log::find_view(app, company, &id).await?;
            Ok(call.map(|call| HookData::Call { call: Box::new(call) }))
        }
        HookEvent::CampaignDone => {
            let id = due.subject.parse().map_err(|_| unreadable())?;
            let campaign = campaigns::read::find_view(app, company, &id).await?;
            Ok(campaign.map(|campaign| HookData::Campaign {
                campaign: Box::new(campaign),
            }))
        }
        HookEvent::Test => Ok(Some(HookData::Test {
            hook_id: due.hook_id.clone(),
        })),
    }
}
