//! Two contacts are one person.

use contract::ProblemCode;
use contract::contacts::{ContactView, MergeContacts};
use domain::AuditAction;
use domain::contact::add_tag;
use domain::people::Name;

use super::tell::{changed, find, known, views};
use super::{read, store};
use crate::audit::Entry;
use crate::web::{Answer, Call};
use crate::{Failure, Refusal};

/// The first one keeps its name, its language and whether it is blocked; what it does not have comes from the other.
pub async fn merge(call: Call<MergeContacts>) -> Result<Answer<ContactView>, Failure> {
    let (app, company, id, other) = (&call.app, call.caller.company()?, &call.id, &call.body.contact_id);
    let home = read::home(app, company).await?;
    let both = known(app, company, &[id, other], &[]).await?;
    let into = &find(&both, id)?.contact;
    if id == other {
        return Err(Refusal::new(ProblemCode::InvalidField).at("contact_id").into());
    }
    let from = &find(&both, other)?.contact;
    let name = into.name.as_deref().or(from.name.as_deref());
    let name = name.and_then(|name| Name::new(name).ok());
    let notes = into.notes.with(&from.notes);
    let mut tags = into.tags.clone();
    for tag in &from.tags {
        add_tag(&mut tags, tag.clone());
    }
    let card = store::Card {
        name: name.as_ref(),
        notes: &notes,
        language: into.language.or(from.language),
    };
    let mut batch = store::absorb(company, id, other);
    batch.extend(store::update(company, id, &card, app.now()));
    batch.extend(store::set_tags(company, id, &tags)?);
    if into.is_blocked() || from.is_blocked() {
        batch.extend(store::set_blocked(
            company,
            id,
            into.is_blocked().then(|| app.now()),
        ));
    }
    let entry = Entry::new(app, company, &call.caller, AuditAction::MergeContacts)
        .subject(into.called(app, home))
        .detail("merged", Some(from.called(app, home)));
    batch.push(entry.statement());
    batch.extend(views(company, id, &both)?);
    let rows = app.database.commit(batch).await?;
    let contact = changed(app, &call.meta, company, &[id, other], &rows)?.ok_or(ProblemCode::NotFound)?;
    Ok(Answer::ok(contact.into_view(app, home)))
}
