//! A contact is deleted: what the company wrote down goes, what was said stays under its number.

use contract::Nothing;
use contract::contacts::DeleteContact;
use domain::AuditAction;
use domain::ids::ContactId;

use super::tell::{changed, find, known, views};
use super::{read, store};
use crate::Failure;
use crate::audit::Entry;
use crate::web::{Answer, Call};

pub async fn delete(call: Call<DeleteContact>) -> Result<Answer<Nothing>, Failure> {
    let (app, company, id) = (&call.app, call.caller.company()?, &call.id);
    let home = read::home(app, company).await?;
    let before = known(app, company, &[id], &[]).await?;
    let contact = &find(&before, id)?.contact;
    let mut batch = Vec::new();
    for number in &contact.numbers {
        let alone = app.new_id(ContactId::new);
        batch.extend(store::release(company, id, &number.identity, &alone, app.now()));
    }
    batch.push(store::delete(company, id));
    let entry =
        Entry::new(app, company, &call.caller, AuditAction::DeleteContact).subject(contact.called(app, home));
    batch.push(entry.if_changed());
    batch.extend(views(company, id, &before)?);
    let rows = app.database.commit(batch).await?;
    changed(app, &call.meta, company, &[id], &rows)?;
    Ok(Answer::ok(Nothing {}))
}
