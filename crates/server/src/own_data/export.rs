//! `GET /api/export`: everything that a company has, a page at a time, so that a company of any size fits into what one
//! request may take. SQLite itself writes the lines; whoever asks puts them together (`frontend`, or a loop in a shell).

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::ProblemCode;
use contract::own_data::{ExportCompany, ExportPage};
use domain::AuditAction;
use serde::Deserialize;
use serde_json::Value;

use super::export_kinds::source;
use crate::audit::Entry;
use crate::ports::database::Statement;
use crate::web::{Answer, Call};
use crate::{Failure, Fault, Refusal};

const AT_ONCE: usize = 1000;
/// All requests of one export are one line of the audit trail.
const ONE_EXPORT: Duration = Duration::from_secs(3600);

#[derive(Deserialize)]
struct Line {
    /// A JSON array: what the rows are sorted by.
    place: String,
    line: String,
    /// An object, too: the same one's other half.
    rest: String,
}

pub async fn page(call: Call<ExportCompany>) -> Result<Answer<ExportPage>, Failure> {
    let (app, company) = (&call.app, call.caller.company()?);
    let source = source(call.query.kind);
    let place = match &call.query.cursor {
        Some(cursor) => read(cursor).ok_or_else(|| Refusal::new(ProblemCode::InvalidCursor).at("cursor"))?,
        None => source.beginning.to_owned(),
    };
    let select = Statement::new(format!("{} LIMIT {}", source.select(), AT_ONCE + 1))
        .bind(company)
        .bind(place);
    let entry = Entry::new(app, company, &call.caller, AuditAction::ExportCompany);
    let rows = app
        .database
        .commit(vec![entry.unless_done_since(app.now() - ONE_EXPORT), select])
        .await?;
    let rows = rows
        .last()
        .ok_or_else(|| Fault::Storage("rows are missing".to_owned()))?;
    let mut lines = rows.all::<Line>()?;
    let more = lines.len() > AT_ONCE;
    lines.truncate(AT_ONCE);
    let next_cursor = lines
        .last()
        .filter(|_| more)
        .map(|last| URL_SAFE_NO_PAD.encode(&last.place));
    let mut page = ExportPage {
        lines: String::with_capacity(lines.iter().map(|row| row.line.len() + 1).sum()),
        rows: u32::try_from(lines.len()).unwrap_or(u32::MAX),
        next_cursor,
    };
    for row in &lines {
        let (line, rest) = (row.line.as_str(), row.rest.strip_prefix('{'));
        match (line.strip_suffix('}'), rest) {
            (Some(line), Some(rest)) if rest != "}" => {
                page.lines.push_str(line);
                page.lines.push(',');
                page.lines.push_str(rest);
            }
            _ => page.lines.push_str(line),
        }
        page.lines.push('\n');
    }
    Ok(Answer::ok(page))
}

/// `None` for anything but an array, which SQLite would refuse.
fn read(cursor: &str) -> Option<String> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    serde_json::from_str::<Vec<Value>>(&text).ok()?;
    Some(text)
}
