//! What the recorder keeps of a company: a table in the hub's own SQLite. Pure: the Durable Object's shell brings it.

use std::sync::atomic::{AtomicUsize, Ordering};

use contract::recorder::{WebhookKind, WebhookOutcome, WebhookVerdict};
use domain::Timestamp;
use domain::ids::MessageId;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use twilio::params::Params;

use crate::Fault;
use crate::ports::database::Statement;

/// A flood pushes out what is oldest.
pub const MOST_KEPT: usize = 20_000;
/// Between two looks at whether there are more: a look reads them all.
const TRIM_AFTER: usize = 1000;
/// In one statement, whose values may be 2 MB: <https://developers.cloudflare.com/durable-objects/platform/limits/>.
const AT_ONCE: usize = 20;

/// A webhook as it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Came {
    pub path: String,
    /// The address that Twilio signed.
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub remote_address: String,
    /// The form.
    pub body: String,
    /// Taken in by hand, not from Twilio.
    pub is_replay: bool,
}

/// With what became of it. Neither its signature nor any other secret is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    pub id: MessageId,
    pub at: Timestamp,
    pub until: Timestamp,
    #[serde(flatten)]
    pub came: Came,
    pub outcome: WebhookOutcome,
    pub status: u16,
    pub duration_ms: u32,
    /// TwiML, where that says how a call goes on.
    pub answer: Option<String>,
}

/// A row of the table, made where the webhook came in: the hub passes it on to SQLite unread.
#[derive(Serialize)]
struct Row<'a> {
    id: &'a MessageId,
    until: i64,
    kind: &'static str,
    failed: bool,
    sid: &'a str,
    about: String,
    record: &'a Recorded,
}

impl Recorded {
    /// As [`WebhookLog::keep`] takes it.
    pub fn row(&self) -> Result<Box<RawValue>, Fault> {
        let params = Params::parse(&self.came.body);
        let sid = sid_of(&params).unwrap_or_default();
        let parties = ["From", "To"].map(|name| params.get(name).unwrap_or_default());
        let row = Row {
            id: &self.id,
            until: self.until.as_millis(),
            kind: WebhookKind::of(&self.came.path).as_str(),
            failed: self.outcome.verdict() == WebhookVerdict::Failed,
            sid,
            about: format!("{} {sid}", parties.join(" ")),
            record: self,
        };
        to_raw_value(&row).map_err(|error| Fault::Internal(error.to_string()))
    }
}

/// What is asked of the log.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Look {
    One(MessageId),
    /// The newest first, from before this id.
    Page {
        before: String,
        limit: usize,
        verdict: Option<WebhookVerdict>,
        kind: Option<WebhookKind>,
        about: Option<String>,
    },
}

/// What is to be kept no longer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Forget {
    /// Whatever came before.
    Before(Timestamp),
    /// Whatever names one of these numbers, and whatever is about the same message or call.
    Numbers(Vec<String>),
}

/// The hub's SQLite. A statement answers at most one column, `record`.
pub trait Table {
    fn run(&self, statement: &Statement) -> Result<Vec<String>, Fault>;
}

pub struct WebhookLog<T> {
    table: T,
    kept_since_trim: AtomicUsize,
}

/// One row written for each, without an index beside: a look reads at most `MOST_KEPT` rows, and only administrators look.
const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS webhooks (
  id TEXT PRIMARY KEY,
  until INTEGER NOT NULL,
  kind TEXT NOT NULL,
  failed INTEGER NOT NULL,
  sid TEXT NOT NULL,
  about TEXT NOT NULL,
  record TEXT NOT NULL
) WITHOUT ROWID";

/// What Twilio calls the message or the call.
pub fn sid_of(params: &Params) -> Option<&str> {
    ["MessageSid", "SmsSid", "CallSid"]
        .into_iter()
        .find_map(|name| params.get_filled(name))
}

impl<T: Table> WebhookLog<T> {
    pub fn open(table: T) -> Result<Self, Fault> {
        table.run(&Statement::new(SCHEMA))?;
        Ok(Self {
            table,
            kept_since_trim: AtomicUsize::new(0),
        })
    }

    /// One that is told again is one.
    pub fn keep(&self, rows: &[Box<RawValue>]) -> Result<(), Fault> {
        for rows in rows.chunks(AT_ONCE) {
            self.table.run(&insert(rows))?;
        }
        let kept = self.kept_since_trim.fetch_add(rows.len(), Ordering::Relaxed);
        if kept + rows.len() >= TRIM_AFTER {
            self.trim()?;
        }
        Ok(())
    }

    pub fn look(&self, look: &Look) -> Result<Vec<Recorded>, Fault> {
        let rows = self.table.run(&select(look))?;
        rows.iter()
            .map(|row| serde_json::from_str(row).map_err(|error| Fault::Storage(error.to_string())))
            .collect()
    }

    pub fn forget(&self, forget: &Forget) -> Result<(), Fault> {
        match forget {
            Forget::Before(at) => self.delete_before(MessageId::new(*at, 0).as_str())?,
            Forget::Numbers(numbers) => {
                for digits in numbers.iter().filter_map(|number| digits_of(number)) {
                    self.table.run(&delete_naming(digits))?;
                }
            }
        }
        Ok(())
    }

    /// Forgets what is too old; answers whether anything is left.
    pub fn expire(&self, now: Timestamp) -> Result<bool, Fault> {
        self.trim()?;
        let expired = Statement::new("DELETE FROM webhooks WHERE until < ?1").bind(now);
        self.table.run(&expired)?;
        let left = Statement::new("SELECT '' AS record FROM webhooks LIMIT 1");
        Ok(!self.table.run(&left)?.is_empty())
    }

    fn trim(&self) -> Result<(), Fault> {
        self.kept_since_trim.store(0, Ordering::Relaxed);
        let oldest = Statement::new("SELECT id AS record FROM webhooks ORDER BY id DESC LIMIT 1 OFFSET ?1")
            .bind(i64::try_from(MOST_KEPT - 1).unwrap_or(i64::MAX));
        match self.table.run(&oldest)?.first() {
            Some(id) => self.delete_before(id),
            None => Ok(()),
        }
    }

    fn delete_before(&self, id: &str) -> Result<(), Fault> {
        let delete = Statement::new("DELETE FROM webhooks WHERE id < ?1").bind(id);
        self.table.run(&delete).map(drop)
    }
}

fn insert(rows: &[Box<RawValue>]) -> Statement {
    let rows: Vec<_> = rows.iter().map(|row| row.get()).collect();
    Statement::new(
        "INSERT OR IGNORE INTO webhooks (id, until, kind, failed, sid, about, record)
         SELECT value ->> 'id', value ->> 'until', value ->> 'kind', value ->> 'failed', value ->> 'sid', value ->> 'about',
           value -> 'record'
         FROM json_each(?1)",
    )
    .bind(format!("[{}]", rows.join(",")))
}

fn select(look: &Look) -> Statement {
    match look {
        Look::One(id) => Statement::new("SELECT record FROM webhooks WHERE id = ?1").bind(id),
        Look::Page {
            before,
            limit,
            verdict,
            kind,
            about,
        } => {
            let mut page = Statement::new("SELECT record FROM webhooks WHERE id < ?1").bind(before.as_str());
            if let Some(verdict) = verdict {
                page = page.and("failed = ?", [(*verdict == WebhookVerdict::Failed).into()]);
            }
            if let Some(kind) = kind {
                page = page.and("kind = ?", [kind.as_str().into()]);
            }
            if let Some(about) = about {
                page = page.and("instr(about, ?) > 0", [about.as_str().into()]);
            }
            page.ending(&format!(" ORDER BY id DESC LIMIT {limit}"))
        }
    }
}

/// Wherever the number stands in what came, however it is written there. What came of the same message or call without
/// its number (a recording) goes along.
fn delete_naming(digits: &str) -> Statement {
    Statement::new(
        "DELETE FROM webhooks WHERE instr(record, ?1) > 0
           OR (sid <> '' AND sid IN (SELECT sid FROM webhooks WHERE instr(record, ?1) > 0))",
    )
    .bind(digits)
}

/// As a form carries them: its `+` may be `%2B`. A short code is in too many other numbers.
fn digits_of(number: &str) -> Option<&str> {
    let digits = number.rsplit(['+', ':']).next()?;
    (digits.len() > 6).then_some(digits)
}
