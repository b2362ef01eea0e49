//! A file comes in: after the webhook's answer it is copied from Twilio. Rows are the truth: what fails is put off
//! and taken up again by the number's dispatcher or the sweep.
//! <https://www.twilio.com/docs/messaging/api/media-resource>

use std::sync::Arc;
use std::time::Duration;

use contract::media::MediaFailure;
use domain::ids::{CompanyId, IntegrationId, MediaId, MessageId};
use domain::media::MOST_BYTES;
use domain::{Address, Timestamp};
use serde::Deserialize;
use twilio::sid::Credentials;

use super::store::{self, Due, WaitingRow};
use super::{address, sniff};
use crate::integrations::store::{self as integrations, IntegrationRow};
use crate::integrations::twilio_call::credentials;
use crate::ports::blobs::{Copied, Download, Stored};
use crate::ports::database::column;
use crate::ports::{AfterAnswer, WakeUp};
use crate::sending::sent::read_views;
use crate::sending::store::views;
use crate::{App, Failure, Fault};

/// Longer than any copy may take: see the adapter's time-out.
const LEASE: Duration = Duration::from_secs(120);
const MOST_REDIRECTS: u32 = 3;
/// Taken up at once, so that none waits longer than its lease.
const STEP: u32 = 4;
/// The rest is the next sweep's.
const MOST_STEPS: u32 = 5;

/// Before the second attempt, the third…; after the last, people must look.
const PAUSES: [u64; 7] = [5, 15, 60, 300, 900, 1800, 3600];

/// After the answer to a webhook.
pub fn begin(app: &Arc<App>, after: &AfterAnswer, message: &MessageId) {
    let (app, message) = (Arc::clone(app), message.clone());
    after.0(Box::pin(async move {
        log_failure(copy(&app, &Due::OfMessage(&message)).await);
    }));
}

/// Part of a dispatcher's step: what is due of its company, and when it has something again.
pub async fn step(app: &App, company: &CompanyId) -> Option<Timestamp> {
    #[derive(Deserialize)]
    struct Next {
        #[serde(deserialize_with = "column::millis_or_null")]
        at: Option<Timestamp>,
    }
    log_failure(copy(app, &Due::OfCompany(company)).await);
    let next = app.database.query(store::next_due(company)).await;
    let next = next.map_err(Fault::from).and_then(|rows| rows.first::<Next>());
    match next {
        Ok(next) => next.and_then(|next| next.at),
        Err(fault) => {
            log::error!("{company}: files: {fault}");
            None
        }
    }
}

/// Part of the minute's sweep.
pub async fn sweep(app: &App) {
    log_failure(copy(app, &Due::Anybodys).await);
}

fn log_failure(outcome: Result<(), Failure>) {
    if let Err(failure) = outcome {
        log::error!("files were not copied: {failure:?}");
    }
}

async fn copy(app: &App, due: &Due<'_>) -> Result<(), Failure> {
    for _ in 0..MOST_STEPS {
        let now = app.now();
        let rows = app
            .database
            .query(store::claim_due(due, now, now + LEASE, STEP))
            .await?
            .all::<WaitingRow>()?;
        for row in &rows {
            if let Err(failure) = settle(app, row).await {
                // Its lease ends, and it is taken up again.
                log::error!("{}: the file's outcome was not recorded: {failure:?}", row.id);
            }
        }
        if rows.len() < STEP as usize {
            break;
        }
    }
    Ok(())
}

enum Outcome {
    Here {
        key: String,
        stored: Stored,
    },
    Failed(MediaFailure),
    /// It may come yet; why not now, and what it is called when it never does.
    Later(String, MediaFailure),
}

async fn settle(app: &App, row: &WaitingRow) -> Result<(), Failure> {
    match fetch(app, row).await? {
        Outcome::Here { key, stored } => {
            let content_type = sniff::sniff(&stored.head, &row.content_type);
            let recorded = record(app, row, store::arrived(&row.id, &key, &content_type, &stored)).await?;
            if !recorded && let Err(error) = app.blobs.delete(vec![key]).await {
                log::warn!("{}: bytes of a deleted message are left: {error}", row.id);
            }
        }
        Outcome::Failed(failure) => {
            record(app, row, store::failed(&row.id, failure)).await?;
        }
        Outcome::Later(why, failure) => match pause(row.attempts) {
            Some(pause) => {
                log::warn!("{}: not copied, attempt {}: {why}", row.id, row.attempts);
                let next_at = app.now() + pause;
                app.database.query(store::put_off(&row.id, next_at)).await?;
                wake(app, row, next_at).await;
            }
            None => {
                log::error!("{}: given up after {} attempts: {why}", row.id, row.attempts);
                record(app, row, store::failed(&row.id, failure)).await?;
            }
        },
    }
    Ok(())
}

fn pause(attempts: i64) -> Option<Duration> {
    let index = usize::try_from(attempts - 1).ok()?;
    PAUSES.get(index).copied().map(Duration::from_secs)
}

/// What Twilio has. The credentials go to the account's own media only; redirects are followed by hand, without them.
async fn fetch(app: &App, row: &WaitingRow) -> Result<Outcome, Failure> {
    let Some(credentials) = credentials_of(app, &row.company_id, row.integration_id.as_ref()).await? else {
        return Ok(Outcome::Failed(MediaFailure::NoIntegration));
    };
    let base = &app.settings.twilio_api_base;
    if !address::is_own(&row.url, base, &credentials.account_sid) {
        return Ok(Outcome::Failed(MediaFailure::ForeignAddress));
    }
    let key = key(&row.company_id, &row.id);
    let mut download = Download {
        url: row.url.clone(),
        authorization: Some(credentials.authorization()),
        most_bytes: MOST_BYTES,
    };
    for _ in 0..=MOST_REDIRECTS {
        let at_twilio = download.authorization.is_some();
        match app.blobs.copy(download.clone(), &key).await {
            Ok(Copied::Stored(stored)) if stored.size == 0 => {
                return Ok(Outcome::Later("it is empty".to_owned(), MediaFailure::Empty));
            }
            Ok(Copied::Stored(stored)) => return Ok(Outcome::Here { key, stored }),
            Ok(Copied::TooLarge) => return Ok(Outcome::Failed(MediaFailure::TooLarge)),
            Ok(Copied::Redirect(location)) if address::may_follow(&location, base) => {
                download.url = location;
                download.authorization = None;
            }
            Ok(Copied::Redirect(_)) => return Ok(Outcome::Failed(MediaFailure::ForeignAddress)),
            Ok(Copied::Status(401 | 403)) if at_twilio => {
                return Ok(Outcome::Failed(MediaFailure::CredentialsRefused));
            }
            // Right after the webhook a file may not be there yet.
            Ok(Copied::Status(status @ (404 | 410))) => {
                return Ok(Outcome::Later(format!("status {status}"), MediaFailure::Gone));
            }
            Ok(Copied::Status(status)) => {
                return Ok(Outcome::Later(
                    format!("status {status}"),
                    MediaFailure::Unreachable,
                ));
            }
            Err(error) => return Ok(Outcome::Later(error.to_string(), MediaFailure::Unreachable)),
        }
    }
    Ok(Outcome::Later(
        "too many redirects".to_owned(),
        MediaFailure::Unreachable,
    ))
}

/// Where a file's bytes lie.
pub fn key(company: &CompanyId, id: &MediaId) -> String {
    format!("{company}/{id}")
}

async fn credentials_of(
    app: &App,
    company: &CompanyId,
    integration: Option<&IntegrationId>,
) -> Result<Option<Credentials>, Failure> {
    let Some(integration) = integration else {
        return Ok(None);
    };
    let row = app
        .database
        .query(integrations::one(company, integration))
        .await?
        .first::<IntegrationRow>()?;
    Ok(row.map(|row| credentials(app, &row)).transpose()?)
}

/// `false` when the file is no longer anybody's. The browsers see the message as it is now.
async fn record(
    app: &App,
    row: &WaitingRow,
    change: crate::ports::database::Statement,
) -> Result<bool, Failure> {
    let mut batch = vec![change];
    batch.extend(views(&row.company_id, &row.message_id));
    let rows = app.database.commit(batch).await?;
    let changed = rows.first().is_some_and(|rows| !rows.is_empty());
    if changed && let Some(sent) = read_views(app, &rows)? {
        let told = app.live.tell(&row.company_id, vec![sent.event()]).await;
        if let Err(error) = told {
            log::warn!("the browsers were not told: {error}");
        }
    }
    Ok(changed)
}

/// The dispatcher of the number that it came to. Should this be lost, the sweep finds the row.
async fn wake(app: &App, row: &WaitingRow, at: Timestamp) {
    #[derive(Deserialize)]
    struct Recipient {
        recipient: Address,
    }
    let recipient = app
        .database
        .query(
            crate::ports::database::Statement::new("SELECT recipient FROM messages WHERE id = ?1")
                .bind(&row.message_id),
        )
        .await
        .map_err(Fault::from)
        .and_then(|rows| rows.first::<Recipient>());
    let Ok(Some(Recipient { recipient })) = recipient else {
        return;
    };
    let call = WakeUp {
        company: row.company_id.clone(),
        sender: recipient.to_string(),
        at,
        public_url: String::new(),
    };
    if let Err(error) = app.wake.wake(call).await {
        log::warn!("{}: the dispatcher was not woken: {error}", row.id);
    }
}
