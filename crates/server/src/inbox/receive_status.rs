//! A receipt comes in: `POST /message-status`, `/twilio/webhook/status`. Late, twice, out of order, or before our
//! own request to send has been answered: the message only ever moves forward.
//! <https://www.twilio.com/docs/messaging/guides/track-outbound-message-status>

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use contract::ProblemCode;
use contract::live::LiveEvent;
use contract::recorder::WebhookOutcome;
use domain::DeliveryStatus;
use twilio::status_callback::StatusCallback;

use super::signed_webhook::UnverifiedWebhook;
use super::store::messages::{self, Progress};
use super::view::{ConversationRow, MessageRow};
use crate::live::tell_later;
use crate::ports::database::Rows;
use crate::{App, Failure, Fault, Refusal};

pub async fn handle(app: Arc<App>, request: Request, _: Option<String>) -> Result<Response, Failure> {
    let webhook = UnverifiedWebhook::read(&app, request)
        .await?
        .verify(&app, "From")
        .await?;
    let receipt = StatusCallback::from_params(&webhook.params)
        .map_err(|missing| Refusal::new(ProblemCode::MissingField).at(missing.0))?;
    let integration = webhook.integration().ok_or(ProblemCode::UnknownAccount)?;
    // These two are said of inbound messages, in another place: no receipt has them.
    let inbound =
        |status: &DeliveryStatus| matches!(status, DeliveryStatus::Receiving | DeliveryStatus::Received);
    match receipt.status.filter(|status| !inbound(status)) {
        // A word that Twilio has not documented moves nothing; refusing it would not bring it back.
        None => log::warn!("a receipt with an unknown status {:?}", receipt.raw_status),
        Some(status) => {
            let progress = Progress {
                company: &integration.company,
                id: webhook.message_id.as_ref(),
                external_id: receipt.message_sid.as_str(),
                status,
                error_code: receipt.error_code,
                error_message: receipt
                    .error_message
                    .as_deref()
                    .or(receipt.channel_status_message.as_deref()),
                segments: 0,
                now: app.now(),
            };
            let rows = app.database.commit(messages::progress(&progress)).await?;
            // A message of another program on the same account is not ours to show.
            if is_nobodys(&rows) {
                webhook.note.became(WebhookOutcome::NotOurs);
            }
            if let Some(event) = event(&app, &rows)? {
                tell_later(&app, &webhook.after, &integration.company, vec![event]);
            }
        }
    }
    Ok(Response::new(Body::empty()))
}

fn is_nobodys(rows: &[Rows]) -> bool {
    matches!(rows, [.., message, _] if message.is_empty())
}

/// From a batch that ends with the message and its conversation.
fn event(app: &App, rows: &[Rows]) -> Result<Option<LiveEvent>, Failure> {
    let [.., message, conversation] = rows else {
        return Err(Fault::Storage("rows are missing".to_owned()).into());
    };
    let (message, conversation) = (
        message.first::<MessageRow>()?,
        conversation.first::<ConversationRow>()?,
    );
    // A hundred thousand receipts of a campaign are no news to whoever answers conversations.
    let listed = message
        .zip(conversation)
        .filter(|(_, conversation)| conversation.is_listed());
    let Some((message, conversation)) = listed else {
        return Ok(None);
    };
    Ok(Some(LiveEvent::Message {
        conversation: Box::new(conversation.into_view(app)),
        message: Box::new(message.into_view(None)),
    }))
}
