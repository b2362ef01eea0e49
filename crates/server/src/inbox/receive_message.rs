//! A message comes in: `POST /handle_sms`, `/handle_mms`, `/inbox/webhooks/sms`.
//! <https://www.twilio.com/docs/messaging/guides/webhook-request>

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use contract::ProblemCode;
use contract::live::LiveEvent;
use domain::consent::Consent;
use domain::ids::{CompanyId, ContactId, ConversationId, MediaId, MessageId};
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use twilio::inbound_message::InboundMessage;
use twilio::twiml;

use super::signed_webhook::UnverifiedWebhook;
use super::store::conversations::{self, Pair};
use super::store::messages::{self, NewInbound};
use super::view::{ConversationRow, MessageRow, preview};
use crate::integrations::cache::KnownIntegration;
use crate::live::tell_later;
use crate::ports::database::Rows;
use crate::{App, Failure, Fault, Refusal};

/// 200 is said only when the message is stored; the browsers are told after that, and never instead.
pub async fn handle(app: Arc<App>, request: Request, _: Option<String>) -> Result<Response, Failure> {
    let webhook = UnverifiedWebhook::read(&app, request).await?.verify(&app).await?;
    let inbound = InboundMessage::from_params(&webhook.params)
        .map_err(|missing| Refusal::new(ProblemCode::MissingField).at(missing.0))?;
    let integration = webhook
        .integration(&[&inbound.to])
        .ok_or(ProblemCode::UnknownAccount)?;
    if let Some(event) = store(&app, integration, &inbound).await? {
        tell_later(&app, &webhook.after, &integration.company, vec![event]);
    }
    let mut response = Response::new(Body::from(twiml::EMPTY_RESPONSE));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(twiml::CONTENT_TYPE));
    Ok(response)
}

/// Everything in one batch; `None` when the message was there already.
async fn store(
    app: &App,
    integration: &KnownIntegration,
    inbound: &InboundMessage,
) -> Result<Option<LiveEvent>, Failure> {
    let company = &integration.company;
    let (now, id) = (app.now(), app.new_id(MessageId::new));
    let channel = inbound.from.channel(!inbound.media.is_empty());
    let mut batch = conversations::ensure(&Pair {
        company,
        integration: Some(&integration.id),
        number: &inbound.to,
        customer: &inbound.from,
        channel,
        profile_name: inbound.profile_name.as_deref(),
        contact: &app.new_id(ContactId::new),
        conversation: &app.new_id(ConversationId::new),
        now,
    });
    let body = text_of(inbound);
    batch.extend(messages::insert_inbound(&NewInbound {
        id: &id,
        company,
        integration: Some(&integration.id),
        number: &inbound.to,
        customer: &inbound.from,
        channel,
        body: &body,
        preview: &preview(&body),
        external_id: Some(inbound.message_sid.as_str()),
        segments: i64::from(inbound.num_segments.max(1)),
        media_count: i64::try_from(inbound.media.len()).unwrap_or_default(),
        now,
    }));
    for (position, media) in (0..).zip(&inbound.media) {
        batch.push(messages::insert_media(
            &app.new_id(MediaId::new),
            company,
            &id,
            position,
            media,
        ));
    }
    if let Some(name) = &inbound.profile_name {
        batch.push(messages::update_profile_name(company, &inbound.from, name, now));
    }
    if let Some(consent) = consent(inbound) {
        batch.extend(messages::record_consent(
            company,
            &inbound.from,
            &id,
            consent,
            now,
        ));
    }
    batch.push(messages::one(company, &id));
    batch.push(conversations::of_pair(company, &inbound.to, &inbound.from));
    let rows = app.database.commit(batch).await?;
    event(app, &rows)
}

/// From a batch that ends with the message and its conversation.
pub fn event(app: &App, rows: &[Rows]) -> Result<Option<LiveEvent>, Failure> {
    let [.., message, conversation] = rows else {
        return Err(Fault::Storage("rows are missing".to_owned()).into());
    };
    let message = message.first::<MessageRow>()?;
    let conversation = conversation.first::<ConversationRow>()?;
    Ok(match (message, conversation) {
        (Some(message), Some(conversation)) => Some(LiveEvent::Message {
            conversation: Box::new(conversation.into_view(app)),
            message: Box::new(message.into_view(None)?),
        }),
        _ => None,
    })
}

fn consent(inbound: &InboundMessage) -> Option<Consent> {
    let advanced = inbound
        .opt_out_type
        .as_deref()
        .and_then(Consent::from_opt_out_type);
    advanced.or_else(|| Consent::from_body(&inbound.body))
}

/// A shared location has no text of its own: it is kept as one, with a map's address for it (RFC 5870).
fn text_of(inbound: &InboundMessage) -> String {
    let Some(location) = &inbound.location else {
        return inbound.body.clone();
    };
    let label = location.label.iter().chain(&location.address).cloned();
    let place = format!("geo:{},{}", location.latitude, location.longitude);
    let lines: Vec<_> = std::iter::once(inbound.body.clone())
        .chain(label)
        .chain([place])
        .filter(|line| !line.is_empty())
        .collect();
    lines.join("\n")
}

/// What a person typed in of a message that came another way.
pub async fn record_by_hand(
    app: &App,
    company: &CompanyId,
    pair: &Pair<'_>,
    body: &str,
) -> Result<Option<LiveEvent>, Failure> {
    let id = app.new_id(MessageId::new);
    let mut batch = conversations::ensure(pair);
    batch.extend(messages::insert_inbound(&NewInbound {
        id: &id,
        company,
        integration: pair.integration,
        number: pair.number,
        customer: pair.customer,
        channel: pair.channel,
        body,
        preview: &preview(body),
        external_id: None,
        segments: 1,
        media_count: 0,
        now: pair.now,
    }));
    batch.push(messages::one(company, &id));
    batch.push(conversations::of_pair(company, pair.number, pair.customer));
    event(app, &app.database.commit(batch).await?)
}
