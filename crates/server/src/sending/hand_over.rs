//! Handing one claimed message to Twilio, and recording what came of it.
//! `POST /Messages.json` has no idempotency key (<https://www.twilio.com/docs/messaging/api/message-resource>):
//! an answer that does not come leaves the row in doubt, to be reconciled, never to be sent again blindly.

use std::time::Duration;

use contract::Endpoint;
use contract::webhooks::MessageStatus;
use domain::{DeliveryStatus, Timestamp};
use futures_util::future::join_all;
use twilio::api::ApiError;
use twilio::messages::{CreateMessage, MessageResource};
use twilio::sid::Credentials;

use super::sent::{Sent, read_views};
use super::store::{self, OutboxMedia, OutboxRow};
use crate::health::wiring::ASKED_AGAIN;
use crate::inbox::store::messages::{Progress, progress};
use crate::integrations::twilio_call::{CallError, call};
use crate::media::link;
use crate::own_data::forgotten;
use crate::ports::WakeUp;
use crate::ports::database::Statement;
use crate::{App, Fault};

/// After a claim, this long is an answer still to be hoped for: longer than the adapter's own time-out.
pub const DOUBT_AFTER: Duration = Duration::from_secs(30);

pub enum Handed {
    Accepted(Box<MessageResource>),
    /// Final.
    Refused {
        code: Option<i64>,
        message: String,
    },
    /// Not done; may be asked again later.
    Later {
        code: Option<i64>,
    },
    /// Perhaps done.
    InDoubt,
}

pub async fn hand_over(app: &App, credentials: &Credentials, public_url: &str, row: &OutboxRow) -> Handed {
    let mut create = CreateMessage::new(row.sender.clone(), row.recipient.clone(), row.body.clone());
    create.body = create.body.filter(|body| !body.is_empty());
    if let Some(template) = &row.template {
        create.body = None;
        create.content_sid = Some(template.sid.clone());
        create.content_variables =
            (!template.variables.is_empty()).then(|| serde_json::json!(template.variables).to_string());
    }
    create.status_callback = status_callback(app, public_url, row);
    create.validity_period_seconds = row.validity_seconds;
    create.media_urls = match media_urls(app, public_url, row) {
        Ok(urls) => urls,
        Err(fault) => {
            log::error!("{}: its files have no address: {fault}", row.id);
            return Handed::Later { code: None };
        }
    };
    match call(app, credentials, &create).await {
        Ok(resource) => Handed::Accepted(Box::new(resource)),
        Err(CallError::Api(ApiError::Refused(refusal))) => Handed::Refused {
            code: refusal.code,
            message: refusal.message,
        },
        Err(CallError::Api(ApiError::SlowDown(refusal))) => Handed::Later { code: refusal.code },
        Err(error @ (CallError::Api(ApiError::Unclear { .. }) | CallError::NoAnswer(_))) => {
            log::warn!("{}: {error}; to be reconciled", row.id);
            Handed::InDoubt
        }
    }
}

/// A few at once, each answered for itself. What goes to one person goes in its order, one after the other.
pub async fn hand_over_all(
    app: &App,
    credentials: &Credentials,
    public_url: &str,
    rows: &[OutboxRow],
) -> Vec<Handed> {
    let one_person = rows.iter().enumerate().map(async |(place, row)| {
        let first = rows.iter().position(|other| other.recipient == row.recipient);
        if first != Some(place) {
            return Vec::new();
        }
        let theirs = rows.iter().enumerate().skip(place);
        let mut handed = Vec::new();
        for (place, row) in theirs.filter(|(_, other)| other.recipient == row.recipient) {
            handed.push((place, hand_over(app, credentials, public_url, row).await));
        }
        handed
    });
    let mut handed: Vec<_> = join_all(one_person).await.into_iter().flatten().collect();
    handed.sort_by_key(|(place, _)| *place);
    handed.into_iter().map(|(_, handed)| handed).collect()
}

/// Signed anew with each attempt: a message that waited long must not carry expired addresses.
fn media_urls(app: &App, public_url: &str, row: &OutboxRow) -> Result<Vec<String>, Fault> {
    let url = |file: &OutboxMedia| match &file.url {
        Some(url) => Ok(url.clone()),
        // Woken by whoever does not know it: Twilio would refuse such an address for good.
        None if public_url.is_empty() => Err(Fault::Internal("the public address is not known".to_owned())),
        None => {
            let named = link::Named {
                id: &file.id,
                file_name: file.file_name.as_deref(),
                content_type: &file.content_type,
            };
            link::url(app, public_url, &named, link::FOR_TWILIO)
        }
    };
    row.media.iter().map(url).collect()
}

/// Carries our id, so that a receipt finds its row even before Twilio has answered. Twilio refuses an address
/// that it cannot reach (21609): a development machine without a tunnel goes without receipts.
fn status_callback(app: &App, public_url: &str, row: &OutboxRow) -> Option<String> {
    let reachable = public_url.starts_with("https://") || app.settings.twilio_api_base.starts_with("http://");
    reachable.then(|| format!("{public_url}{}?m={}{ASKED_AGAIN}", MessageStatus::PATH, row.id))
}

impl Handed {
    /// What came of it, to be stored, and when to come back for this row. Nothing is stored of a row in doubt.
    pub fn outcome(&self, app: &App, row: &OutboxRow) -> (Vec<Statement>, Option<Timestamp>) {
        match self {
            Self::Accepted(resource) => {
                let mut batch = progress(&accepted(row, resource, app));
                batch.truncate(2);
                batch.push(forgotten::while_it_left(
                    &row.company_id,
                    &row.id,
                    resource.sid.as_str(),
                    app.now(),
                ));
                (batch, None)
            }
            Self::Refused { code, message } => (store::refused(&row.id, *code, message), None),
            Self::Later { .. } => {
                let send_at = app.now() + pause_before(row.attempts, app.random());
                (store::put_back(&row.id, send_at), Some(send_at))
            }
            Self::InDoubt => (Vec::new(), Some(app.now() + DOUBT_AFTER)),
        }
    }

    /// Stores the outcome and wakes whoever goes on with it; `None` when the row stays as it is, in doubt.
    pub async fn record(&self, app: &App, public_url: &str, row: &OutboxRow) -> Result<Option<Sent>, Fault> {
        let (mut batch, again_at) = self.outcome(app, row);
        if let Some(at) = again_at {
            wake(app, public_url, row, at).await;
        }
        if batch.is_empty() {
            return Ok(None);
        }
        batch.extend(store::views(&row.company_id, &row.id));
        let rows = app.database.commit(batch).await?;
        read_views(app, &rows)
    }
}

/// Should this be lost, the sweep finds the row.
async fn wake(app: &App, public_url: &str, row: &OutboxRow, at: Timestamp) {
    let call = WakeUp {
        company: row.company_id.clone(),
        sender: row.sender.to_string(),
        at,
        public_url: public_url.to_owned(),
    };
    if let Err(error) = app.wake.wake(call).await {
        log::warn!("{}: the dispatcher was not woken: {error}", row.id);
    }
}

pub fn accepted<'a>(row: &'a OutboxRow, resource: &'a MessageResource, app: &App) -> Progress<'a> {
    Progress {
        company: &row.company_id,
        id: Some(&row.id),
        external_id: resource.sid.as_str(),
        status: resource.status.unwrap_or(DeliveryStatus::Queued),
        error_code: resource.error_code,
        error_message: resource.error_message.as_deref(),
        segments: i64::from(resource.num_segments),
        now: app.now(),
    }
}

/// 2 s, 4 s, 8 s… at most 10 minutes, and up to half as much again so that rows do not come back together.
fn pause_before(attempts: i64, random: u128) -> Duration {
    let seconds = 1_u64 << u32::try_from(attempts).unwrap_or(0).clamp(1, 9);
    let base = Duration::from_secs(seconds.min(600));
    base + base.mul_f64((random % 1000) as f64 / 2000.0)
}
