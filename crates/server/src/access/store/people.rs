//! Companies, users, and who a credential belongs to.

use contract::session::{CompanyView, UserView};
use domain::ids::{ApiTokenId, CompanyId, UserId};
use domain::people::{EmailAddress, Name};
use domain::{Language, Role, Timestamp};
use serde::Deserialize;

use crate::ports::database::{Statement, column};

const USER_COLUMNS: &str =
    "id, company_id, email, name, role, language, password_hash, active, last_seen_at, created_at";

#[derive(Deserialize)]
pub struct UserRow {
    pub id: UserId,
    pub company_id: CompanyId,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub language: Language,
    pub password_hash: Option<String>,
    #[serde(deserialize_with = "column::boolean")]
    pub active: bool,
    #[serde(deserialize_with = "column::millis_or_null")]
    pub last_seen_at: Option<Timestamp>,
    #[serde(deserialize_with = "column::millis")]
    pub created_at: Timestamp,
}

impl From<UserRow> for UserView {
    fn from(row: UserRow) -> Self {
        Self {
            id: row.id,
            email: row.email,
            name: row.name,
            role: row.role,
            language: row.language,
            active: row.active,
            invited: row.password_hash.is_none(),
            last_seen_at: row.last_seen_at,
            created_at: row.created_at,
        }
    }
}

#[derive(Deserialize)]
pub struct CompanyRow {
    pub id: CompanyId,
    pub name: String,
    #[serde(deserialize_with = "column::millis")]
    pub created_at: Timestamp,
}

impl From<CompanyRow> for CompanyView {
    fn from(row: CompanyRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            created_at: row.created_at,
        }
    }
}

/// Only a superadmin looks at another company than their own.
pub fn caller_by_session(token_hash: &str, now: Timestamp) -> Statement {
    Statement::new(
        "SELECT u.id AS user_id, u.id AS on_behalf_of, NULL AS token_id,
           CASE u.role WHEN 'superadmin' THEN s.company_id ELSE u.company_id END AS company_id,
           u.name, u.role, NULL AS scopes, u.language, u.last_seen_at AS seen_at
         FROM sessions s JOIN users u ON u.id = s.user_id
         WHERE s.token_hash = ?1 AND s.expires_at > ?2 AND u.active = 1",
    )
    .bind(token_hash)
    .bind(now)
}

/// A token ends with the account that made it, and is never stronger than that account is now.
pub fn caller_by_api_token(token_hash: &str) -> Statement {
    // Roles by rank: where each stands in this text.
    const RANKS: &str = "'agent admin superadmin'";
    Statement::new(format!(
        "SELECT NULL AS user_id, t.created_by AS on_behalf_of, t.id AS token_id, t.company_id, t.name,
           CASE WHEN instr({RANKS}, u.role) < instr({RANKS}, t.role) THEN u.role ELSE t.role END AS role,
           t.scopes, 'en' AS language, t.last_used_at AS seen_at
         FROM api_tokens t LEFT JOIN users u ON u.id = t.created_by
         WHERE t.token_hash = ?1 AND coalesce(u.active, 1) = 1
           AND (u.id IS NULL OR u.role = 'superadmin' OR u.company_id = t.company_id)"
    ))
    .bind(token_hash)
}

pub fn oldest_company() -> Statement {
    Statement::new("SELECT id, name, created_at FROM companies ORDER BY id LIMIT 1")
}

pub fn company(id: &CompanyId) -> Statement {
    Statement::new("SELECT id, name, created_at FROM companies WHERE id = ?1").bind(id)
}

pub fn companies() -> Statement {
    Statement::new("SELECT id, name, created_at FROM companies ORDER BY name, id")
}

pub fn insert_company(id: &CompanyId, name: &Name, now: Timestamp) -> Statement {
    Statement::new("INSERT INTO companies (id, name, created_at) VALUES (?1, ?2, ?3)")
        .bind(id)
        .bind(name.as_str())
        .bind(now)
}

pub fn rename_company(id: &CompanyId, name: &Name) -> Statement {
    Statement::new("UPDATE companies SET name = ?2 WHERE id = ?1 RETURNING id, name, created_at")
        .bind(id)
        .bind(name.as_str())
}

pub fn any_user() -> Statement {
    Statement::new("SELECT id FROM users LIMIT 1")
}

/// Fails the batch when somebody has an account already.
pub fn guard_first_administrator() -> Statement {
    Statement::new(
        "INSERT INTO guards (name) SELECT 'not_the_first_administrator' WHERE EXISTS (SELECT 1 FROM users)",
    )
}

pub struct NewUserRow<'a> {
    pub id: &'a UserId,
    pub company: &'a CompanyId,
    pub email: &'a EmailAddress,
    pub name: &'a Name,
    pub role: Role,
    pub language: Language,
    pub password_hash: Option<String>,
    pub now: Timestamp,
}

pub fn insert_user(user: &NewUserRow<'_>) -> Statement {
    Statement::new(format!(
        "INSERT INTO users (id, company_id, email, name, role, language, password_hash, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING {USER_COLUMNS}"
    ))
    .bind(user.id)
    .bind(user.company)
    .bind(user.email.as_str())
    .bind(user.name.as_str())
    .bind(user.role.as_str())
    .bind(user.language.as_str())
    .bind(user.password_hash.clone())
    .bind(user.now)
}

pub fn users_of(company: &CompanyId) -> Statement {
    Statement::new(format!(
        "SELECT {USER_COLUMNS} FROM users WHERE company_id = ?1 ORDER BY name, id"
    ))
    .bind(company)
}

pub fn user(id: &UserId) -> Statement {
    Statement::new(format!("SELECT {USER_COLUMNS} FROM users WHERE id = ?1")).bind(id)
}

pub fn user_in(company: &CompanyId, id: &UserId) -> Statement {
    Statement::new(format!(
        "SELECT {USER_COLUMNS} FROM users WHERE id = ?1 AND company_id = ?2"
    ))
    .bind(id)
    .bind(company)
}

pub fn user_by_email(email: &str) -> Statement {
    Statement::new(format!("SELECT {USER_COLUMNS} FROM users WHERE email = ?1")).bind(email)
}

pub struct UserChange<'a> {
    pub name: Option<&'a Name>,
    pub role: Option<Role>,
    pub language: Option<Language>,
    pub active: Option<bool>,
}

pub fn update_user(id: &UserId, change: &UserChange<'_>) -> Statement {
    Statement::new(format!(
        "UPDATE users SET name = coalesce(?2, name), role = coalesce(?3, role),
           language = coalesce(?4, language), active = coalesce(?5, active)
         WHERE id = ?1 RETURNING {USER_COLUMNS}"
    ))
    .bind(id)
    .bind(change.name.map(Name::as_str))
    .bind(change.role.map(Role::as_str))
    .bind(change.language.map(Language::as_str))
    .bind(change.active)
}

/// Fails the batch when it would leave the company without an active administrator with a password.
pub fn guard_last_administrator(company: &CompanyId) -> Statement {
    Statement::new(
        "INSERT INTO guards (name) SELECT 'last_administrator' WHERE NOT EXISTS (
           SELECT 1 FROM users WHERE company_id = ?1 AND active = 1
             AND role IN ('admin', 'superadmin') AND password_hash IS NOT NULL)",
    )
    .bind(company)
}

pub fn set_password(id: &UserId, hash: &str) -> Statement {
    Statement::new(format!(
        "UPDATE users SET password_hash = ?2 WHERE id = ?1 RETURNING {USER_COLUMNS}"
    ))
    .bind(id)
    .bind(hash)
}

pub fn user_was_seen(id: &UserId, now: Timestamp) -> Statement {
    Statement::new("UPDATE users SET last_seen_at = ?2 WHERE id = ?1")
        .bind(id)
        .bind(now)
}

pub fn token_was_used(id: &ApiTokenId, now: Timestamp) -> Statement {
    Statement::new("UPDATE api_tokens SET last_used_at = ?2 WHERE id = ?1")
        .bind(id)
        .bind(now)
}
