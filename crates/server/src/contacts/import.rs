//! Rows of a file come into the address book. A known number adds to its contact and takes nothing away, so that a
//! file may be imported again, or again from where it stopped.

mod plan;

use contract::ProblemCode;
use contract::contacts::{ImportContacts, ImportResult, MOST_IMPORTED};
use contract::live::LiveEvent;
use domain::AuditAction;
use domain::ids::{CompanyId, ConversationId};

use self::plan::Plan;
use super::tell::{Known, known};
use super::{read, store};
use crate::audit::Entry;
use crate::inbox::view::ConversationRow;
use crate::live::tell_later;
use crate::web::{Answer, Call};
use crate::{Failure, Refusal};

/// A first try may find that a stranger with one of the numbers has written just now.
const TRIES: usize = 3;

pub async fn import(call: Call<ImportContacts>) -> Result<Answer<ImportResult>, Failure> {
    let (app, company, rows) = (&call.app, call.caller.company()?, &call.body.rows);
    if rows.len() > MOST_IMPORTED {
        return Err(Refusal::new(ProblemCode::TooLarge).at("rows").into());
    }
    let home = read::home(app, company).await?;
    let drafts: Vec<_> = rows.iter().map(|row| plan::draft(row, &home)).collect();
    let identities: Vec<String> = drafts
        .iter()
        .flatten()
        .flat_map(|draft| draft.identities.iter().cloned())
        .collect();
    for _ in 0..TRIES {
        let owners = known(app, company, &[], &identities).await?;
        let mut plan = Plan::new(&owners);
        for draft in &drafts {
            plan.take(app, draft);
        }
        if plan.is_empty() || commit(&call, company, &plan, &owners).await? {
            return Ok(Answer::ok(ImportResult { rows: plan.outcomes }));
        }
    }
    Err(ProblemCode::StorageUnavailable.into())
}

/// `false` when another request took one of the numbers meanwhile.
async fn commit(
    call: &Call<ImportContacts>,
    company: &CompanyId,
    plan: &Plan,
    owners: &[Known],
) -> Result<bool, Failure> {
    let app = &call.app;
    let mut batch = plan.statements(company, app.now())?;
    let entry = Entry::new(app, company, &call.caller, AuditAction::ImportContacts)
        .detail("rows", Some(plan.outcomes.len()))
        .detail("changed", Some(plan.changed()));
    batch.push(entry.statement());
    let conversations: Vec<ConversationId> = owners
        .iter()
        .flat_map(|owner| owner.conversations.iter().cloned())
        .collect();
    batch.push(store::conversations(company, &conversations)?);
    let rows = match app.database.commit(batch).await {
        Err(error) if store::is_number_taken(&error) => return Ok(false),
        other => other?,
    };
    let shown = match rows.last() {
        Some(rows) => rows.all::<ConversationRow>()?,
        None => Vec::new(),
    };
    let events = shown
        .into_iter()
        .map(|row| LiveEvent::Conversation {
            conversation: Box::new(row.into_view(app)),
        })
        .chain([LiveEvent::ContactChanged { contact_id: None }])
        .collect();
    tell_later(app, &call.meta.after, company, events);
    Ok(true)
}
