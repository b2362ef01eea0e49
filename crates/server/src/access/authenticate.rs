//! Who is calling? A browser by its session cookie, a program by `Authorization: Bearer` (RFC 6750).

use contract::ProblemCode;
use domain::ids::{ApiTokenId, CompanyId, UserId};
use domain::role::Scope;
use domain::{Language, Role, Timestamp};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;

use super::session_cookie;
use super::store::people;
use super::token::Token;
use crate::keys::fingerprint;
use crate::ports::AfterAnswer;
use crate::ports::database::{Statement, column};
use crate::{App, Failure};

/// Names the company that a superadmin acts in.
pub const COMPANY_HEADER: &str = "x-company-id";

#[derive(Clone, Debug)]
pub struct Caller {
    pub role: Role,
    /// What a token is limited to; `None`: it may do all that its role may.
    pub scopes: Option<Vec<Scope>>,
    /// The company acted in; `None` only for a superadmin's token before there is any.
    pub company: Option<CompanyId>,
    pub user: Option<UserId>,
    /// Whose account stands behind it: the person, or who made the token.
    pub on_behalf_of: Option<UserId>,
    pub name: String,
    pub kind: CallerKind,
    pub language: Language,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallerKind {
    /// By the hash of the session's token.
    Session(String),
    ApiToken(ApiTokenId),
    AdminToken,
}

impl Caller {
    pub fn company(&self) -> Result<&CompanyId, Failure> {
        self.company.as_ref().ok_or_else(|| ProblemCode::NoCompany.into())
    }

    /// Whether what an endpoint asks for is within the token's scopes.
    pub fn reaches(&self, scope: Option<Scope>) -> bool {
        self.scopes
            .as_ref()
            .is_none_or(|given| scope.is_some_and(|scope| given.contains(&scope)))
    }

    /// A key may be used again by another caller: a person, a token.
    pub fn idempotency_scope(&self) -> String {
        match (&self.user, &self.kind) {
            (Some(user), CallerKind::Session(_)) => user.to_string(),
            (_, CallerKind::ApiToken(id)) => id.to_string(),
            (_, CallerKind::AdminToken | CallerKind::Session(_)) => "admin".to_owned(),
        }
    }
}

#[derive(Deserialize)]
pub struct CallerRow {
    user_id: Option<UserId>,
    on_behalf_of: Option<UserId>,
    token_id: Option<ApiTokenId>,
    company_id: Option<CompanyId>,
    name: String,
    role: Role,
    #[serde(deserialize_with = "column::json_or_null")]
    scopes: Option<Vec<Scope>>,
    language: Language,
    #[serde(deserialize_with = "column::millis_or_null")]
    seen_at: Option<Timestamp>,
}

/// How exact "last seen" is: no write for each request.
const SEEN_EVERY: Duration = Duration::from_secs(60);

/// `None` without credentials or with ones that no longer count.
pub async fn authenticate(app: &Arc<App>, parts: &Parts) -> Result<Option<Caller>, Failure> {
    let chosen = parts
        .headers
        .get(COMPANY_HEADER)
        .and_then(|v| v.to_str().ok())
        .map(str::to_owned);
    if let Some(bearer) = bearer(&parts.headers) {
        if is_admin_token(app, bearer.reveal()) {
            return by_admin_token(app, chosen).await;
        }
        let row = app
            .database
            .query(people::caller_by_api_token(&bearer.hash()))
            .await?
            .first::<CallerRow>()?;
        let Some((row, id)) = row.and_then(|row| row.token_id.clone().map(|id| (row, id))) else {
            return Ok(None);
        };
        note_seen(app, parts, row.seen_at, people::token_was_used(&id, app.now()));
        return choose_company(app, row.into_caller(CallerKind::ApiToken(id)), chosen)
            .await
            .map(Some);
    }
    // A cookie beside other credentials counts for nothing: those have switched off the check of the origin.
    if parts.headers.contains_key(AUTHORIZATION) {
        return Ok(None);
    }
    let Some(token) = session_cookie::read(&parts.headers) else {
        return Ok(None);
    };
    let hash = token.hash();
    let row = app
        .database
        .query(people::caller_by_session(&hash, app.now()))
        .await?
        .first::<CallerRow>()?;
    let Some((row, id)) = row.and_then(|row| row.user_id.clone().map(|id| (row, id))) else {
        return Ok(None);
    };
    note_seen(app, parts, row.seen_at, people::user_was_seen(&id, app.now()));
    choose_company(app, row.into_caller(CallerKind::Session(hash)), chosen)
        .await
        .map(Some)
}

fn note_seen(app: &Arc<App>, parts: &Parts, seen_at: Option<Timestamp>, note: Statement) {
    let recently = seen_at.is_some_and(|at| app.now().since(at) < SEEN_EVERY);
    let Some(after) = parts.extensions.get::<AfterAnswer>().filter(|_| !recently) else {
        return;
    };
    let app = Arc::clone(app);
    after.0(Box::pin(async move {
        if let Err(error) = app.database.query(note).await {
            log::warn!("last seen was not noted: {error}");
        }
    }));
}

fn bearer(headers: &HeaderMap) -> Option<Token> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| Token::presented(token.trim()))
}

async fn by_admin_token(app: &App, chosen: Option<String>) -> Result<Option<Caller>, Failure> {
    let company = app
        .database
        .query(people::oldest_company())
        .await?
        .first::<OnlyId>()?;
    let caller = Caller {
        role: Role::Superadmin,
        scopes: None,
        company: company.map(|row| row.id),
        user: None,
        on_behalf_of: None,
        name: "ADMIN_TOKEN".to_owned(),
        kind: CallerKind::AdminToken,
        language: Language::default(),
    };
    choose_company(app, caller, chosen).await.map(Some)
}

/// Hashes are compared, so the time taken says nothing of the token.
pub fn is_admin_token(app: &App, presented: &str) -> bool {
    app.settings
        .admin_token
        .as_deref()
        .is_some_and(|token| fingerprint(token) == fingerprint(presented))
}

#[derive(Deserialize)]
struct OnlyId {
    id: CompanyId,
}

/// A superadmin may name another company; for everybody else the header changes nothing.
async fn choose_company(app: &App, mut caller: Caller, chosen: Option<String>) -> Result<Caller, Failure> {
    let Some(chosen) = chosen.filter(|_| caller.role == Role::Superadmin) else {
        return Ok(caller);
    };
    let id: CompanyId = chosen
        .parse()
        .map_err(|_| Failure::from(ProblemCode::NoCompany))?;
    let row = app
        .database
        .query(people::company(&id))
        .await?
        .first::<OnlyId>()?;
    caller.company = Some(row.ok_or(ProblemCode::NoCompany)?.id);
    Ok(caller)
}

impl CallerRow {
    fn into_caller(self, kind: CallerKind) -> Caller {
        Caller {
            role: self.role,
            scopes: self.scopes,
            company: self.company_id,
            user: self.user_id,
            on_behalf_of: self.on_behalf_of,
            name: self.name,
            kind,
            language: self.language,
        }
    }
}
