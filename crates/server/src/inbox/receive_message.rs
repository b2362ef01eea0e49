//! A message comes in: `POST /handle_sms`, `/handle_mms`, `/inbox/webhooks/sms`.
//! <https://www.twilio.com/docs/messaging/guides/webhook-request>

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use contract::ProblemCode;
use contract::inbox::Choice;
use contract::lines::ProbeKind;
use contract::live::LiveEvent;
use domain::consent::Consent;
use domain::ids::{CompanyId, ContactId, ConversationId, IntegrationId, MediaId, MessageId};
use domain::{Place, Timestamp};
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use twilio::inbound_message::InboundMessage;
use twilio::twiml;

use super::announce::{self, announce_later};
use super::signed_webhook::UnverifiedWebhook;
use super::store::conversations::Pair;
use super::store::messages::{self, Arrival};
use super::view::Extras;
use crate::health::probe;
use crate::ports::database::Statement;
use crate::{App, Failure, Refusal, media};

/// 200 is said only when the message is stored; the browsers are told after that, and never instead.
pub async fn handle(app: Arc<App>, request: Request, _: Option<String>) -> Result<Response, Failure> {
    let webhook = UnverifiedWebhook::read(&app, request)
        .await?
        .verify(&app, "To")
        .await?;
    if let Some(integration) = webhook.probed() {
        return probe::arrived(&app, integration, ProbeKind::Message).await;
    }
    let inbound = InboundMessage::from_params(&webhook.params)
        .map_err(|missing| Refusal::new(ProblemCode::MissingField).at(missing.0))?;
    let integration = webhook.integration().ok_or(ProblemCode::UnknownAccount)?;
    let Arriving { message, batch } =
        Arriving::new(&app, &integration.company, &integration.id, &inbound, app.now());
    let stored = app.database.commit(batch).await;
    // Also when storage failed: it may have kept the message, and Twilio's next attempt will not tell of it.
    announce_later(
        &app,
        &webhook.after,
        &integration.company,
        &message,
        webhook.note.awaited(),
    );
    stored?;
    if !inbound.media.is_empty() {
        media::receive::begin(&app, &webhook.after, &message);
    }
    let mut response = Response::new(Body::from(twiml::EMPTY_RESPONSE));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(twiml::CONTENT_TYPE));
    Ok(response)
}

/// A message that a webhook brings, as it is going to be stored.
pub struct Arriving {
    pub message: MessageId,
    /// One statement for a plain text. A SID that is there already changes nothing.
    pub batch: Vec<Statement>,
}

impl Arriving {
    /// `at`: when it came.
    pub fn new(
        app: &App,
        company: &CompanyId,
        integration: &IntegrationId,
        inbound: &InboundMessage,
        at: Timestamp,
    ) -> Self {
        let (message, body) = (MessageId::new(at, app.random()), text_of(inbound));
        let arrival = Arrival {
            id: &message,
            company,
            integration: Some(integration),
            number: &inbound.to,
            customer: &inbound.from,
            channel: inbound.from.channel(!inbound.media.is_empty()),
            body: &body,
            external_id: Some(inbound.message_sid.as_str()),
            segments: i64::from(inbound.num_segments.max(1)),
            media_count: i64::try_from(inbound.media.len()).unwrap_or_default(),
            profile_name: inbound.profile_name.as_deref(),
            contact: &app.new_id(ContactId::new),
            conversation: &app.new_id(ConversationId::new),
            now: at,
        };
        let mut batch = vec![messages::arrive(&arrival)];
        batch.extend((0..).zip(&inbound.media).map(|(position, media)| {
            messages::insert_media(&app.new_id(MediaId::new), &arrival, position, media)
        }));
        if let Some(extras) = extras(inbound) {
            batch.push(messages::insert_extras(&arrival, &extras));
        }
        if let Some(consent) = consent(inbound) {
            batch.extend(messages::record_consent(&arrival, consent));
        }
        Self { message, batch }
    }
}

fn consent(inbound: &InboundMessage) -> Option<Consent> {
    let advanced = inbound
        .opt_out_type
        .as_deref()
        .and_then(Consent::from_opt_out_type);
    advanced.or_else(|| Consent::from_body(&inbound.body))
}

/// A shared location has no text of its own: it is kept as one, too, for readers that know nothing of places.
fn text_of(inbound: &InboundMessage) -> String {
    match place_of(inbound) {
        Some(place) if inbound.body.is_empty() => place.to_text(),
        Some(place) => format!("{}\n{}", inbound.body, place.to_text()),
        None => inbound.body.clone(),
    }
}

fn place_of(inbound: &InboundMessage) -> Option<Place> {
    let location = inbound.location.as_ref()?;
    let (label, address) = (location.label.clone(), location.address.clone());
    Place::parse(&location.latitude, &location.longitude, label, address)
}

/// What few messages carry: they alone cost a statement more.
fn extras(inbound: &InboundMessage) -> Option<Extras> {
    let button = inbound.button.as_ref().map(|button| Choice {
        text: button.text.clone(),
        payload: button.payload.clone(),
    });
    let entry = inbound.list.as_ref().map(|entry| Choice {
        text: entry.title.clone().unwrap_or_else(|| inbound.body.clone()),
        payload: Some(entry.id.clone()),
    });
    let extras = Extras {
        place: place_of(inbound),
        choice: button.or(entry),
    };
    (extras != Extras::default()).then_some(extras)
}

/// What a person typed in of a message that came another way.
pub async fn record_by_hand(app: &App, pair: &Pair<'_>, body: &str) -> Result<Option<LiveEvent>, Failure> {
    let arrival = Arrival {
        id: &app.new_id(MessageId::new),
        company: pair.company,
        integration: pair.integration,
        number: pair.number,
        customer: pair.customer,
        channel: pair.channel,
        body,
        external_id: None,
        segments: 1,
        media_count: 0,
        profile_name: None,
        contact: pair.contact,
        conversation: pair.conversation,
        now: pair.now,
    };
    app.database.commit(vec![messages::arrive(&arrival)]).await?;
    let events = announce::events(app, pair.company, std::slice::from_ref(arrival.id)).await?;
    Ok(events.into_iter().next())
}
