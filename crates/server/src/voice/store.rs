//! The SQL of calls.

pub mod log;

use contract::calls::{CallRejected, RecordingState};
use domain::call::{CallDirection, CallOutcome, CallStatus};
use domain::ids::{CompanyId, IntegrationId, MessageId, UserId};
use domain::{Address, Timestamp};
use serde::Deserialize;

use super::outside;
use crate::inbox::store::conversations::{self, Pair};
use crate::inbox::view::{CONVERSATION, CONVERSATION_FROM, MESSAGE, MESSAGE_FROM};
use crate::ports::database::{Statement, Value, column};

#[derive(Clone, Debug, Deserialize)]
pub struct CallRow {
    pub id: MessageId,
    pub company_id: CompanyId,
    pub message_id: Option<MessageId>,
    pub integration_id: Option<IntegrationId>,
    pub direction: CallDirection,
    pub number: Address,
    pub customer: String,
    pub user_id: Option<UserId>,
    pub parent_sid: String,
    pub parent_status: CallStatus,
    pub dialled_status: Option<CallStatus>,
    #[serde(deserialize_with = "column::boolean")]
    pub answered: bool,
    #[serde(deserialize_with = "column::boolean")]
    pub voicemail: bool,
    pub rejected: Option<CallRejected>,
    pub outcome: CallOutcome,
    pub forwarded_to: Option<String>,
    pub transferred_to: Option<String>,
    /// Somebody was asked into its room, and has not gone.
    #[serde(deserialize_with = "column::boolean")]
    pub joined: bool,
    pub room: Option<String>,
    pub conference_sid: Option<String>,
    #[serde(deserialize_with = "column::boolean")]
    pub held: bool,
    pub recording: RecordingState,
    /// Whoever comes into its room hears that it is recorded.
    #[serde(deserialize_with = "column::boolean")]
    pub notice: bool,
    pub note: String,
    pub transcript: Option<String>,
    pub version: i64,
    #[serde(deserialize_with = "column::millis")]
    pub created_at: Timestamp,
    #[serde(deserialize_with = "column::millis_or_null")]
    pub answered_at: Option<Timestamp>,
    #[serde(deserialize_with = "column::millis_or_null")]
    pub ended_at: Option<Timestamp>,
    #[serde(deserialize_with = "column::json")]
    pub legs: Vec<LegRow>,
    /// By the change that this row comes from.
    #[serde(skip)]
    pub just_answered: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct LegRow {
    pub sid: String,
    pub party: String,
    pub role: LegRole,
    pub status: CallStatus,
}

/// Whose connection it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegRole {
    /// The other party; between two colleagues, whoever was called.
    Customer,
    /// A browser of the company: it placed the call, took it, or took it over.
    Agent,
    /// Who was asked to join, or a number outside that it was forwarded or handed on to.
    Other,
}

impl LegRole {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Agent => "agent",
            Self::Other => "other",
        }
    }
}

const CALL: &str =
    "k.*, (SELECT json_group_array(json_object('sid', sid, 'party', party, 'role', role, 'status', status)
    ORDER BY at, sid) FROM call_legs WHERE call_id = k.id) AS legs";

/// How a call is named by whoever speaks of it.
pub enum Which<'a> {
    Id(&'a MessageId),
    /// Of any leg.
    Sid(&'a str),
}

pub fn one(company: &CompanyId, which: &Which<'_>) -> Statement {
    let (condition, value): (_, Value) = match which {
        Which::Id(id) => ("k.id = ?2", (*id).into()),
        Which::Sid(sid) => (
            "(k.parent_sid = ?2 OR k.id = (SELECT call_id FROM call_legs WHERE sid = ?2))",
            (*sid).into(),
        ),
    };
    Statement::new(format!(
        "SELECT {CALL} FROM calls k WHERE k.company_id = ?1 AND {condition}"
    ))
    .bind(company)
    .bind(value)
}

pub struct NewCall<'a> {
    pub id: MessageId,
    pub direction: CallDirection,
    pub parent_sid: &'a str,
    pub user: Option<&'a UserId>,
    /// The browser that places it, by its name.
    pub identity: Option<&'a str>,
    pub rejected: Option<CallRejected>,
    pub integration: &'a IntegrationId,
    pub number: &'a Address,
    pub company: &'a CompanyId,
    pub now: Timestamp,
}

/// A call with somebody outside, in its conversation. Repeating it changes nothing: the SID is the message's, too.
/// It ends with the call.
pub fn begin(new: &NewCall<'_>, pair: &Pair<'_>) -> Vec<Statement> {
    let mut batch = conversations::ensure(pair);
    let from_client = new.direction == CallDirection::Inbound;
    let (sender, recipient) = if from_client {
        (pair.customer, pair.number)
    } else {
        (pair.number, pair.customer)
    };
    batch.push(
        Statement::new(
            "INSERT INTO messages (id, company_id, conversation_id, integration_id, channel, from_client, sender,
               recipient, body, external_id, status, status_rank, segments, author_id, created_at)
             SELECT ?1, ?2, id, integration_id, 'call', ?3, ?4, ?5, '', ?6,
               CASE WHEN ?3 THEN 'received' ELSE 'sent' END, 50, 0, ?7, ?8
             FROM conversations WHERE company_id = ?2 AND number = ?9 AND customer = ?10
             ON CONFLICT DO NOTHING",
        )
        .bind(&new.id)
        .bind(new.company)
        .bind(from_client)
        .bind(sender.to_string())
        .bind(recipient.to_string())
        .bind(new.parent_sid)
        .bind(new.user)
        .bind(new.now)
        .bind(pair.number.to_string())
        .bind(pair.customer.to_string()),
    );
    batch.push(insert(
        new,
        &pair.customer.to_string(),
        "SELECT id FROM messages WHERE id = ?1",
    ));
    batch.extend(first_leg(new));
    if new.direction == CallDirection::Outbound {
        batch.push(outside::note_placed(&new.id));
        batch.push(log::see_those_of(
            new.company,
            &pair.customer.to_string(),
            new.now,
        ));
    }
    batch.push(one(new.company, &Which::Sid(new.parent_sid)));
    batch
}

/// Without a conversation. It ends with the call.
pub fn begin_alone(new: &NewCall<'_>, party: &str) -> Vec<Statement> {
    let mut batch = vec![insert(new, party, "SELECT NULL AS id")];
    batch.extend(first_leg(new));
    batch.push(one(new.company, &Which::Sid(new.parent_sid)));
    batch
}

/// Of a browser that calls: later callbacks do not say whose it is.
fn first_leg(new: &NewCall<'_>) -> Option<Statement> {
    let insert = Statement::new(
        "INSERT INTO call_legs (sid, call_id, company_id, party, role, status, rank, at)
         SELECT parent_sid, id, company_id, ?2, 'agent', parent_status, ?3, created_at FROM calls WHERE id = ?1
         ON CONFLICT DO NOTHING",
    );
    let rank = i64::from(CallStatus::Ringing.rank());
    new.identity
        .map(|identity| insert.bind(&new.id).bind(format!("client:{identity}")).bind(rank))
}

fn insert(new: &NewCall<'_>, customer: &str, message: &str) -> Statement {
    let outcome = match new.rejected {
        Some(_) => CallOutcome::Rejected,
        None => CallOutcome::Ringing,
    };
    Statement::new(format!(
        "INSERT INTO calls (id, company_id, message_id, integration_id, direction, number, customer, user_id,
           parent_sid, parent_status, rejected, outcome, created_at, heard_at)
         SELECT ?1, ?2, id, ?3, ?4, ?5, ?6, ?7, ?8, 'ringing', ?9, ?10, ?11, ?11 FROM ({message}) WHERE true
         ON CONFLICT DO NOTHING"
    ))
    .bind(&new.id)
    .bind(new.company)
    .bind(new.integration)
    .bind(new.direction.as_str())
    .bind(new.number.to_string())
    .bind(customer)
    .bind(new.user)
    .bind(new.parent_sid)
    .bind(new.rejected.map(CallRejected::as_str))
    .bind(outcome.as_str())
    .bind(new.now)
}

/// Writes a call as it is now, over the version that was read; `call_events` refuses it when somebody was faster.
pub fn save(call: &CallRow, what: &str, now: Timestamp) -> Vec<Statement> {
    vec![
        Statement::new("INSERT INTO call_events (call_id, version, what, at) VALUES (?1, ?2, ?3, ?4)")
            .bind(&call.id)
            .bind(call.version + 1)
            .bind(what)
            .bind(now),
        Statement::new(
            "UPDATE calls SET version = version + 1, user_id = ?2, parent_status = ?3, dialled_status = ?4,
               answered = ?5, voicemail = ?6, outcome = ?7, forwarded_to = ?8, transferred_to = ?9, room = ?10,
               conference_sid = ?11, held = ?12, recording = ?13, note = ?14, answered_at = ?15, ended_at = ?16,
               heard_at = ?17, transcript = ?18, notice = ?19, joined = ?20
             WHERE id = ?1",
        )
        .bind(&call.id)
        .bind(call.user_id.as_ref())
        .bind(call.parent_status.as_str())
        .bind(call.dialled_status.map(CallStatus::as_str))
        .bind(call.answered)
        .bind(call.voicemail)
        .bind(call.outcome.as_str())
        .bind(call.forwarded_to.clone())
        .bind(call.transferred_to.clone())
        .bind(call.room.clone())
        .bind(call.conference_sid.clone())
        .bind(call.held)
        .bind(call.recording.as_str())
        .bind(&call.note)
        .bind(call.answered_at)
        .bind(call.ended_at)
        .bind(now)
        .bind(call.transcript.clone())
        .bind(call.notice)
        .bind(call.joined),
    ]
}

/// Whether a person dealt with its recording, or Twilio refused it: their words begin with it.
pub fn recording_events(call: &CallRow) -> Statement {
    Statement::new("SELECT version FROM call_events WHERE call_id = ?1 AND what LIKE 'recording%' LIMIT 1")
        .bind(&call.id)
}

/// A leg only ever moves forward.
pub fn save_leg(call: &CallRow, leg: &LegRow, now: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO call_legs (sid, call_id, company_id, party, role, status, rank, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (sid) DO UPDATE SET status = excluded.status, rank = excluded.rank
         WHERE excluded.rank > rank AND call_id = excluded.call_id",
    )
    .bind(&leg.sid)
    .bind(&call.id)
    .bind(&call.company_id)
    .bind(&leg.party)
    .bind(leg.role.as_str())
    .bind(leg.status.as_str())
    .bind(i64::from(leg.status.rank()))
    .bind(now)
}

/// Between two colleagues: the other one has the call from now on, as the row says already.
pub fn turn_round(call: &CallRow) -> Vec<Statement> {
    let of_call = |statement: Statement| statement.bind(&call.id).bind(&call.company_id);
    vec![
        of_call(Statement::new(
            "UPDATE call_legs SET role = CASE role WHEN 'agent' THEN 'customer' WHEN 'customer' THEN 'agent' ELSE role END
             WHERE call_id = ?1 AND company_id = ?2",
        )),
        of_call(Statement::new("UPDATE calls SET customer = ?3 WHERE id = ?1 AND company_id = ?2"))
            .bind(&call.customer),
    ]
}

/// A colleague who joined has the call from now on.
pub fn make_agent(call: &CallRow, sid: &str) -> Statement {
    Statement::new("UPDATE call_legs SET role = 'agent' WHERE sid = ?1 AND call_id = ?2 AND company_id = ?3")
        .bind(sid)
        .bind(&call.id)
        .bind(&call.company_id)
}

/// A call that is over moves its conversation to the top. `waiting`: 1 when it waits for somebody, -1 when no longer.
pub fn move_conversation(call: &CallRow, waiting: i64, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE conversations SET
           version = version + 1,
           unread_count = max(unread_count + ?3, 0),
           status = CASE WHEN ?3 > 0 THEN CASE WHEN answered THEN 'to_reply' ELSE 'new' END
             WHEN ?4 THEN 'waiting' ELSE status END,
           answered = answered OR ?4,
           channel = 'call', last_preview = ?5, last_message_id = ?1, last_from_client = ?6,
           last_status = CASE WHEN ?6 THEN 'received' ELSE 'sent' END, last_media_count = 0, last_at = max(last_at, ?7)
         WHERE id = (SELECT conversation_id FROM messages WHERE id = ?1 AND company_id = ?2)",
    )
    .bind(&call.id)
    .bind(&call.company_id)
    .bind(waiting)
    .bind(call.outcome == CallOutcome::Answered)
    .bind(call.outcome.as_str())
    .bind(call.direction == CallDirection::Inbound)
    .bind(now)
}

/// A call's message and its conversation, as browsers are told of them.
pub fn views(call: &MessageId) -> Vec<Statement> {
    vec![
        Statement::new(format!("SELECT {MESSAGE} FROM {MESSAGE_FROM} WHERE m.id = ?1")).bind(call),
        Statement::new(format!(
            "SELECT {CONVERSATION} FROM {CONVERSATION_FROM}
             WHERE c.id = (SELECT conversation_id FROM messages WHERE id = ?1)"
        ))
        .bind(call),
    ]
}

/// Calls that go on, of which nothing was heard since.
pub fn silent(before: Timestamp, limit: u32) -> Statement {
    Statement::new(format!(
        "SELECT {CALL} FROM calls k INDEXED BY calls_going_on
         WHERE ended_at IS NULL AND heard_at < ?1 ORDER BY heard_at LIMIT {limit}"
    ))
    .bind(before)
}

/// One that could not be asked about waits its turn again, behind the others.
pub fn asked(call: &CallRow, now: Timestamp) -> Statement {
    Statement::new("UPDATE calls SET heard_at = ?3 WHERE id = ?1 AND company_id = ?2")
        .bind(&call.id)
        .bind(&call.company_id)
        .bind(now)
}
