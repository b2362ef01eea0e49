//! The SQL of files.

use contract::media::{MediaFailure, MediaState};
use domain::Timestamp;
use domain::ids::{CompanyId, IntegrationId, MediaId, MessageId};
use serde::Deserialize;

use super::attach::Attachment;
use crate::ports::blobs::Stored;
use crate::ports::database::{Statement, column};

/// A file to be copied from Twilio.
#[derive(Debug, Deserialize)]
pub struct WaitingRow {
    pub id: MediaId,
    pub company_id: CompanyId,
    pub message_id: MessageId,
    pub url: String,
    pub content_type: String,
    pub attempts: i64,
    pub integration_id: Option<IntegrationId>,
}

const WAITING: &str = "id, company_id, message_id, url, content_type, attempts,
    (SELECT integration_id FROM messages WHERE id = message_id) AS integration_id";

/// Which files to take up.
pub enum Due<'a> {
    OfMessage(&'a MessageId),
    OfCompany(&'a CompanyId),
    Anybodys,
}

/// Takes files up: until `lease_ends` they are nobody else's, after that whoever took them is taken for dead.
pub fn claim_due(due: &Due<'_>, now: Timestamp, lease_ends: Timestamp, limit: u32) -> Statement {
    let (choice, value) = match due {
        Due::OfMessage(message) => (
            "media INDEXED BY media_of_message WHERE message_id = ?3 AND",
            message.as_str(),
        ),
        Due::OfCompany(company) => (
            "media INDEXED BY media_waiting_of_company WHERE company_id = ?3 AND",
            company.as_str(),
        ),
        Due::Anybodys => ("media INDEXED BY media_waiting WHERE ?3 = '' AND", ""),
    };
    Statement::new(format!(
        "UPDATE media SET attempts = attempts + 1, next_at = ?2
         WHERE id IN (SELECT id FROM {choice} state = 'waiting' AND next_at <= ?1 ORDER BY next_at LIMIT {limit})
         RETURNING {WAITING}"
    ))
    .bind(now)
    .bind(lease_ends)
    .bind(value)
}

/// When the next file of a company is due.
pub fn next_due(company: &CompanyId) -> Statement {
    Statement::new(
        "SELECT min(next_at) AS at FROM media INDEXED BY media_waiting_of_company
         WHERE state = 'waiting' AND company_id = ?1",
    )
    .bind(company)
}

/// Answers no row when the message was deleted meanwhile. Whoever comes second brings the same bytes.
pub fn arrived(id: &MediaId, key: &str, content_type: &str, stored: &Stored) -> Statement {
    Statement::new(
        "UPDATE media SET state = 'here', failure = NULL, blob_key = ?2, content_type = ?3, size = ?4, sha256 = ?5
         WHERE id = ?1 RETURNING id",
    )
    .bind(id)
    .bind(key)
    .bind(content_type)
    .bind(i64::try_from(stored.size).unwrap_or(i64::MAX))
    .bind(&stored.sha256)
}

pub fn put_off(id: &MediaId, next_at: Timestamp) -> Statement {
    Statement::new("UPDATE media SET next_at = ?2 WHERE id = ?1 AND state = 'waiting'")
        .bind(id)
        .bind(next_at)
}

pub fn failed(id: &MediaId, failure: MediaFailure) -> Statement {
    Statement::new(
        "UPDATE media SET state = 'failed', failure = ?2 WHERE id = ?1 AND state = 'waiting' RETURNING id",
    )
    .bind(id)
    .bind(failure.as_str())
}

/// Answers the file's message; no row when it did not fail.
pub fn wait_again(company: &CompanyId, id: &MediaId, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE media SET state = 'waiting', failure = NULL, attempts = 0, next_at = ?3
         WHERE id = ?1 AND company_id = ?2 AND state = 'failed' RETURNING message_id",
    )
    .bind(id)
    .bind(company)
    .bind(now)
}

/// A file as it is served.
#[derive(Debug, Deserialize)]
pub struct ServedRow {
    pub id: MediaId,
    pub state: MediaState,
    pub content_type: String,
    pub file_name: Option<String>,
    pub blob_key: Option<String>,
    pub size: Option<u64>,
    pub sha256: Option<String>,
}

const SERVED: &str = "id, state, content_type, file_name, blob_key, size, sha256";

pub fn one(company: &CompanyId, id: &MediaId) -> Statement {
    Statement::new(format!(
        "SELECT {SERVED} FROM media WHERE id = ?1 AND company_id = ?2"
    ))
    .bind(id)
    .bind(company)
}

/// Whoever's it is: for an address that we signed.
pub fn signed(id: &MediaId) -> Statement {
    Statement::new(format!("SELECT {SERVED} FROM media WHERE id = ?1")).bind(id)
}

/// Before the first byte is stored, so that no byte is ever forgotten.
pub fn begin_upload(company: &CompanyId, id: &MediaId, key: &str, now: Timestamp) -> Statement {
    Statement::new("INSERT INTO uploads (id, company_id, blob_key, created_at) VALUES (?1, ?2, ?3, ?4)")
        .bind(id)
        .bind(company)
        .bind(key)
        .bind(now)
}

pub fn end_upload(id: &MediaId, content_type: &str, file_name: Option<&str>, stored: &Stored) -> Statement {
    Statement::new(
        "UPDATE uploads SET content_type = ?2, file_name = ?3, size = ?4, sha256 = ?5 WHERE id = ?1",
    )
    .bind(id)
    .bind(content_type)
    .bind(file_name)
    .bind(i64::try_from(stored.size).unwrap_or(i64::MAX))
    .bind(&stored.sha256)
}

#[derive(Debug, Deserialize)]
pub struct UploadRow {
    pub id: MediaId,
    pub blob_key: String,
    pub content_type: String,
    pub file_name: Option<String>,
    pub size: u64,
    pub sha256: String,
}

/// `ids`: a JSON array. Those that are not there, not whole or too old are left out. Those that a message has already
/// are among them: a repeated request is known by its files, and any other fails on `media.id` ([`attach`]).
pub fn uploads(company: &CompanyId, ids: &str, since: Timestamp) -> Statement {
    Statement::new(
        "SELECT id, blob_key, content_type, file_name, size, sha256 FROM uploads
         WHERE id IN (SELECT value FROM json_each(?2)) AND company_id = ?1 AND size IS NOT NULL AND created_at > ?3
         UNION ALL
         SELECT id, blob_key, content_type, file_name, size, sha256 FROM media
         WHERE id IN (SELECT value FROM json_each(?2)) AND company_id = ?1 AND sha256 IS NOT NULL",
    )
    .bind(company)
    .bind(ids)
    .bind(since)
}

/// Files of a message that goes out. An upload is used up: a second message with it fails on `media.id`.
pub fn attach(company: &CompanyId, message: &MessageId, files: &[Attachment]) -> Vec<Statement> {
    let mut batch: Vec<_> = (0_i64..)
        .zip(files)
        .map(|(position, file)| {
            Statement::new(
                "INSERT INTO media (id, company_id, message_id, position, url, content_type, state, blob_key, size,
                   sha256, file_name, as_link)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )
            .bind(&file.id)
            .bind(company)
            .bind(message)
            .bind(position)
            .bind(file.url.as_deref().unwrap_or_default())
            .bind(&file.content_type)
            .bind(if file.url.is_some() { "elsewhere" } else { "here" })
            .bind(file.blob_key.clone())
            .bind(file.size.map(|size| i64::try_from(size).unwrap_or(i64::MAX)))
            .bind(file.sha256.clone())
            .bind(file.file_name.clone())
            .bind(file.as_link)
        })
        .collect();
    batch.extend(
        files
            .iter()
            .map(|file| Statement::new("DELETE FROM uploads WHERE id = ?1").bind(&file.id)),
    );
    batch
}

#[derive(Debug, Deserialize)]
pub struct SentRow {
    pub url: String,
    pub content_type: String,
    pub file_name: Option<String>,
    pub blob_key: Option<String>,
    pub size: Option<u64>,
    pub sha256: Option<String>,
    #[serde(deserialize_with = "column::boolean")]
    pub as_link: bool,
}

pub fn of_message(company: &CompanyId, message: &MessageId) -> Statement {
    Statement::new(
        "SELECT url, content_type, file_name, blob_key, size, sha256, as_link FROM media
         WHERE message_id = ?2 AND company_id = ?1 ORDER BY position",
    )
    .bind(company)
    .bind(message)
}

/// How many it had when it was written.
pub fn count_of_message(company: &CompanyId, message: &MessageId) -> Statement {
    Statement::new("SELECT media_count FROM messages WHERE id = ?2 AND company_id = ?1")
        .bind(company)
        .bind(message)
}

/// Part of the clean-up: their bytes are forgotten by a trigger.
pub fn forget_uploads(before: Timestamp) -> Statement {
    Statement::new("DELETE FROM uploads WHERE created_at < ?1").bind(before)
}

pub fn forgotten(limit: u32) -> Statement {
    Statement::new(format!(
        "SELECT blob_key FROM forgotten_blobs ORDER BY blob_key LIMIT {limit}"
    ))
}

/// `keys`: a JSON array.
pub fn deleted(keys: &str) -> Statement {
    Statement::new("DELETE FROM forgotten_blobs WHERE blob_key IN (SELECT value FROM json_each(?1))")
        .bind(keys)
}
