//! `POST /twilio/send-bulk`, `POST /api/sms/bulk`: a campaign is taken in while its list comes in. It exists from the
//! batch that has everything; whatever goes wrong before leaves nothing behind.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::response::Response;
use contract::campaigns::BulkHead;
use contract::{Endpoint, ProblemCode};
use domain::audit::AuditAction;
use domain::campaign::canary_size;
use domain::ids::{CampaignId, CompanyId, MessageId};
use domain::zones::Zone;
use domain::{Channel, MessageBody, template, zones};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use sha2::{Digest, Sha256};

use super::incoming::Incoming;
use super::list_reader::ListReader;
use super::read;
use super::store::{self, Plan, recipients};
use super::wake_later;
use crate::access::authenticate::Caller;
use crate::appointments::settings;
use crate::audit::Entry;
use crate::figures::spending;
use crate::inbox::view::preview;
use crate::integrations::senders::{Sender, Senders};
use crate::keys::hex;
use crate::media::attach::Attachment;
use crate::media::upload::BodyChunks;
use crate::ports::blobs::Chunks;
use crate::ports::database::Statement;
use crate::sending::idempotency::IdempotencyKey;
use crate::sending::rules::Allowed;
use crate::web::call::admit;
use crate::web::{Answer, RequestMeta};
use crate::{App, Failure, Fault, Refusal};

/// A hundred thousand recipients with half a kilobyte of variables each.
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// A body that is here already is read as if it came in such pieces.
const PIECE: usize = 64 * 1024;
/// Before the variables are filled in.
const LONGEST_TEMPLATE: usize = 5000;
const LONGEST_NAME: usize = 100;
const MOST_VALIDITY_MINUTES: u32 = 600;

pub async fn accept<E: Endpoint>(
    app: Arc<App>,
    request: Request,
    _: Option<String>,
) -> Result<Response, Failure> {
    let (parts, body) = request.into_parts();
    let (caller, meta) = admit::<E>(&app, &parts).await?;
    let content_type = parts
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    if content_type
        .and_then(|value| value.split(';').next())
        .map(str::trim)
        != Some("application/json")
    {
        return Err(ProblemCode::WrongContentType.into());
    }
    let company = caller.company()?.clone();
    let mut taking = Taking {
        app: &app,
        caller: &caller,
        meta: &meta,
        company: &company,
        key: IdempotencyKey::of_streamed(&caller, &meta)?,
    };
    let known = match &taking.key {
        Some(key) => key.is_known(&app, &company).await?,
        None => false,
    };
    let id = if known {
        taking.repeat(body).await?
    } else {
        taking.new_campaign(body).await?
    };
    let answer = read::shape_b(&app, &company, &id, meta.language).await?;
    Ok(Answer {
        status: StatusCode::ACCEPTED,
        ..Answer::ok(answer)
    }
    .into_response()?)
}

struct Taking<'a> {
    app: &'a Arc<App>,
    caller: &'a Caller,
    meta: &'a RequestMeta,
    company: &'a CompanyId,
    key: Option<IdempotencyKey>,
}

/// What came in.
struct Received {
    head: BulkHead,
    total: usize,
    zones: Vec<String>,
    hash: String,
}

impl Taking<'_> {
    async fn new_campaign(&mut self, body: Body) -> Result<CampaignId, Failure> {
        let (settings, senders) = settings::find(self.app, self.company).await?;
        let id = self.app.new_id(CampaignId::new);
        let begin = store::begin(&id, self.company, self.app.now());
        self.app.database.query(begin).await?;
        match self
            .receive_and_activate(&id, &settings.zone, senders, body)
            .await
        {
            Ok(first) => Ok(first.unwrap_or(id)),
            Err(failure) => {
                self.discard(&id).await;
                Err(failure)
            }
        }
    }

    /// The id of an earlier campaign when another request with the same key was faster.
    async fn receive_and_activate(
        &mut self,
        id: &CampaignId,
        zone: &Zone,
        senders: Senders,
        body: Body,
    ) -> Result<Option<CampaignId>, Failure> {
        let allowed = Allowed::of(self.app, self.company).await?;
        let incoming = Incoming::new(self.app, self.company, id, senders.region(self.app), allowed);
        let received = receive(incoming, body, self.key.is_some()).await?;
        if received.total == 0 {
            return Err(Refusal::new(ProblemCode::NoRecipients).at("recipients").into());
        }
        self.key = self.key.take().map(|key| key.for_request(received.hash.clone()));
        let checked = Checked::new(self.app, &received.head, senders, zone)?;
        if checked.send_at.is_none() {
            spending::refuse_when_spent(self.app, self.company).await?;
        }
        let batch = self.activation(id, &received, &checked)?;
        match self.app.database.commit(batch).await {
            Ok(rows) if rows.iter().any(|rows| !rows.is_empty()) => {}
            Ok(_) => return Err(Fault::Storage("the stored list is gone".to_owned()).into()),
            Err(error) if IdempotencyKey::is_repeat(&error) => {
                self.discard(id).await;
                return self.first_result().await.map(Some);
            }
            Err(error) => return Err(error.into()),
        }
        let at = checked.send_at.unwrap_or_else(|| self.app.now());
        wake_later(self.app, self.meta, self.company, &checked.sender.address, at);
        Ok(None)
    }

    fn activation(
        &self,
        id: &CampaignId,
        received: &Received,
        checked: &Checked,
    ) -> Result<Vec<Statement>, Failure> {
        let (now, head) = (self.app.now(), &received.head);
        let json = |value: &Vec<String>| {
            serde_json::to_string(value).map_err(|error| Fault::Internal(error.to_string()))
        };
        let stands_for = MessageId::try_from(id.to_string()).map_err(|e| Fault::Internal(e.to_string()))?;
        let mut batch = match &self.key {
            Some(key) => key.statements(self.company, &stands_for, now),
            None => Vec::new(),
        };
        let variables = template::variables(&head.message);
        if !variables.is_empty() {
            batch.push(recipients::fail_incomplete(id, &json(&variables)?));
        }
        if checked.channel == Channel::Whatsapp {
            batch.push(recipients::write_to_whatsapp(id));
        }
        let total = i64::try_from(received.total).unwrap_or(i64::MAX);
        batch.push(store::activate(&Plan {
            id,
            company: self.company,
            name: &checked.name,
            channel: checked.channel,
            integration: &checked.sender.integration.id,
            number: &checked.sender.address,
            body: &head.message,
            media_url: head.media_url.as_deref(),
            send_at: checked.send_at.unwrap_or(now).max(now),
            quiet_hours: head.quiet_hours,
            validity_seconds: head.validity_minutes.map(|minutes| minutes * 60),
            zones: &json(&received.zones)?,
            canary: if head.canary.unwrap_or(true) {
                canary_size(total)
            } else {
                0
            },
            author: self.caller.user.as_ref(),
            client_identity: &self.caller.name,
            now,
        }));
        let entry = Entry::new(self.app, self.company, self.caller, AuditAction::SendBulkSms)
            .subject(&checked.name)
            .number(&checked.sender.address)
            .detail("campaign", Some(id))
            .detail("recipients", Some(total));
        batch.push(entry.statement());
        Ok(batch)
    }

    /// The same request again: read to its end, and not stored again.
    async fn repeat(&mut self, body: Body) -> Result<CampaignId, Failure> {
        let (mut chunks, mut hash, mut left) = (BodyChunks(body), Sha256::new(), MOST_BYTES);
        while let Some(chunk) = next(&mut chunks, &mut left).await? {
            hash.update(&chunk);
        }
        self.key = self.key.take().map(|key| key.for_request(fingerprint(hash)));
        self.first_result().await
    }

    async fn first_result(&self) -> Result<CampaignId, Failure> {
        let key = self.key.as_ref().ok_or(ProblemCode::NotFound)?;
        let first = key.first_result(self.app, self.company).await?;
        // The key of a single message is no key of a campaign; its fingerprint says so before.
        CampaignId::try_from(first.to_string()).map_err(|_| ProblemCode::IdempotencyKeyReused.into())
    }

    /// Should this fail, the sweep finds it.
    async fn discard(&self, id: &CampaignId) {
        if let Err(error) = self.app.database.query(store::discard(self.company, id)).await {
            log::warn!("{}: a list was left behind: {error}", self.meta.request_id);
        }
    }
}

fn fingerprint(hash: Sha256) -> String {
    format!("bulk {}", hex(&hash.finalize()))
}

async fn receive(mut incoming: Incoming<'_>, body: Body, hashed: bool) -> Result<Received, Failure> {
    let (mut chunks, mut reader, mut hash) = (BodyChunks(body), ListReader::default(), Sha256::new());
    let mut left = MOST_BYTES;
    while let Some(chunk) = next(&mut chunks, &mut left).await? {
        for piece in chunk.chunks(PIECE) {
            if hashed {
                hash.update(piece);
            }
            reader.feed(piece, |item| incoming.take(item))?;
            incoming.store_when_full().await?;
        }
    }
    let (head, found) = reader.finish()?;
    if !found {
        return Err(Refusal::new(ProblemCode::MissingField).at("recipients").into());
    }
    let head = serde_json::from_slice(&head).map_err(|_| Failure::from(ProblemCode::MalformedRequest))?;
    let (total, zones) = incoming.finish().await?;
    Ok(Received {
        head,
        total,
        zones,
        hash: fingerprint(hash),
    })
}

async fn next(chunks: &mut BodyChunks, left: &mut usize) -> Result<Option<Bytes>, Failure> {
    let chunk = chunks.next().await?;
    if let Some(chunk) = &chunk {
        *left = left.checked_sub(chunk.len()).ok_or(ProblemCode::TooLarge)?;
    }
    Ok(chunk)
}

/// What stands beside the list, found good.
struct Checked {
    sender: Sender,
    channel: Channel,
    name: String,
    send_at: Option<domain::Timestamp>,
}

impl Checked {
    fn new(app: &App, head: &BulkHead, senders: Senders, zone: &Zone) -> Result<Self, Failure> {
        let refuse = |code, field| Failure::from(Refusal::new(code).at(field));
        let channel = head.channel.unwrap_or(if head.media_url.is_some() {
            Channel::Mms
        } else {
            Channel::Sms
        });
        match (channel, &head.media_url) {
            (Channel::Sms, Some(_)) => return Err(refuse(ProblemCode::ChannelNotAvailable, "media_url")),
            (Channel::Mms, None) => return Err(refuse(ProblemCode::MissingField, "media_url")),
            _ => {}
        }
        if let Some(url) = &head.media_url {
            Attachment::elsewhere(app, url, "media_url")?;
        }
        if head.message.trim().is_empty() && head.media_url.is_none() {
            return Err(refuse(ProblemCode::EmptyMessage, "message"));
        }
        let plain = template::variables(&head.message).is_empty();
        let too_long = head.message.chars().count() > LONGEST_TEMPLATE
            || plain && !head.message.trim().is_empty() && MessageBody::new(&head.message).is_err();
        if too_long {
            return Err(refuse(ProblemCode::MessageTooLong, "message"));
        }
        if head
            .validity_minutes
            .is_some_and(|minutes| !(1..=MOST_VALIDITY_MINUTES).contains(&minutes))
        {
            return Err(refuse(ProblemCode::InvalidField, "validity_minutes"));
        }
        let whatsapp = channel == Channel::Whatsapp;
        let sender = senders.choose(app, head.from.as_deref(), whatsapp)?;
        if !sender.can_send_sms() {
            return Err(refuse(ProblemCode::NumberCannotSendSms, "from"));
        }
        if channel == Channel::Mms && !sender.can_send_mms() {
            return Err(refuse(ProblemCode::NumberCannotSendMms, "from"));
        }
        let local = head.local_send_at.map(|local| {
            zone.moment(local)
                .map_err(|zones::SkippedHour| refuse(ProblemCode::SkippedHour, "local_send_at"))
        });
        let given = head
            .name
            .as_deref()
            .map(str::trim)
            .filter(|name| !name.is_empty());
        let name = given.map_or_else(|| preview(&head.message), str::to_owned);
        Ok(Self {
            sender,
            channel,
            name: name.chars().take(LONGEST_NAME).collect(),
            send_at: local.transpose()?.or(head.send_at),
        })
    }
}
