//! The name under which a person's browsers are known to Twilio: `client:<identity>`. Companies may share an account,
//! so a name belongs to one person of the whole deployment.

use contract::ProblemCode;
use contract::calls::{Identity, RegisterIdentity};
use domain::ids::{CompanyId, UserId};
use serde::Deserialize;

use crate::ports::database::Statement;
use crate::web::{Answer, Call};
use crate::{App, Failure, Fault, Refusal};

/// Twilio's older limit; letters, digits and `_` only.
const MOST_CHARACTERS: usize = 121;

#[derive(Clone, Debug, Deserialize)]
pub struct IdentityRow {
    pub identity: String,
    pub user_id: UserId,
    pub company_id: CompanyId,
    pub name: String,
    pub language: domain::Language,
}

const ROW: &str = "SELECT v.identity, v.user_id, v.company_id, u.name, u.language
    FROM voice_identities v JOIN users u ON u.id = v.user_id";

pub fn by_identity(identity: &str) -> Statement {
    Statement::new(format!("{ROW} WHERE v.identity = ?1 AND u.active = 1")).bind(identity)
}

pub fn by_user(user: &UserId) -> Statement {
    Statement::new(format!("{ROW} WHERE v.user_id = ?1")).bind(user)
}

/// Everybody of a company who can be rung.
pub fn of_company(company: &CompanyId) -> Statement {
    Statement::new(format!(
        "{ROW} WHERE v.company_id = ?1 AND u.active = 1 ORDER BY u.name, v.identity"
    ))
    .bind(company)
}

pub async fn register(call: Call<RegisterIdentity>) -> Result<Answer<Identity>, Failure> {
    let (company, user) = person(&call)?;
    let wanted = call
        .body
        .identity
        .as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty());
    let identity = match wanted {
        None => own(&call.app, company, user).await?,
        Some(wanted) => {
            let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if wanted.len() > MOST_CHARACTERS || !wanted.chars().all(is_plain) {
                return Err(Refusal::new(ProblemCode::InvalidIdentity).at("identity").into());
            }
            choose(&call.app, company, user, wanted).await?
        }
    };
    Ok(Answer::ok(Identity {
        identity: Some(identity),
    }))
}

/// Only a person has browsers: a token has none.
pub fn person<E: contract::Endpoint>(call: &Call<E>) -> Result<(&CompanyId, &UserId), Failure> {
    let user = call.caller.user.as_ref().ok_or(ProblemCode::SessionRequired)?;
    Ok((call.caller.company()?, user))
}

/// The one that a person has, or their first: made of the user's id, which nobody else has.
pub async fn own(app: &App, company: &CompanyId, user: &UserId) -> Result<String, Failure> {
    let rows = app
        .database
        .commit(vec![insert(&format!("u_{user}"), user, company), by_user(user)])
        .await?;
    let row = rows
        .last()
        .map(|rows| rows.first::<IdentityRow>())
        .transpose()?
        .flatten();
    let row = row.ok_or_else(|| Fault::Storage("an identity was not kept".to_owned()))?;
    Ok(row.identity)
}

fn insert(identity: &str, user: &UserId, company: &CompanyId) -> Statement {
    Statement::new(
        "INSERT INTO voice_identities (identity, user_id, company_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
    )
    .bind(identity)
    .bind(user)
    .bind(company)
}

/// A colleague's name is refused; one that another company has gets an ending, and nobody learns that it exists.
async fn choose(app: &App, company: &CompanyId, user: &UserId, wanted: &str) -> Result<String, Failure> {
    let holder = app
        .database
        .query(by_identity(wanted))
        .await?
        .first::<IdentityRow>()?;
    let identity = match holder {
        Some(holder) if holder.user_id == *user => return Ok(holder.identity),
        Some(holder) if holder.company_id == *company => {
            return Err(Refusal::new(ProblemCode::IdentityTaken).at("identity").into());
        }
        Some(_) => {
            let kept: String = wanted.chars().take(MOST_CHARACTERS - 27).collect();
            format!("{kept}_{user}")
        }
        None => wanted.to_owned(),
    };
    let change = Statement::new(
        "INSERT INTO voice_identities (identity, user_id, company_id) VALUES (?1, ?2, ?3)
         ON CONFLICT (user_id) DO UPDATE SET identity = excluded.identity",
    )
    .bind(&identity)
    .bind(user)
    .bind(company);
    match app.database.query(change).await {
        Ok(_) => Ok(identity),
        // Somebody took it a moment ago.
        Err(error) if error.is("voice_identities.identity") => {
            Err(Refusal::new(ProblemCode::IdentityTaken).at("identity").into())
        }
        Err(error) => Err(error.into()),
    }
}
