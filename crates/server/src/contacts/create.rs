//! Somebody new in the address book.

use contract::ProblemCode;
use contract::contacts::{ContactView, CreateContact};
use domain::AuditAction;
use domain::contact::{Notes, Tag, add_tag};
use domain::ids::ContactId;
use domain::people::Name;

use super::tell::{Known, changed, known, views};
use super::{draft, read, store};
use crate::audit::Entry;
use crate::web::{Answer, Call};
use crate::{Failure, Fault, Refusal};

/// A first try may find that a stranger with the same number has written just now.
const TRIES: usize = 2;

struct NewCard {
    name: Name,
    identities: Vec<String>,
    tags: Vec<Tag>,
    notes: Notes,
}

pub async fn create(call: Call<CreateContact>) -> Result<Answer<ContactView>, Failure> {
    let (company, body) = (call.caller.company()?, &call.body);
    let home = read::home(&call.app, company).await?;
    let card = NewCard {
        name: draft::name(&body.name)?,
        identities: draft::identities(&body.numbers, &home, &[])?,
        tags: draft::tags(&body.tags)?,
        notes: draft::notes(&body.notes)?,
    };
    for _ in 0..TRIES {
        let owners = known(&call.app, company, &[], &card.identities).await?;
        if let Some(same) = owners.iter().find(|owner| is_same(owner, &card)) {
            return Ok(Answer::ok(same.contact.clone().into_view(&call.app, home)));
        }
        if owners.iter().any(|owner| owner.contact.name.is_some()) {
            break;
        }
        match save(&call, &card, &owners).await? {
            Some(id) => {
                let row = id.ok_or_else(|| Fault::Storage("the new contact is gone".to_owned()))?;
                return Ok(Answer::created(row.into_view(&call.app, home)));
            }
            None => continue,
        }
    }
    Err(Refusal::new(ProblemCode::NumberOfOtherContact)
        .at("numbers")
        .into())
}

/// A request that came twice.
fn is_same(owner: &Known, card: &NewCard) -> bool {
    owner.contact.name.as_deref() == Some(card.name.as_str())
        && card
            .identities
            .iter()
            .all(|identity| owner.contact.has_number(identity))
}

/// Numbers that have written already bring their contacts along: the first of these is the one that gets the name.
/// `None` when another request took a number meanwhile.
async fn save(
    call: &Call<CreateContact>,
    card: &NewCard,
    owners: &[Known],
) -> Result<Option<Option<super::view::ContactRow>>, Failure> {
    let (app, company, now) = (&call.app, call.caller.company()?, call.app.now());
    let (mut notes, mut tags) = (card.notes.clone(), card.tags.clone());
    for owner in owners {
        notes = notes.with(&owner.contact.notes);
        for tag in &owner.contact.tags {
            add_tag(&mut tags, tag.clone());
        }
    }
    let row = store::Card {
        name: Some(&card.name),
        notes: &notes,
        language: call.body.language,
    };
    let (id, mut batch) = match owners.first() {
        Some(first) => (
            first.contact.id.clone(),
            store::update(company, &first.contact.id, &row, now),
        ),
        None => {
            let id = app.new_id(ContactId::new);
            let insert = store::insert(company, &id, &row, now);
            (id, vec![insert])
        }
    };
    for owner in owners.iter().skip(1) {
        batch.extend(store::absorb(company, &id, &owner.contact.id));
    }
    for (position, identity) in card.identities.iter().enumerate() {
        let is_known = owners.iter().any(|owner| owner.contact.has_number(identity));
        batch.push(if is_known {
            store::place_number(company, &id, identity, position)
        } else {
            store::insert_number(company, &id, identity, position)
        });
    }
    batch.extend(store::set_tags(company, &id, &tags)?);
    if owners.iter().any(|owner| owner.contact.is_blocked()) {
        batch.extend(store::set_blocked(company, &id, Some(now)));
    }
    let entry =
        Entry::new(app, company, &call.caller, AuditAction::CreateContact).subject(card.name.as_str());
    batch.push(entry.statement());
    batch.extend(views(company, &id, owners)?);
    let rows = match app.database.commit(batch).await {
        Err(error) if store::is_number_taken(&error) => return Ok(None),
        other => other?,
    };
    let mut told = vec![&id];
    told.extend(owners.iter().skip(1).map(|owner| &owner.contact.id));
    changed(app, &call.meta, company, &told, &rows).map(Some)
}
