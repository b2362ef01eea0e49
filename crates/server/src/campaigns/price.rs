//! What a segment costs the company, as it says itself: Twilio's prices differ by country and carrier, and are known
//! only once a message has left.

use contract::ProblemCode;
use contract::campaigns::{ChangeSegmentPrice, GetSegmentPrice, SegmentPrice};
use domain::AuditAction;
use domain::ids::CompanyId;
use serde::Deserialize;

use crate::audit::Entry;
use crate::ports::database::{Statement, Value};
use crate::web::{Answer, Call};
use crate::{Failure, Refusal};

/// Ten of any currency: whoever types more has missed the decimal point.
const MOST_MICROS: u32 = 10_000_000;

pub async fn get(call: Call<GetSegmentPrice>) -> Result<Answer<SegmentPrice>, Failure> {
    let rows = call.app.database.query(stored(call.caller.company()?)).await?;
    let row = rows.first::<Row>()?.ok_or(ProblemCode::NotFound)?;
    Ok(Answer::ok(SegmentPrice {
        micros: row.segment_micros,
        currency: row.segment_currency,
    }))
}

pub async fn change(call: Call<ChangeSegmentPrice>) -> Result<Answer<SegmentPrice>, Failure> {
    let (company, price) = (call.caller.company()?, call.body.clone());
    let refuse = |field| Failure::from(Refusal::new(ProblemCode::InvalidField).at(field));
    if price.micros.is_some_and(|micros| micros > MOST_MICROS) {
        return Err(refuse("micros"));
    }
    let is_code = |code: &String| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if !price.currency.as_ref().is_none_or(is_code) || price.micros.is_some() != price.currency.is_some() {
        return Err(refuse("currency"));
    }
    let entry = Entry::new(&call.app, company, &call.caller, AuditAction::ChangeSettings)
        .subject("segment_price")
        .detail("micros", price.micros)
        .detail("currency", price.currency.as_deref());
    let put = Statement::new("UPDATE companies SET segment_micros = ?2, segment_currency = ?3 WHERE id = ?1")
        .bind(company)
        .bind(
            price
                .micros
                .map_or(Value::Null, |micros| Value::Integer(micros.into())),
        )
        .bind(price.currency.as_deref());
    call.app.database.commit(vec![put, entry.if_changed()]).await?;
    Ok(Answer::ok(price))
}

#[derive(Deserialize)]
struct Row {
    segment_micros: Option<u32>,
    segment_currency: Option<String>,
}

fn stored(company: &CompanyId) -> Statement {
    Statement::new("SELECT segment_micros, segment_currency FROM companies WHERE id = ?1").bind(company)
}
