//! A message comes in: `POST /handle_sms`, `/handle_mms`, `/inbox/webhooks/sms`.
//! <https://www.twilio.com/docs/messaging/guides/webhook-request>

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use contract::ProblemCode;
use contract::inbox::{Choice, MediaView, MessageView};
use contract::live::LiveEvent;
use domain::consent::Consent;
use domain::ids::{CompanyId, ContactId, ConversationId, IntegrationId, MediaId, MessageId};
use domain::{DeliveryStatus, Place, Timestamp};
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use twilio::inbound_message::InboundMessage;
use twilio::twiml;

use super::signed_webhook::UnverifiedWebhook;
use super::store::conversations::Pair;
use super::store::messages::{self, Arrival};
use super::view::{ConversationRow, Extras};
use crate::live::tell_later_of;
use crate::ports::database::Statement;
use crate::{App, Failure, Refusal, media, push};

/// 200 is said only when the message is stored; the browsers are told after that, and never instead.
pub async fn handle(app: Arc<App>, request: Request, _: Option<String>) -> Result<Response, Failure> {
    let webhook = UnverifiedWebhook::read(&app, request)
        .await?
        .verify(&app, "To")
        .await?;
    let inbound = InboundMessage::from_params(&webhook.params)
        .map_err(|missing| Refusal::new(ProblemCode::MissingField).at(missing.0))?;
    let integration = webhook.integration().ok_or(ProblemCode::UnknownAccount)?;
    let now = app.now();
    if let Some(stored) = store(&app, &integration.company, &integration.id, &inbound, now).await? {
        let files = (!stored.message.media.is_empty()).then(|| stored.message.id.clone());
        let (after, company, pushing) = (
            webhook.after.clone(),
            integration.company.clone(),
            Arc::clone(&app),
        );
        tell_later_of(&app, &webhook.after, &integration.company, move |app| {
            let event = stored.event(app);
            push::tell::tell_later(&pushing, &after, &company, &event);
            vec![event]
        });
        if let Some(message) = files {
            media::receive::begin(&app, &webhook.after, &message);
        }
    }
    let mut response = Response::new(Body::from(twiml::EMPTY_RESPONSE));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(twiml::CONTENT_TYPE));
    Ok(response)
}

/// Everything in one batch; `None` when the message was there already. `at`: when it came.
pub async fn store(
    app: &App,
    company: &CompanyId,
    integration: &IntegrationId,
    inbound: &InboundMessage,
    at: Timestamp,
) -> Result<Option<Stored>, Failure> {
    let (id, body) = (MessageId::new(at, app.random()), text_of(inbound));
    let arrival = Arrival {
        id: &id,
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
    let media: Vec<_> = inbound
        .media
        .iter()
        .map(|media| (app.new_id(MediaId::new), media))
        .collect();
    let mut with: Vec<_> = (0..)
        .zip(&media)
        .map(|(position, (id, media))| messages::insert_media(id, &arrival, position, media))
        .collect();
    let extras = extras(inbound);
    if let Some(extras) = &extras {
        with.push(messages::insert_extras(&arrival, extras));
    }
    if let Some(consent) = consent(inbound) {
        with.extend(messages::record_consent(&arrival, consent));
    }
    let media = media
        .into_iter()
        .map(|(id, media)| MediaView::waiting(id, media.content_type.clone()))
        .collect();
    let stored = arrive(app, &arrival, with, media).await?;
    Ok(stored.map(|stored| stored.with(extras)))
}

/// `with`: what else is stored of the message. Answers what the browsers are told, unless it was there already.
async fn arrive(
    app: &App,
    arrival: &Arrival<'_>,
    with: Vec<Statement>,
    media: Vec<MediaView>,
) -> Result<Option<Stored>, Failure> {
    let mut batch = vec![messages::arrive(arrival)];
    batch.extend(with);
    batch.push(messages::conversation_of(arrival.id));
    let rows = app.database.commit(batch).await?;
    let conversation = rows
        .last()
        .map(|rows| rows.first::<ConversationRow>())
        .transpose()?
        .flatten();
    Ok(conversation.map(|conversation| Stored {
        message: message_view(arrival, conversation.id.clone(), media),
        conversation,
    }))
}

/// A message that was not there before, in its conversation.
pub struct Stored {
    conversation: ConversationRow,
    message: MessageView,
}

impl Stored {
    pub fn message_id(&self) -> &MessageId {
        &self.message.id
    }

    fn with(mut self, extras: Option<Extras>) -> Self {
        if let Some(extras) = extras {
            (self.message.place, self.message.choice) = (extras.place, extras.choice);
        }
        self
    }

    pub fn event(self, app: &App) -> LiveEvent {
        LiveEvent::Message {
            conversation: Box::new(self.conversation.into_view(app)),
            message: Box::new(self.message),
        }
    }
}

/// As it was just stored: no need to read it back.
fn message_view(
    arrival: &Arrival<'_>,
    conversation_id: ConversationId,
    media: Vec<MediaView>,
) -> MessageView {
    let status = DeliveryStatus::Received;
    MessageView {
        id: arrival.id.clone(),
        conversation_id,
        external_id: arrival.external_id.map(str::to_owned),
        is_from_client: true,
        channel: arrival.channel,
        from: arrival.customer.clone(),
        to: arrival.number.clone(),
        content: arrival.body.to_owned(),
        status,
        simple_status: status.simple(),
        error: None,
        error_code: None,
        segments: arrival.segments,
        media,
        place: None,
        choice: None,
        call: None,
        author_id: None,
        author_name: None,
        created_at: arrival.now,
        sent_at: None,
        delivered_at: None,
        schedule: None,
        replaces: None,
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
pub async fn record_by_hand(app: &App, pair: &Pair<'_>, body: &str) -> Result<Option<Stored>, Failure> {
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
    arrive(app, &arrival, Vec::new(), Vec::new()).await
}
