//! Push keys and subscriptions in SQL.

use contract::push::PushSubscription;
use domain::ids::{CompanyId, UserId};
use domain::{Language, Role, Timestamp};
use serde::Deserialize;

use crate::ports::database::Statement;

#[derive(Deserialize)]
pub struct KeyRow {
    pub sealed: String,
}

#[derive(Deserialize)]
pub struct SubscriptionRow {
    pub endpoint: String,
    pub p256dh: String,
    pub auth: String,
    pub user_id: UserId,
    pub language: Language,
    pub role: Role,
}

pub fn key() -> Statement {
    Statement::new("SELECT sealed FROM push_keys WHERE id = 1")
}

/// The first stays.
pub fn keep_key(sealed: &str, now: Timestamp) -> Statement {
    Statement::new("INSERT INTO push_keys (id, sealed, created_at) VALUES (1, ?1, ?2) ON CONFLICT DO NOTHING")
        .bind(sealed)
        .bind(now)
}

/// A browser has one subscription: whoever signs in there next takes it over.
pub fn subscribe(company: &CompanyId, session: &str, given: &PushSubscription, now: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO push_subscriptions (endpoint, session_hash, company_id, p256dh, auth, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (endpoint) DO UPDATE SET
           session_hash = excluded.session_hash,
           company_id = excluded.company_id,
           p256dh = excluded.p256dh,
           auth = excluded.auth",
    )
    .bind(&given.endpoint)
    .bind(session)
    .bind(company)
    .bind(&given.keys.p256dh)
    .bind(&given.keys.auth)
    .bind(now)
}

/// Only of the caller's company.
pub fn forget(company: &CompanyId, endpoint: &str) -> Statement {
    Statement::new("DELETE FROM push_subscriptions WHERE endpoint = ?1 AND company_id = ?2")
        .bind(endpoint)
        .bind(company)
}

/// Of people who may still see the company's messages.
pub fn of_company(company: &CompanyId, now: Timestamp) -> Statement {
    Statement::new(
        "SELECT p.endpoint, p.p256dh, p.auth, u.id AS user_id, u.language, u.role
         FROM push_subscriptions p INDEXED BY push_subscriptions_of_company
         JOIN sessions s ON s.token_hash = p.session_hash
         JOIN users u ON u.id = s.user_id
         WHERE p.company_id = ?1 AND s.company_id = ?1 AND s.expires_at > ?2 AND u.active = 1",
    )
    .bind(company)
    .bind(now)
}
