//! What a month has cost, and the cap beyond which nothing leaves. The ledger is kept by triggers (0039); what is sent
//! in the same moment may go a few messages beyond.

use contract::ProblemCode;
use contract::figures::{ChangeSpendCap, GetSpending, Spending};
use contract::live::LiveEvent;
use contract::push::PushNote;
use domain::ids::{CompanyId, MessageId};
use domain::{AuditAction, Language, Timestamp};
use serde::Deserialize;

use crate::audit::{Actor, Entry};
use crate::ports::database::{Rows, Statement, Value, column};
use crate::push::tell::push_to_administrators;
use crate::web::{Answer, Call};
use crate::{App, Failure, Fault, Refusal};

/// A million of any currency.
const MOST_MICROS: i64 = 1_000_000_000_000;
/// In percent of the cap: when administrators are told.
const NEAR: i64 = 80;
const ALL: i64 = 100;

/// A condition: `?1` the company, `?2` its [`month`].
pub const IS_SPENT: &str = "EXISTS (SELECT 1 FROM month_spending
    WHERE company_id = ?1 AND month = ?2 AND spent_micros >= cap_micros)";

/// `2026-01`, of UTC: as Twilio's bill counts.
pub fn month(at: Timestamp) -> String {
    let (year, month, ..) = at.to_civil();
    format!("{year:04}-{month:02}")
}

pub fn is_spent(company: &CompanyId, now: Timestamp) -> Statement {
    Statement::new(format!("SELECT {IS_SPENT} AS is_spent"))
        .bind(company)
        .bind(month(now))
}

/// From the rows of [`is_spent`].
pub fn read(rows: &Rows) -> Result<bool, Fault> {
    #[derive(Deserialize)]
    struct Row {
        #[serde(deserialize_with = "column::boolean")]
        is_spent: bool,
    }
    Ok(rows.first::<Row>()?.is_some_and(|row| row.is_spent))
}

pub async fn refuse_when_spent(app: &App, company: &CompanyId) -> Result<(), Failure> {
    let rows = app.database.query(is_spent(company, app.now())).await?;
    if read(&rows)? {
        return Err(ProblemCode::SpendCapReached.into());
    }
    Ok(())
}

/// Of a message that was sent elsewhere, and so is inserted with its SID.
pub fn count_unpriced(id: &MessageId) -> [Statement; 2] {
    let month = "strftime('%Y-%m', created_at / 1000, 'unixepoch')";
    [
        format!(
            "INSERT INTO spending (company_id, month) SELECT company_id, {month} FROM messages WHERE id = ?1
             ON CONFLICT DO NOTHING"
        ),
        format!(
            "UPDATE spending SET unpriced_segments = unpriced_segments + m.segments
             FROM (SELECT company_id AS owner, {month} AS sent_in, segments FROM messages
               WHERE id = ?1 AND status <> 'failed') AS m
             WHERE company_id = m.owner AND month = m.sent_in"
        ),
    ]
    .map(|sql| Statement::new(sql).bind(id))
}

#[derive(Deserialize)]
struct SpendingRow {
    currency: Option<String>,
    spent_micros: i64,
    estimated_micros: i64,
    cap_micros: Option<i64>,
}

/// A month in which nothing was sent has no row in the ledger.
fn of_month(company: &CompanyId, month: &str) -> Statement {
    Statement::new(
        // Joined from the left, the view would be made for every company.
        "SELECT currency, cap_micros,
           coalesce((SELECT spent_micros FROM month_spending WHERE company_id = ?1 AND month = ?2), 0) AS spent_micros,
           coalesce((SELECT estimated_micros FROM month_spending WHERE company_id = ?1 AND month = ?2), 0) AS estimated_micros
         FROM companies WHERE id = ?1",
    )
    .bind(company)
    .bind(month)
}

pub async fn get(call: Call<GetSpending>) -> Result<Answer<Spending>, Failure> {
    let month = month(call.app.now());
    let statement = of_month(call.caller.company()?, &month);
    view(&call.app.database.query(statement).await?, month)
}

fn view(rows: &Rows, month: String) -> Result<Answer<Spending>, Failure> {
    let row = rows.first::<SpendingRow>()?.ok_or(ProblemCode::NotFound)?;
    Ok(Answer::ok(Spending {
        month,
        is_spent: row.cap_micros.is_some_and(|cap| row.spent_micros >= cap),
        currency: row.currency,
        spent_micros: row.spent_micros,
        estimated_micros: row.estimated_micros,
        cap_micros: row.cap_micros,
    }))
}

pub async fn change(call: Call<ChangeSpendCap>) -> Result<Answer<Spending>, Failure> {
    let (app, company, cap) = (&call.app, call.caller.company()?, call.body.micros);
    if cap.is_some_and(|micros| !(1..=MOST_MICROS).contains(&micros)) {
        return Err(Refusal::new(ProblemCode::InvalidField).at("micros").into());
    }
    let month = month(app.now());
    let entry = Entry::new(app, company, &call.caller, AuditAction::ChangeSpendCap).detail("micros", cap);
    let rows = app
        .database
        .commit(vec![
            Statement::new("UPDATE companies SET cap_micros = ?2 WHERE id = ?1")
                .bind(company)
                .bind(cap.map_or(Value::Null, Value::Integer)),
            entry.if_changed(),
            // Of another cap administrators are told anew.
            Statement::new("UPDATE spending SET warned = 0 WHERE company_id = ?1 AND month = ?2")
                .bind(company)
                .bind(&month),
            of_month(company, &month),
        ])
        .await?;
    let Some(rows) = rows.last() else {
        return Err(Fault::Storage("not every answer came back".to_owned()).into());
    };
    view(rows, month)
}

#[derive(Deserialize)]
struct Near {
    company_id: CompanyId,
    share: i64,
}

/// Part of the sweep: administrators are told once when most of the month is spent, and once when all is.
pub async fn warn(app: &App) -> Result<(), Failure> {
    let month = month(app.now());
    let near = Statement::new(
        "SELECT s.company_id, s.spent_micros * 100 / s.cap_micros AS share
         FROM companies c INDEXED BY companies_with_cap JOIN month_spending s ON s.company_id = c.id AND s.month = ?1
         WHERE c.id > '' AND c.cap_micros IS NOT NULL AND s.warned < ?3
           AND s.spent_micros * 100 >= c.cap_micros * CASE WHEN s.warned < ?2 THEN ?2 ELSE ?3 END",
    )
    .bind(&month)
    .bind(NEAR)
    .bind(ALL);
    for row in app.database.query(near).await?.all::<Near>()? {
        let reached = if row.share >= ALL { ALL } else { NEAR };
        let entry = Entry::new(app, &row.company_id, Actor::system(), AuditAction::SpendCapNear)
            .detail("percent", Some(row.share));
        let note = Statement::new(
            "UPDATE spending SET warned = ?3 WHERE company_id = ?1 AND month = ?2 AND warned < ?3 RETURNING month",
        )
        .bind(&row.company_id)
        .bind(&month)
        .bind(reached);
        let rows = app.database.commit(vec![note, entry.if_changed()]).await?;
        if rows.first().is_some_and(|rows| !rows.is_empty()) {
            tell(app, &row.company_id, reached == ALL).await;
        }
    }
    Ok(())
}

async fn tell(app: &App, company: &CompanyId, is_spent: bool) {
    if let Err(error) = app.live.tell(company, vec![LiveEvent::ConfigChanged]).await {
        log::warn!("the browsers were not told: {error}");
    }
    for language in [Language::Fr, Language::En] {
        let body = match (language, is_spent) {
            (Language::Fr, false) => "Plus de 80\u{a0}% du plafond de dépenses de ce mois sont atteints.",
            (Language::En, false) => "More than 80% of this month’s spend cap is used.",
            (Language::Fr, true) => {
                "Le plafond de dépenses du mois est atteint\u{a0}: plus rien n’est envoyé."
            }
            (Language::En, true) => "This month’s spend cap is reached: nothing is sent any more.",
        };
        let note = PushNote {
            title: "Edgeline".to_owned(),
            body: body.to_owned(),
            path: "/settings/figures".to_owned(),
            tag: "spending".to_owned(),
        };
        push_to_administrators(app, company, language, &note).await;
    }
}
