//! What a verdict needs to know of a sender and a recipient ([`domain::verdict`]), read in one go: asked by the
//! composer before, and by whoever sends.

use contract::sending::{GetConversationLine, GetLine};
use domain::ids::{CompanyId, ConversationId, MessageId};
use domain::verdict::{Line, WHATSAPP_WINDOW};
use domain::{Address, Channel, Region, Timestamp, countries, numbering};
use serde::Deserialize;

use super::draft::Draft;
use super::parties::{Named, Parties};
use crate::figures::spending;
use crate::integrations::senders::Sender;
use crate::ports::database::{Rows, Statement, column};
use crate::web::{Answer, Call};
use crate::{App, Failure, Fault};

pub async fn of_conversation(call: Call<GetConversationLine>) -> Result<Answer<Line>, Failure> {
    let line = line_of(&call.app, call.caller.company()?, &call.id).await?;
    Ok(Answer::ok(line))
}

pub async fn line_of(app: &App, company: &CompanyId, id: &ConversationId) -> Result<Line, Failure> {
    let parties = Parties::of_conversation(app, company, id).await?;
    read(app, company, &parties).await
}

pub async fn of_anybody(call: Call<GetLine>) -> Result<Answer<Line>, Failure> {
    let company = call.caller.company()?;
    let named = Named {
        to: &call.query.to,
        to_field: "to",
        from: call.query.from.as_deref(),
        whatsapp: call.query.channel == Some(Channel::Whatsapp),
    };
    let parties = Parties::of(&call.app, company, &named).await?;
    Ok(Answer::ok(read(&call.app, company, &parties).await?))
}

async fn read(app: &App, company: &CompanyId, parties: &Parties) -> Result<Line, Failure> {
    let Parties { sender, to } = parties;
    let rows = app.database.query(facts(company, sender, to, app.now())).await?;
    Ok(line(sender, to, &rows)?)
}

/// With the first result of the same `Idempotency-Key`: what was said once is answered again, whatever stands in the
/// way by now.
pub async fn before_sending(app: &App, draft: &Draft<'_>) -> Result<(Line, Option<MessageId>), Failure> {
    let now = app.now();
    let mut batch = vec![facts(draft.company, draft.sender, &draft.to, now)];
    batch.extend(draft.key.as_ref().map(|key| key.find(draft.company, now)));
    let rows = app.database.commit(batch).await?;
    let Some(facts) = rows.first() else {
        return Err(Fault::Storage("the facts of a line are missing".to_owned()).into());
    };
    let first = match draft.key.as_ref().zip(rows.get(1)) {
        Some((key, rows)) => key.read(rows)?,
        None => None,
    };
    Ok((line(draft.sender, &draft.to, facts)?, first))
}

#[derive(Deserialize)]
struct Facts {
    #[serde(deserialize_with = "column::boolean")]
    opted_out: bool,
    #[serde(deserialize_with = "column::json_or_null")]
    countries: Option<Vec<Region>>,
    #[serde(deserialize_with = "column::json")]
    numbers: Vec<Address>,
    #[serde(deserialize_with = "column::millis_or_null")]
    wrote_at: Option<Timestamp>,
    #[serde(deserialize_with = "column::boolean")]
    is_spent: bool,
}

/// What opens WhatsApp's window, among the messages of a conversation since [`window_began`].
pub const WROTE_THEMSELVES: &str = "from_client = 1 AND external_id IS NOT NULL";

/// Ids begin with their time: whatever is older than the window sorts before.
pub fn window_began(now: Timestamp) -> MessageId {
    MessageId::new(now - WHATSAPP_WINDOW, 0)
}

/// The window counts from what the person themselves wrote: a message that somebody typed in for them opens none.
/// Only the last day of the conversation is looked at.
fn facts(company: &CompanyId, sender: &Sender, to: &Address, now: Timestamp) -> Statement {
    Statement::new(format!(
        "SELECT
           EXISTS (SELECT 1 FROM contact_addresses
             WHERE company_id = ?1 AND identity = ?2 AND opted_out_at IS NOT NULL) AS opted_out,
           (SELECT countries FROM companies WHERE id = ?1) AS countries,
           (SELECT json_group_array(address) FROM numbers WHERE company_id = ?1) AS numbers,
           CASE WHEN ?6 THEN (SELECT max(created_at) FROM messages INDEXED BY messages_of_conversation
             WHERE conversation_id = (SELECT id FROM conversations
                 WHERE company_id = ?1 AND number = ?3 AND customer = ?4)
               AND id >= ?5 AND {WROTE_THEMSELVES}) END AS wrote_at,
           ({}) AS is_spent",
        spending::IS_SPENT.replace("?2", "?7")
    ))
    .bind(company)
    .bind(to.identity())
    .bind(sender.address.to_string())
    .bind(to.to_string())
    .bind(&window_began(now))
    .bind(matches!(to, Address::Whatsapp(_)))
    .bind(spending::month(now))
}

fn line(sender: &Sender, to: &Address, rows: &Rows) -> Result<Line, Fault> {
    let facts = rows
        .first::<Facts>()?
        .ok_or_else(|| Fault::Storage("the facts of a line are missing".to_owned()))?;
    let country = to.phone_number().and_then(numbering::country_of);
    let allowed = || {
        facts.countries.clone().unwrap_or_else(|| {
            let own = facts.numbers.iter().filter_map(Address::phone_number);
            countries::usual(own.filter_map(numbering::country_of))
        })
    };
    Ok(Line {
        from: sender.address.clone(),
        opted_out: facts.opted_out,
        // A short code has no country, and works only in its own.
        country_allowed: to.phone_number().is_none()
            || country.is_some_and(|country| allowed().contains(&country)),
        country,
        sms: sender.can_send_sms(),
        mms: sender.can_send_mms(),
        window_ends_at: facts.wrote_at.map(|at| at + WHATSAPP_WINDOW),
        is_spent: facts.is_spent,
        to: to.clone(),
    })
}
