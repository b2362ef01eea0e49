//! A contact is renamed, gets or loses numbers, tags or notes, is blocked or heard again.

use contract::ProblemCode;
use contract::contacts::{ContactView, UpdateContact};
use domain::ids::{CompanyId, ContactId};
use domain::people::Name;
use domain::{AuditAction, Language, Region};

use super::tell::{Known, changed, find, known, views};
use super::{draft, read, store};
use crate::audit::Entry;
use crate::ports::database::Statement;
use crate::web::{Answer, Call};
use crate::{App, Failure, Refusal};

pub async fn update(call: Call<UpdateContact>) -> Result<Answer<ContactView>, Failure> {
    let (app, company, id) = (&call.app, call.caller.company()?, &call.id);
    let home = read::home(app, company).await?;
    let mut everybody = known(app, company, &[id], &[]).await?;
    let own = find(&everybody, id)?.clone();
    let numbers = numbers(&call, &own, &home)?;
    if let Some(numbers) = &numbers {
        let added: Vec<String> = added(&own, numbers).cloned().collect();
        if !added.is_empty() {
            everybody = known(app, company, &[id], &added).await?;
        }
    }
    let mut batch = card(&call, &own)?;
    if let Some(numbers) = &numbers {
        batch.extend(place_numbers(app, company, &own, numbers, &everybody)?);
    }
    if let Some(tags) = &call.body.tags {
        let tags = draft::tags(tags)?;
        if tags != own.contact.tags {
            batch.extend(store::set_tags(company, id, &tags)?);
        }
    }
    if !batch.is_empty() {
        let entry = Entry::new(app, company, &call.caller, AuditAction::ChangeContact)
            .subject(own.contact.called(app, home))
            .detail("name", call.body.name.as_deref());
        batch.push(entry.statement());
    }
    let was_blocked = own.contact.is_blocked();
    // A number that came along is blocked or heard as the others are.
    let blocked = call.body.blocked.unwrap_or(was_blocked);
    if blocked != was_blocked || (numbers.is_some() && !batch.is_empty()) {
        batch.extend(store::set_blocked(company, id, blocked.then(|| app.now())));
    }
    if blocked != was_blocked {
        let action = if blocked {
            AuditAction::BlockContact
        } else {
            AuditAction::UnblockContact
        };
        let entry = Entry::new(app, company, &call.caller, action).subject(own.contact.called(app, home));
        batch.push(entry.statement());
    }
    if batch.is_empty() {
        return Ok(Answer::ok(own.contact.into_view(app, home)));
    }
    batch.extend(views(company, id, &everybody)?);
    let rows = match app.database.commit(batch).await {
        Err(error) if store::is_number_taken(&error) => return Err(number_of_other()),
        other => other?,
    };
    let told: Vec<&ContactId> = everybody.iter().map(|known| &known.contact.id).collect();
    let contact = changed(app, &call.meta, company, &told, &rows)?.ok_or(ProblemCode::NotFound)?;
    Ok(Answer::ok(contact.into_view(app, home)))
}

/// The whole list as it is to be, when it differs.
fn numbers(call: &Call<UpdateContact>, own: &Known, home: &Region) -> Result<Option<Vec<String>>, Failure> {
    let Some(texts) = &call.body.numbers else {
        return Ok(None);
    };
    let before: Vec<String> = own
        .contact
        .numbers
        .iter()
        .map(|number| number.identity.clone())
        .collect();
    let after = draft::identities(texts, home, &before)?;
    Ok((after != before).then_some(after))
}

fn added<'a>(own: &'a Known, numbers: &'a [String]) -> impl Iterator<Item = &'a String> {
    numbers
        .iter()
        .filter(|identity| !own.contact.has_number(identity))
}

fn card(call: &Call<UpdateContact>, own: &Known) -> Result<Vec<Statement>, Failure> {
    let (body, before) = (&call.body, &own.contact);
    let name = match &body.name {
        Some(text) => draft::optional_name(text)?,
        // Names of older days were checked by the same rule.
        None => before.name.as_deref().and_then(|name| Name::new(name).ok()),
    };
    let notes = match &body.notes {
        Some(text) => draft::notes(text)?,
        None => before.notes.clone(),
    };
    let language = match body.language.as_deref() {
        None => before.language,
        Some("") => None,
        Some("en") => Some(Language::En),
        Some("fr") => Some(Language::Fr),
        Some(_) => return Err(Refusal::new(ProblemCode::InvalidField).at("language").into()),
    };
    let same = name.as_ref().map(Name::as_str) == before.name.as_deref()
        && notes == before.notes
        && language == before.language;
    if same {
        return Ok(Vec::new());
    }
    let card = store::Card {
        name: name.as_ref(),
        notes: &notes,
        language,
    };
    Ok(store::update(
        call.caller.company()?,
        &call.id,
        &card,
        call.app.now(),
    ))
}

fn place_numbers(
    app: &App,
    company: &CompanyId,
    own: &Known,
    numbers: &[String],
    everybody: &[Known],
) -> Result<Vec<Statement>, Failure> {
    let (id, now) = (&own.contact.id, app.now());
    let mut batch = Vec::new();
    for other in everybody.iter().filter(|known| known.contact.id != *id) {
        if other.contact.name.is_some() {
            return Err(number_of_other());
        }
        batch.extend(store::absorb(company, id, &other.contact.id));
    }
    for number in &own.contact.numbers {
        if !numbers.contains(&number.identity) {
            let alone = app.new_id(ContactId::new);
            batch.extend(store::release(company, id, &number.identity, &alone, now));
        }
    }
    for (position, identity) in numbers.iter().enumerate() {
        let is_known = everybody.iter().any(|known| known.contact.has_number(identity));
        batch.push(if is_known {
            store::place_number(company, id, identity, position)
        } else {
            store::insert_number(company, id, identity, position)
        });
    }
    Ok(batch)
}

fn number_of_other() -> Failure {
    Refusal::new(ProblemCode::NumberOfOtherContact)
        .at("numbers")
        .into()
}
