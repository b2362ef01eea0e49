//! The sending paths of the programs that Edgeline replaces: one verb behind each, only the shapes differ.

use contract::Endpoint;
use contract::ProblemCode;
use contract::older::{ApiSmsSend, Direction, LogRecord, SendRequest, SendSms, ShapeA, TwilioSendSms};
use domain::{Channel, Language};

use super::compose::{self, Draft, Sent};
use super::idempotency::IdempotencyKey;
use super::start_conversation::recipient;
use crate::inbox::view::{MessageRow, shown};
use crate::integrations::senders::Senders;
use crate::web::{Answer, Call};
use crate::{Failure, Refusal};

pub async fn send_sms(call: Call<SendSms>) -> Result<Answer<LogRecord>, Failure> {
    let sent = send(&call).await?;
    Ok(Answer::created(log_record(sent.message, call.meta.language)))
}

pub async fn twilio_send_sms(call: Call<TwilioSendSms>) -> Result<Answer<ShapeA>, Failure> {
    let sent = send(&call).await?;
    Ok(Answer::created(shape_a(sent.message, call.meta.language)))
}

pub async fn api_sms_send(call: Call<ApiSmsSend>) -> Result<Answer<ShapeA>, Failure> {
    let sent = send(&call).await?;
    Ok(Answer::created(shape_a(sent.message, call.meta.language)))
}

async fn send<E: Endpoint<Body = SendRequest>>(call: &Call<E>) -> Result<Sent, Failure> {
    let request = &call.body;
    if request.channel.is_some_and(|channel| channel != Channel::Sms) {
        return Err(Refusal::new(ProblemCode::ChannelNotAvailable)
            .at("channel")
            .into());
    }
    let company = call.caller.company()?;
    let body = compose::body(&request.body, "body")?;
    let senders = Senders::of(&call.app, company).await?;
    let to = recipient(&request.to, &senders.region(&call.app), false, "to")?;
    let sender = match request
        .from
        .as_deref()
        .map(str::trim)
        .filter(|from| !from.is_empty())
    {
        Some(from) => senders.named(&call.app, from)?,
        None => senders.default_for(false)?,
    };
    let parts = [
        "send",
        &to.to_string(),
        &sender.address.to_string(),
        body.as_str(),
    ];
    let key = IdempotencyKey::of(&call.caller, &call.meta, &parts)?;
    let draft = Draft {
        caller: &call.caller,
        company,
        sender: &sender,
        to,
        body,
        key,
        to_field: "to",
    };
    compose::send(&call.app, &call.meta, draft).await
}

pub fn log_record(row: MessageRow, language: Language) -> LogRecord {
    LogRecord {
        error: row.error(language),
        message_id: row.id.clone(),
        conversation_id: row.conversation_id,
        id: row.external_id.unwrap_or_else(|| row.id.into()),
        timestamp: row.created_at,
        direction: if row.from_client {
            Direction::Inbound
        } else {
            Direction::Outbound
        },
        from: row.sender,
        to: row.recipient,
        body: row.body,
        status: shown(row.status),
        client_identity: row.client_identity,
    }
}

pub fn shape_a(row: MessageRow, language: Language) -> ShapeA {
    let twilio_status = shown(row.status);
    ShapeA {
        error: row.error(language),
        id: row.id.into(),
        status: twilio_status.simple(),
        phone_number: if row.from_client {
            row.sender
        } else {
            row.recipient
        },
        message_sid: row.external_id,
        channel: row.channel,
        created_at: row.created_at,
        twilio_status,
    }
}
