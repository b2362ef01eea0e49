//! Sessions, invitations and API tokens: hashes only.

use contract::people::ApiTokenView;
use domain::ids::{ApiTokenId, CompanyId, UserId};
use domain::role::Scope;
use domain::{Language, Role, Timestamp};
use serde::Deserialize;

use crate::ports::database::{Statement, column};

pub fn insert_session(
    hash: &str,
    user: &UserId,
    company: &CompanyId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Statement {
    Statement::new("INSERT INTO sessions (token_hash, user_id, company_id, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)")
        .bind(hash)
        .bind(user)
        .bind(company)
        .bind(now)
        .bind(expires_at)
}

pub fn delete_session(hash: &str) -> Statement {
    Statement::new("DELETE FROM sessions WHERE token_hash = ?1").bind(hash)
}

/// Of a person who belongs to `home`: by their sessions, and by the programs that have a token of theirs.
pub fn companies_listened_to(user: &UserId, home: &CompanyId) -> Statement {
    Statement::new(
        "SELECT company_id, 0 AS by_program FROM sessions WHERE user_id = ?1
         UNION SELECT company_id, 1 FROM api_tokens WHERE company_id = ?2 AND created_by = ?1",
    )
    .bind(user)
    .bind(home)
}

pub fn delete_sessions_of(user: &UserId) -> Statement {
    Statement::new("DELETE FROM sessions WHERE user_id = ?1").bind(user)
}

pub fn delete_other_sessions_of(user: &UserId, kept: &str) -> Statement {
    Statement::new("DELETE FROM sessions WHERE user_id = ?1 AND token_hash <> ?2")
        .bind(user)
        .bind(kept)
}

/// Part of the clean-up.
pub fn delete_expired_sessions(now: Timestamp) -> Statement {
    Statement::new("DELETE FROM sessions WHERE expires_at < ?1").bind(now)
}

pub fn look_at_company(hash: &str, company: &CompanyId) -> Statement {
    Statement::new("UPDATE sessions SET company_id = ?2 WHERE token_hash = ?1")
        .bind(hash)
        .bind(company)
}

/// A newer invitation replaces the one before.
pub fn put_invitation(hash: &str, user: &UserId, expires_at: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO invitations (token_hash, user_id, expires_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (user_id) DO UPDATE SET token_hash = excluded.token_hash, expires_at = excluded.expires_at",
    )
    .bind(hash)
    .bind(user)
    .bind(expires_at)
}

#[derive(Deserialize)]
pub struct InvitationRow {
    pub user_id: UserId,
    pub email: String,
    pub name: String,
    pub company_name: String,
    pub language: Language,
    #[serde(deserialize_with = "column::millis")]
    pub expires_at: Timestamp,
}

pub fn invitation(hash: &str, now: Timestamp) -> Statement {
    Statement::new(
        "SELECT u.id AS user_id, u.email, u.name, c.name AS company_name, u.language, i.expires_at
         FROM invitations i JOIN users u ON u.id = i.user_id JOIN companies c ON c.id = u.company_id
         WHERE i.token_hash = ?1 AND i.expires_at > ?2 AND u.active = 1",
    )
    .bind(hash)
    .bind(now)
}

/// Fails the batch when the link was used meanwhile.
pub fn guard_invitation(hash: &str) -> Statement {
    Statement::new(
        "INSERT INTO guards (name) SELECT 'invitation_used'
         WHERE NOT EXISTS (SELECT 1 FROM invitations WHERE token_hash = ?1)",
    )
    .bind(hash)
}

pub fn delete_invitation_of(user: &UserId) -> Statement {
    Statement::new("DELETE FROM invitations WHERE user_id = ?1").bind(user)
}

#[derive(Deserialize)]
pub struct ApiTokenRow {
    id: ApiTokenId,
    name: String,
    role: Role,
    #[serde(deserialize_with = "column::json_or_null")]
    scopes: Option<Vec<Scope>>,
    ending: String,
    created_by: Option<String>,
    #[serde(deserialize_with = "column::millis")]
    created_at: Timestamp,
    #[serde(deserialize_with = "column::millis_or_null")]
    last_used_at: Option<Timestamp>,
}

impl From<ApiTokenRow> for ApiTokenView {
    fn from(row: ApiTokenRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            role: row.role,
            scopes: row.scopes,
            ending: row.ending,
            created_by: row.created_by,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
        }
    }
}

const API_TOKEN: &str =
    "SELECT t.id, t.name, t.role, t.scopes, t.ending, u.name AS created_by, t.created_at, t.last_used_at
     FROM api_tokens t LEFT JOIN users u ON u.id = t.created_by";

pub fn api_tokens_of(company: &CompanyId) -> Statement {
    Statement::new(format!("{API_TOKEN} WHERE t.company_id = ?1 ORDER BY t.id DESC")).bind(company)
}

pub fn api_token(company: &CompanyId, id: &ApiTokenId) -> Statement {
    Statement::new(format!("{API_TOKEN} WHERE t.company_id = ?1 AND t.id = ?2"))
        .bind(company)
        .bind(id)
}

pub struct NewApiTokenRow<'a> {
    pub id: &'a ApiTokenId,
    pub hash: String,
    pub company: &'a CompanyId,
    pub created_by: Option<&'a UserId>,
    pub name: &'a str,
    pub role: Role,
    /// As JSON.
    pub scopes: Option<String>,
    pub ending: &'a str,
    pub now: Timestamp,
}

pub fn insert_api_token(token: &NewApiTokenRow<'_>) -> Statement {
    Statement::new(
        "INSERT INTO api_tokens (id, token_hash, company_id, created_by, name, role, scopes, ending, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )
    .bind(token.id)
    .bind(token.hash.clone())
    .bind(token.company)
    .bind(token.created_by)
    .bind(token.name)
    .bind(token.role.as_str())
    .bind(token.scopes.clone())
    .bind(token.ending)
    .bind(token.now)
}

pub fn delete_api_token(company: &CompanyId, id: &ApiTokenId) -> Statement {
    Statement::new("DELETE FROM api_tokens WHERE id = ?1 AND company_id = ?2")
        .bind(id)
        .bind(company)
}
