//! The sending paths of the programs that Edgeline replaces: one verb behind each, only the shapes differ.

use contract::Endpoint;
use contract::ProblemCode;
use contract::inbox::MediaView;
use contract::older::{
    ApiSmsSend, Direction, LogRecord, LoggedMedia, SendRequest, SendSms, ShapeA, TwilioSendMms,
    TwilioSendSms, TwilioSendWhatsapp,
};
use contract::whatsapp::TemplateChoice;
use domain::{Channel, Language};

use super::compose;
use super::draft::{Content, Draft};
use super::idempotency::IdempotencyKey;
use super::parties::{Named, Parties};
use super::sent::Sent;
use crate::inbox::view::{MessageRow, shown};
use crate::media::attach::Attachment;
use crate::web::{Answer, Call};
use crate::whatsapp::templates;
use crate::{Failure, Refusal};

pub async fn send_sms(call: Call<SendSms>) -> Result<Answer<LogRecord>, Failure> {
    let sent = send(&call, Channel::Sms).await?;
    let record = log_record(sent.message, call.meta.language, &call.meta.public_url);
    Ok(Answer::created(record))
}

pub async fn twilio_send_sms(call: Call<TwilioSendSms>) -> Result<Answer<ShapeA>, Failure> {
    send_as_shape_a(call, Channel::Sms).await
}

pub async fn twilio_send_mms(call: Call<TwilioSendMms>) -> Result<Answer<ShapeA>, Failure> {
    send_as_shape_a(call, Channel::Mms).await
}

pub async fn twilio_send_whatsapp(call: Call<TwilioSendWhatsapp>) -> Result<Answer<ShapeA>, Failure> {
    send_as_shape_a(call, Channel::Whatsapp).await
}

pub async fn api_sms_send(call: Call<ApiSmsSend>) -> Result<Answer<ShapeA>, Failure> {
    send_as_shape_a(call, Channel::Sms).await
}

async fn send_as_shape_a<E: Endpoint<Body = SendRequest>>(
    call: Call<E>,
    channel: Channel,
) -> Result<Answer<ShapeA>, Failure> {
    let sent = send(&call, channel).await?;
    Ok(Answer::created(shape_a(sent.message, call.meta.language)))
}

async fn send<E: Endpoint<Body = SendRequest>>(call: &Call<E>, channel: Channel) -> Result<Sent, Failure> {
    let request = &call.body;
    let media_url = request.media_url.as_deref().map(str::trim);
    let refuse = |code, field| Err(Refusal::new(code).at(field).into());
    if request.channel.is_some_and(|asked| asked != channel) {
        return refuse(ProblemCode::ChannelNotAvailable, "channel");
    }
    let media = match (media_url.filter(|url| !url.is_empty()), channel) {
        (Some(_), Channel::Sms) => return refuse(ProblemCode::ChannelNotAvailable, "media_url"),
        (None, Channel::Mms) => return refuse(ProblemCode::MissingField, "media_url"),
        (url, _) => url.map(|url| Attachment::elsewhere(&call.app, url, "media_url")),
    };
    let media = Vec::from_iter(media.transpose()?);
    let company = call.caller.company()?;
    let named = Named {
        to: &request.to,
        to_field: "to",
        from: request.from.as_deref(),
        whatsapp: channel == Channel::Whatsapp,
    };
    let template = request.template.as_ref().map(TemplateChoice::identity);
    let mut parts = vec!["send", channel.as_str()];
    parts.extend(named.identity());
    parts.push(&request.body);
    parts.extend(media.iter().map(Attachment::identity));
    parts.extend(template.as_deref());
    let key = IdempotencyKey::of(&call.caller, &call.meta, &parts)?;
    if let Some(sent) = compose::sent_before(&call.app, company, key.as_ref()).await? {
        return Ok(sent);
    }
    let Parties { sender, to } = Parties::of(&call.app, company, &named).await?;
    let content = match &request.template {
        Some(choice) => templates::choose(&call.app, &sender, choice).await?,
        None => Content::new(&call.app, &call.meta, &request.body, media, false, "body")?,
    };
    let draft = Draft {
        caller: &call.caller,
        company,
        sender: &sender,
        to,
        content,
        key,
        to_field: "to",
        seen: None,
    };
    compose::send(&call.app, &call.meta, draft).await
}

/// `public_url`: where the files are served to whoever reads the log.
pub fn log_record(row: MessageRow, language: Language, public_url: &str) -> LogRecord {
    let media: Vec<_> = row.media.iter().map(|file| logged(file, public_url)).collect();
    let first = media.first().cloned();
    LogRecord {
        media_url: first.as_ref().map(|file| file.url.clone()),
        media_type: first.as_ref().map(|file| file.content_type.clone()),
        file_name: first.and_then(|file| file.file_name),
        media,
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

fn logged(file: &MediaView, public_url: &str) -> LoggedMedia {
    let here = || format!("{public_url}/api/media/{}", file.id);
    LoggedMedia {
        url: file.url.clone().unwrap_or_else(here),
        content_type: file.content_type.clone(),
        file_name: file.file_name.clone(),
        size: file.size,
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
