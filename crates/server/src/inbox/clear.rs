//! `DELETE /api/messages`: everything that was written, gone for good. Many are erased in several calls, each of which
//! stays far below what the database may take at once. Calls are no messages: they stay, with their recordings.

use contract::ProblemCode;
use contract::live::LiveEvent;
use contract::sync::{CLEAR, ClearMessages, ClearReport};
use domain::ids::{CompanyId, MessageId};
use domain::{AuditAction, Timestamp};
use serde::Deserialize;

use crate::audit::Entry;
use crate::live::forget_later;
use crate::ports::database::{Rows, Statement};
use crate::recorder::log::Forget;
use crate::web::{Answer, Call};
use crate::{Failure, Refusal};

const STEP: u32 = 1000;
const MOST_STEPS: u32 = 10;

pub async fn clear(call: Call<ClearMessages>) -> Result<Answer<ClearReport>, Failure> {
    #[derive(Deserialize)]
    struct Deleted {
        deleted: u32,
    }
    let (app, company) = (&call.app, call.caller.company()?);
    if call.body.confirm != CLEAR {
        return Err(Refusal::new(ProblemCode::ConfirmationMissing)
            .at("confirm")
            .into());
    }
    let now = app.now();
    let before = call.body.before.filter(|before| *before < now).unwrap_or(now);
    let mut report = ClearReport {
        messages: 0,
        before,
        complete: false,
    };
    while !report.complete && report.messages < STEP * MOST_STEPS {
        // What goes is counted before: a deletion answers no number.
        let mut batch = vec![count_step(company, before), delete_step(company, before)];
        if report.messages == 0 {
            let entry = Entry::new(app, company, &call.caller, AuditAction::ClearMessages);
            batch.push(entry.detail("before", Some(before)).if_changed());
        }
        batch.extend([
            delete_notes(company, before),
            delete_empty_conversations(company, before),
            show_calls(company),
        ]);
        let rows = app.database.commit(batch).await?;
        let deleted = rows.first().map(Rows::first::<Deleted>).transpose()?.flatten();
        let deleted = deleted.map_or(0, |row| row.deleted);
        report.messages += deleted;
        report.complete = deleted < STEP;
    }
    let gone = Forget::Before(before);
    forget_later(app, &call.meta.after, company, LiveEvent::EverythingChanged, gone);
    Ok(Answer::ok(report))
}

/// By the index of a company's channels. An id tells when its row was made, so that what is written meanwhile stays.
fn step(before: Timestamp) -> String {
    let end = MessageId::new(before, 0);
    format!(
        "SELECT id FROM messages INDEXED BY messages_by_channel
         WHERE company_id = ?1 AND channel IN ('sms', 'mms', 'whatsapp') AND id < '{end}' LIMIT {STEP}"
    )
}

fn count_step(company: &CompanyId, before: Timestamp) -> Statement {
    Statement::new(format!("SELECT count(*) AS deleted FROM ({})", step(before))).bind(company)
}

fn delete_step(company: &CompanyId, before: Timestamp) -> Statement {
    Statement::new(format!("DELETE FROM messages WHERE id IN ({})", step(before))).bind(company)
}

fn delete_notes(company: &CompanyId, before: Timestamp) -> Statement {
    Statement::new(
        "DELETE FROM notes WHERE conversation_id IN (
           SELECT id FROM conversations INDEXED BY conversations_by_last WHERE company_id = ?1) AND created_at < ?2",
    )
    .bind(company)
    .bind(before)
}

/// Their files' bytes are forgotten by the sweep.
fn delete_empty_conversations(company: &CompanyId, before: Timestamp) -> Statement {
    Statement::new(format!(
        "DELETE FROM conversations WHERE id IN (
           SELECT c.id FROM conversations c INDEXED BY conversations_by_last
           WHERE c.company_id = ?1 AND c.created_at < ?2
             AND NOT EXISTS (SELECT 1 FROM messages WHERE conversation_id = c.id) LIMIT {STEP})"
    ))
    .bind(company)
    .bind(before)
}

/// Conversations of which only calls are left show the last of them, and wait only for what nobody has seen to.
fn show_calls(company: &CompanyId) -> Statement {
    Statement::new(
        "WITH last AS MATERIALIZED (
           SELECT m.id, m.conversation_id, m.from_client, m.status, m.created_at, k.outcome,
             (SELECT count(*) FROM messages o CROSS JOIN calls u ON u.message_id = o.id
              WHERE o.conversation_id = c.id AND u.seen_at IS NULL AND u.outcome IN ('missed', 'voicemail')) AS unseen
           FROM conversations c INDEXED BY conversations_by_last
           CROSS JOIN messages m ON m.id = (SELECT max(id) FROM messages WHERE conversation_id = c.id)
           CROSS JOIN calls k ON k.message_id = m.id
           WHERE c.company_id = ?1 AND NOT EXISTS (
             SELECT 1 FROM messages WHERE conversation_id = c.id AND channel <> 'call'))
         UPDATE conversations SET
           version = version + 1, channel = 'call', last_message_id = last.id, last_preview = last.outcome,
           last_from_client = last.from_client, last_status = last.status, last_media_count = 0,
           last_at = last.created_at, unread_count = min(unread_count, last.unseen),
           status = CASE WHEN last.unseen > 0 THEN conversations.status ELSE 'closed' END
         FROM last WHERE conversations.id = last.conversation_id
           AND (last_message_id IS NOT last.id OR unread_count > last.unseen)",
    )
    .bind(company)
}
