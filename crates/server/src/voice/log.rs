//! Calls as lists show them, and as the older programs read them.

use std::sync::Arc;

use axum::extract::Request;
use axum::response::Response;
use contract::calls::{
    CallFilter, CallLogFilter, CallLogRecord, CallLogs, CallRejected, CallSummary, CallView, ExportCalls,
    GetCall, ListCalls, RecordingState,
};
use contract::media::MediaView;
use contract::older::Direction;
use contract::{Page, ProblemCode};
use domain::call::{CallDirection, CallOutcome};
use domain::ids::{CompanyId, ConversationId, MessageId, UserId};
use domain::{Address, AuditAction, Region, Timestamp, numbering};
use http::header::LINK;
use serde::Deserialize;

use super::change::find;
use super::csv;
use super::store::log as sql;
use super::store::{CallRow, Which};
use crate::audit::Entry;
use crate::inbox::cursor;
use crate::inbox::read::drop_beyond;
use crate::integrations::senders::Senders;
use crate::ports::database::{Statement, column};
use crate::web::answer::{CSV, file};
use crate::web::call::{admit, query};
use crate::web::{Answer, Call};
use crate::{App, Failure, Fault};

#[derive(Deserialize)]
struct LoggedRow {
    id: MessageId,
    parent_sid: String,
    number: Address,
    customer: String,
    #[serde(deserialize_with = "column::millis")]
    created_at: Timestamp,
    #[serde(flatten)]
    summary: SummaryRow,
    conversation_id: Option<ConversationId>,
    customer_name: Option<String>,
    colleague_name: Option<String>,
    region: Option<Region>,
    #[serde(deserialize_with = "column::json")]
    media: Vec<MediaView>,
}

impl LoggedRow {
    fn into_view(self, app: &App) -> CallView {
        let home = self.region.unwrap_or(app.settings.default_region);
        let is_internal = self.summary.direction == CallDirection::Internal;
        let customer_display = match &self.colleague_name {
            Some(name) if is_internal => name.clone(),
            _ => app.displays.of(&Address::parse(&self.customer), home),
        };
        CallView {
            id: self.id,
            call_sid: self.parent_sid,
            conversation_id: self.conversation_id,
            number: self.number,
            customer: self.customer,
            customer_display,
            customer_name: if is_internal {
                self.colleague_name
            } else {
                self.customer_name
            },
            started_at: self.created_at,
            recordings: self.media,
            summary: self.summary.into_summary(),
        }
    }
}

/// A call's part of a message's row, or of its own.
#[derive(Clone, Debug, Deserialize)]
pub struct SummaryRow {
    direction: CallDirection,
    outcome: CallOutcome,
    user_id: Option<UserId>,
    user_name: Option<String>,
    #[serde(deserialize_with = "column::millis_or_null")]
    answered_at: Option<Timestamp>,
    #[serde(deserialize_with = "column::millis_or_null")]
    ended_at: Option<Timestamp>,
    rejected: Option<CallRejected>,
    forwarded_to: Option<String>,
    transferred_to: Option<String>,
    #[serde(deserialize_with = "column::boolean")]
    joined: bool,
    #[serde(deserialize_with = "column::boolean")]
    held: bool,
    recording: RecordingState,
    note: String,
    transcript: Option<String>,
    #[serde(deserialize_with = "column::millis_or_null")]
    seen_at: Option<Timestamp>,
}

impl SummaryRow {
    pub fn into_summary(self) -> CallSummary {
        CallSummary {
            duration: seconds(self.answered_at, self.ended_at),
            direction: self.direction,
            outcome: self.outcome,
            user_id: self.user_id,
            user_name: self.user_name,
            answered_at: self.answered_at,
            ended_at: self.ended_at,
            rejected: self.rejected,
            forwarded_to: self.forwarded_to,
            transferred_to: self.transferred_to,
            joined: self.joined,
            held: self.held,
            recording: self.recording,
            note: self.note,
            transcript: self.transcript,
            unseen: self.outcome.waits_for_somebody() && self.seen_at.is_none(),
        }
    }
}

/// Spoken.
fn seconds(answered_at: Option<Timestamp>, ended_at: Option<Timestamp>) -> i64 {
    let spoken = answered_at.zip(ended_at);
    spoken.map_or(0, |(from, until)| {
        (until.as_millis() - from.as_millis()).max(0) / 1000
    })
}

pub async fn view(app: &App, row: &CallRow) -> Result<Answer<CallView>, Failure> {
    let view = find_view(app, &row.company_id, &row.id).await?;
    Ok(Answer::ok(view.ok_or(ProblemCode::NotFound)?))
}

pub async fn find_view(app: &App, company: &CompanyId, id: &MessageId) -> Result<Option<CallView>, Failure> {
    let logged = app
        .database
        .query(sql::logged(company, id))
        .await?
        .first::<LoggedRow>()?;
    Ok(logged.map(|row| row.into_view(app)))
}

pub async fn get(call: Call<GetCall>) -> Result<Answer<CallView>, Failure> {
    let asked = &call.id.0;
    let id = asked.parse();
    let which = id.as_ref().map_or(Which::Sid(asked), Which::Id);
    let row = find(&call.app, call.caller.company()?, &which).await?;
    view(&call.app, &row.ok_or(ProblemCode::NotFound)?).await
}

pub async fn list(call: Call<ListCalls>) -> Result<Answer<Page<CallView>>, Failure> {
    let (company, filter) = (call.caller.company()?, &call.query);
    let before = filter.cursor.as_deref().map(cursor::decode).transpose()?;
    let before = before.as_ref().map(|(_, id)| id.as_str());
    let limit = cursor::limit(filter.limit);
    let (rows, more) = page(&call.app, company, filter, before, limit).await?;
    let next_cursor = rows
        .last()
        .filter(|_| more)
        .map(|row| cursor::encode(row.created_at, row.id.as_str()));
    let items = rows.into_iter().map(|row| row.into_view(&call.app)).collect();
    Ok(Answer::ok(Page { items, next_cursor }))
}

/// And whether there are more.
async fn page(
    app: &App,
    company: &CompanyId,
    filter: &CallFilter,
    before: Option<&str>,
    limit: u32,
) -> Result<(Vec<LoggedRow>, bool), Failure> {
    let statement = sql::list(company, filter, before, limit + 1);
    let mut rows = app.database.query(statement).await?.all::<LoggedRow>()?;
    let more = drop_beyond(&mut rows, limit);
    Ok((rows, more))
}

/// At most as many as fit into the isolate's memory with ease; whoever needs older ones says `until`.
const MOST_EXPORTED: usize = 20_000;
const EXPORTED_AT_ONCE: u32 = 1000;

pub async fn export(app: Arc<App>, request: Request, _: Option<String>) -> Result<Response, Failure> {
    let (parts, _) = request.into_parts();
    let (caller, meta) = admit::<ExportCalls>(&app, &parts).await?;
    let company = caller.company()?;
    let filter = query::<ExportCalls>(&parts.uri)?;
    let entry = Entry::new(&app, company, &caller, AuditAction::ExportCalls);
    app.database.query(entry.statement()).await?;

    let mut table = csv::beginning(meta.language);
    let (mut before, mut exported) = (None::<String>, 0);
    while exported < MOST_EXPORTED {
        let (rows, more) = page(&app, company, &filter, before.as_deref(), EXPORTED_AT_ONCE).await?;
        exported += rows.len();
        before = rows.last().map(|row| row.id.to_string());
        for row in rows {
            csv::row(&mut table, row.into_view(&app));
        }
        if !more {
            break;
        }
    }
    Ok(file(
        table.into_text(),
        CSV,
        "attachment; filename=\"edgeline-calls.csv\"",
    ))
}

pub async fn logs(call: Call<CallLogs>) -> Result<Answer<Vec<CallLogRecord>>, Failure> {
    let filter = &call.query;
    let statement = log_page(&call, filter).await?;
    let mut rows = call.app.database.query(statement).await?.all::<LoggedRow>()?;
    let more = drop_beyond(&mut rows, cursor::limit(filter.limit));
    let next = rows
        .last()
        .filter(|_| more)
        .map(|row| cursor::encode(row.created_at, row.id.as_str()));
    let records = rows
        .into_iter()
        .map(|row| record(row, &call.meta.public_url))
        .collect();
    let answer = Answer::ok(records);
    let Some(cursor) = next else { return Ok(answer) };
    let query = serde_urlencoded::to_string(CallLogFilter {
        cursor: Some(cursor),
        ..filter.clone()
    })
    .map_err(|error| Fault::Internal(error.to_string()))?;
    let link = format!("<{}/api/call-logs?{query}>; rel=\"next\"", call.meta.public_url);
    Ok(answer.with(LINK, link))
}

async fn log_page(call: &Call<CallLogs>, filter: &CallLogFilter) -> Result<Statement, Failure> {
    let company = call.caller.company()?;
    let region = Senders::of(&call.app, company).await?.region(&call.app);
    let number = |text: &Option<String>| {
        let text = text.as_deref().map(str::trim).filter(|text| !text.is_empty())?;
        let parsed = numbering::parse(text, &region);
        Some(parsed.map_or_else(|_| text.to_owned(), |number| number.to_string()))
    };
    sql::outside(company, filter, number(&filter.from), number(&filter.to))
}

fn record(row: LoggedRow, public_url: &str) -> CallLogRecord {
    let call = row.summary.into_summary();
    let is_inbound = call.direction == CallDirection::Inbound;
    let (ours, theirs) = (row.number.to_string(), row.customer);
    let (from, to) = if is_inbound {
        (theirs, ours)
    } else {
        (ours, theirs)
    };
    let recording = row.media.first();
    CallLogRecord {
        id: row.parent_sid,
        timestamp: row.created_at,
        direction: if is_inbound {
            Direction::Inbound
        } else {
            Direction::Outbound
        },
        from,
        to,
        status: call.outcome,
        duration: call.duration,
        client_identity: call.user_name,
        recording_url: recording.map(|file| format!("{public_url}/api/recordings/{}", file.id)),
    }
}
