//! Twilio's list of calls (<https://www.twilio.com/docs/voice/api/call-resource#read-multiple-call-resources>): what
//! calls cost, and those that rang while no webhook got through. Again, it changes nothing.

use domain::call::CallDirection;
use domain::ids::{CompanyId, MessageId};
use domain::{Address, Timestamp};
use serde::Deserialize;
use twilio::calls::{CallResource, ListCalls};

use super::begin;
use super::store::NewCall;
use crate::inbox::sync::store::settle_conversation;
use crate::integrations::store::IntegrationRow;
use crate::integrations::twilio_call::{call as ask_twilio, credentials};
use crate::ports::database::Statement;
use crate::{App, Failure, Fault};

const PAGE_SIZE: u32 = 200;
/// What is older is the next reading's; a small company has not so many calls in some days.
const MOST_PAGES: u32 = 3;

/// Answers how many inbound calls had been missing. `until`: younger ones may still be on their way to us.
pub async fn read(
    app: &App,
    account: &IntegrationRow,
    since: Timestamp,
    until: Timestamp,
) -> Result<u32, Failure> {
    let credentials = credentials(app, account)?;
    let mut list = ListCalls {
        started_since: Some(since),
        page_size: Some(PAGE_SIZE),
        ..ListCalls::default()
    };
    let mut missing = 0;
    for _ in 0..MOST_PAGES {
        let page = ask_twilio(app, &credentials, &list).await?;
        missing += take(app, account, &page.calls, until).await?;
        let Some(next) = page.next_page_uri else {
            break;
        };
        list = ListCalls::next(next);
    }
    Ok(missing)
}

async fn take(
    app: &App,
    account: &IntegrationRow,
    calls: &[CallResource],
    until: Timestamp,
) -> Result<u32, Failure> {
    let company = &account.company_id;
    let known = known(app, company, calls).await?;
    let numbers: Vec<_> = account
        .numbers()?
        .into_iter()
        .map(|number| number.address)
        .collect();
    let mut missing = 0;
    for call in calls.iter().rev() {
        let ours = Address::parse(&call.to);
        let began = call.start_time.or(call.date_created);
        let is_missing = call.direction == "inbound"
            && call.parent_call_sid.is_none()
            && numbers.contains(&ours)
            && !known.iter().any(|sid| sid == call.sid.as_str());
        if let Some(began) = began.filter(|at| is_missing && *at <= until) {
            missing += u32::from(store_missing(app, account, call, &ours, began).await?);
        }
    }
    if let Some(statements) = prices(company, calls)? {
        app.database.commit(statements).await?;
    }
    Ok(missing)
}

/// Of these calls, those that we know, as a whole or as a leg, and those that we are to know nothing of.
async fn known(app: &App, company: &CompanyId, calls: &[CallResource]) -> Result<Vec<String>, Failure> {
    #[derive(Deserialize)]
    struct Known {
        sid: String,
    }
    let sids: Vec<_> = calls.iter().map(|call| call.sid.as_str()).collect();
    let statement = Statement::new(
        "SELECT parent_sid AS sid FROM calls WHERE company_id = ?1 AND parent_sid IN (SELECT value FROM json_each(?2))
         UNION SELECT sid FROM call_legs WHERE sid IN (SELECT value FROM json_each(?2)) AND company_id = ?1
         UNION SELECT sid FROM forgotten_sids WHERE company_id = ?1 AND sid IN (SELECT value FROM json_each(?2))",
    );
    let rows = app
        .database
        .query(statement.bind(company).bind(json(&sids)?))
        .await?;
    Ok(rows.all::<Known>()?.into_iter().map(|row| row.sid).collect())
}

/// As its webhook would have: it rings from then on, and the sweep that asks about silent calls learns how it ended.
async fn store_missing(
    app: &App,
    account: &IntegrationRow,
    call: &CallResource,
    number: &Address,
    began: Timestamp,
) -> Result<bool, Failure> {
    let (id, customer) = (MessageId::new(began, app.random()), Address::parse(&call.from));
    let new = NewCall {
        id: id.clone(),
        direction: CallDirection::Inbound,
        parent_sid: call.sid.as_str(),
        user: None,
        identity: None,
        rejected: None,
        integration: &account.id,
        number,
        company: &account.company_id,
        now: began,
    };
    let mut batch = begin::with_customer_batch(app, &new, &customer);
    batch.push(settle_conversation(&id));
    batch.push(Statement::new("SELECT id FROM calls WHERE id = ?1").bind(&id));
    let rows = app.database.commit(batch).await?;
    // Its webhook may have come in the meantime.
    Ok(rows.last().is_some_and(|rows| !rows.is_empty()))
}

/// A call costs what its legs cost, as far as Twilio has said.
fn prices(company: &CompanyId, calls: &[CallResource]) -> Result<Option<Vec<Statement>>, Fault> {
    let prices: Vec<_> = calls
        .iter()
        .filter_map(|call| {
            let root = call.parent_call_sid.as_ref().unwrap_or(&call.sid);
            Some((call.sid.as_str(), root.as_str(), call.price()?.micros))
        })
        .collect();
    let Some(currency) = calls.iter().find_map(CallResource::price) else {
        return Ok(None);
    };
    Ok(Some(vec![
        Statement::new(
            "UPDATE calls SET price_micros = p.micros
             FROM (SELECT coalesce(
                 (SELECT call_id FROM call_legs WHERE sid = value ->> 0 AND company_id = ?1),
                 (SELECT id FROM calls WHERE company_id = ?1 AND parent_sid = value ->> 1)) AS of_call,
               sum(value ->> 2) AS micros FROM json_each(?2) GROUP BY 1) AS p
             WHERE calls.id = p.of_call AND coalesce(price_micros, -1) < p.micros",
        )
        .bind(company)
        .bind(json(&prices)?),
        Statement::new("UPDATE companies SET currency = ?2 WHERE id = ?1 AND currency IS NULL")
            .bind(company)
            .bind(currency.unit),
    ]))
}

fn json(value: &impl serde::Serialize) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|error| Fault::Internal(error.to_string()))
}
