//! What an import changes, thought out in memory: rows of the same file may speak of the same person.

use std::collections::HashMap;

use contract::ProblemCode;
use contract::contacts::{ImportOutcome, ImportedRow};
use domain::contact::{MOST_NUMBERS, MOST_TAGS, Notes, TAG_SEPARATORS, Tag, add_tag};
use domain::contact_columns::ContactRow;
use domain::folding::fold;
use domain::ids::{CompanyId, ContactId};
use domain::people::Name;
use domain::{Language, Region, Timestamp};

use crate::contacts::draft::identity;
use crate::contacts::store;
use crate::contacts::store::bulk::{self, CardRow, NumberRow, TagRow};
use crate::contacts::tell::Known;
use crate::ports::database::Statement;
use crate::{App, Fault};

/// A row whose values are right.
pub(super) struct RowDraft {
    name: Option<Name>,
    pub(super) identities: Vec<String>,
    tags: Vec<Tag>,
    notes: Notes,
    language: Option<Language>,
}

/// Why a row is left out, and the value at fault.
pub(super) struct Wrong {
    code: ProblemCode,
    value: Option<String>,
}

pub(super) fn draft(row: &ContactRow, home: &Region) -> Result<RowDraft, Wrong> {
    let wrong = |code, value: &str| Wrong {
        code,
        value: (!value.is_empty()).then(|| value.chars().take(100).collect()),
    };
    let name = match row.name.trim() {
        "" => None,
        name => Some(Name::new(name).map_err(|_| wrong(ProblemCode::InvalidName, name))?),
    };
    let mut identities = Vec::new();
    for number in row.numbers.iter().filter(|number| !number.trim().is_empty()) {
        let identity = identity(number, home).map_err(|code| wrong(code, number))?;
        if !identities.contains(&identity) {
            identities.push(identity);
        }
    }
    if identities.is_empty() {
        return Err(wrong(ProblemCode::MissingField, ""));
    }
    if identities.len() > MOST_NUMBERS {
        return Err(wrong(ProblemCode::TooManyNumbers, ""));
    }
    let mut tags = Vec::new();
    for tag in row.tags.iter().flat_map(|tags| tags.split(TAG_SEPARATORS)) {
        if !tag.trim().is_empty() {
            let tag = Tag::new(tag).map_err(|_| wrong(ProblemCode::InvalidTag, tag))?;
            add_tag(&mut tags, tag);
        }
    }
    if tags.len() > MOST_TAGS {
        return Err(wrong(ProblemCode::TooManyTags, ""));
    }
    let notes = Notes::new(&row.notes).map_err(|_| wrong(ProblemCode::NotesTooLong, ""))?;
    Ok(RowDraft {
        name,
        identities,
        tags,
        notes,
        language: language(&row.language),
    })
}

/// `fr`, `fr-CA`, `Français`; one that we do not write in says nothing.
fn language(text: &str) -> Option<Language> {
    let text = fold(text.trim());
    if text.starts_with("fr") {
        Some(Language::Fr)
    } else if text.starts_with("en") || text.starts_with("ang") {
        Some(Language::En)
    } else {
        None
    }
}

/// A contact as it will be.
struct Planned {
    id: ContactId,
    name: Option<Name>,
    notes: Notes,
    language: Option<Language>,
    tags: Vec<Tag>,
    is_new: bool,
    is_changed: bool,
    is_blocked: bool,
    /// It gets numbers that are not yet blocked, or heard, as the others are.
    is_uneven: bool,
}

pub(super) struct Plan {
    contacts: Vec<Planned>,
    /// By number, the place in `contacts`.
    owners: HashMap<String, usize>,
    new_numbers: Vec<(usize, String)>,
    new_tags: Vec<(usize, Tag)>,
    /// Nameless contacts that turn out to be somebody: the place of that one, and who is no more.
    absorbed: Vec<(usize, ContactId)>,
    pub(super) outcomes: Vec<ImportedRow>,
}

impl Plan {
    pub(super) fn new(known: &[Known]) -> Self {
        let mut plan = Self {
            contacts: Vec::new(),
            owners: HashMap::new(),
            new_numbers: Vec::new(),
            new_tags: Vec::new(),
            absorbed: Vec::new(),
            outcomes: Vec::new(),
        };
        for known in known {
            let contact = &known.contact;
            let place = plan.contacts.len();
            for number in &contact.numbers {
                plan.owners.insert(number.identity.clone(), place);
            }
            plan.contacts.push(Planned {
                id: contact.id.clone(),
                name: contact.name.as_deref().and_then(|name| Name::new(name).ok()),
                notes: contact.notes.clone(),
                language: contact.language,
                tags: contact.tags.clone(),
                is_new: false,
                is_changed: false,
                is_blocked: contact.is_blocked(),
                is_uneven: false,
            });
        }
        plan
    }

    pub(super) fn take(&mut self, app: &App, draft: &Result<RowDraft, Wrong>) {
        let outcome = match draft {
            Ok(draft) => self.place(app, draft),
            Err(wrong) => Err((wrong.code, wrong.value.clone())),
        };
        self.outcomes.push(match outcome {
            Ok((outcome, place)) => ImportedRow {
                outcome,
                contact_id: self.contacts.get(place).map(|contact| contact.id.clone()),
                code: None,
                value: None,
            },
            Err((code, value)) => ImportedRow {
                outcome: ImportOutcome::Invalid,
                contact_id: None,
                code: Some(code),
                value,
            },
        });
    }

    fn place(
        &mut self,
        app: &App,
        draft: &RowDraft,
    ) -> Result<(ImportOutcome, usize), (ProblemCode, Option<String>)> {
        let mut owners: Vec<usize> = Vec::new();
        for identity in &draft.identities {
            if let Some(place) = self.owners.get(identity)
                && !owners.contains(place)
            {
                owners.push(*place);
            }
        }
        let is_saved = |place: &usize| self.contacts.get(*place).is_some_and(|one| one.name.is_some());
        let saved: Vec<usize> = owners.iter().copied().filter(is_saved).collect();
        if saved.len() > 1 {
            return Err((ProblemCode::NumbersOfSeveralContacts, None));
        }
        let chosen = saved.first().or(owners.first()).copied();
        if draft.name.is_none() && saved.is_empty() {
            return Err((ProblemCode::InvalidName, None));
        }
        let place = match chosen {
            Some(place) => place,
            None => self.add(app),
        };
        for other in owners.into_iter().filter(|other| *other != place) {
            self.absorb(place, other);
        }
        let changed = self.fill(place, draft);
        let outcome = match (saved.is_empty(), changed) {
            (true, _) => ImportOutcome::Added,
            (false, true) => ImportOutcome::Merged,
            (false, false) => ImportOutcome::Unchanged,
        };
        Ok((outcome, place))
    }

    fn add(&mut self, app: &App) -> usize {
        self.contacts.push(Planned {
            id: app.new_id(ContactId::new),
            name: None,
            notes: Notes::default(),
            language: None,
            tags: Vec::new(),
            is_new: true,
            is_changed: false,
            is_blocked: false,
            is_uneven: false,
        });
        self.contacts.len() - 1
    }

    fn absorb(&mut self, place: usize, other: usize) {
        let Some(gone) = self.contacts.get(other) else {
            return;
        };
        let (gone, notes, tags, was_blocked) = (
            gone.id.clone(),
            gone.notes.clone(),
            gone.tags.clone(),
            gone.is_blocked,
        );
        for owner in self.owners.values_mut().filter(|owner| **owner == other) {
            *owner = place;
        }
        self.absorbed.push((place, gone));
        if let Some(contact) = self.contacts.get_mut(place) {
            contact.notes = contact.notes.with(&notes);
            contact.is_changed = true;
            contact.is_uneven |= was_blocked || contact.is_blocked;
            // Of strangers, one that was blocked decides; a saved contact stays what it is.
            contact.is_blocked |= was_blocked && contact.name.is_none();
            for tag in tags {
                if add_tag(&mut contact.tags, tag.clone()) {
                    self.new_tags.push((place, tag));
                }
            }
        }
    }

    /// Adds what the row knows and the contact does not; tells whether there was anything.
    fn fill(&mut self, place: usize, draft: &RowDraft) -> bool {
        let Some(contact) = self.contacts.get_mut(place) else {
            return false;
        };
        let mut changed = false;
        if contact.name.is_none() && draft.name.is_some() {
            contact.name.clone_from(&draft.name);
            changed = true;
        }
        let notes = contact.notes.with(&draft.notes);
        if notes != contact.notes {
            contact.notes = notes;
            changed = true;
        }
        if contact.language.is_none() && draft.language.is_some() {
            contact.language = draft.language;
            changed = true;
        }
        contact.is_changed |= changed;
        for tag in &draft.tags {
            if contact.tags.len() < MOST_TAGS && add_tag(&mut contact.tags, tag.clone()) {
                self.new_tags.push((place, tag.clone()));
                changed = true;
            }
        }
        for identity in &draft.identities {
            if !self.owners.contains_key(identity) {
                self.owners.insert(identity.clone(), place);
                self.new_numbers.push((place, identity.clone()));
                contact.is_uneven |= contact.is_blocked;
                changed = true;
            }
        }
        changed
    }

    /// Rows that put something into the address book.
    pub(super) fn changed(&self) -> usize {
        self.outcomes
            .iter()
            .filter(|row| matches!(row.outcome, ImportOutcome::Added | ImportOutcome::Merged))
            .count()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.changed() == 0
    }

    pub(super) fn statements(&self, company: &CompanyId, now: Timestamp) -> Result<Vec<Statement>, Fault> {
        let id = |place: &usize| self.contacts.get(*place).map(|contact| &contact.id);
        let mut batch = Vec::new();
        for (place, gone) in &self.absorbed {
            if let Some(id) = id(place) {
                batch.extend(store::absorb(company, id, gone));
            }
        }
        let (new, known): (Vec<_>, Vec<_>) = self
            .contacts
            .iter()
            .filter(|contact| contact.is_changed)
            .partition(|contact| contact.is_new);
        batch.push(bulk::insert(company, &cards(&new), now)?);
        batch.extend(bulk::update(company, &cards(&known), now)?);
        let numbers: Vec<_> = self
            .new_numbers
            .iter()
            .enumerate()
            .filter_map(|(position, (place, identity))| {
                Some(NumberRow {
                    contact_id: id(place)?,
                    identity,
                    position,
                })
            })
            .collect();
        batch.push(bulk::insert_numbers(company, &numbers)?);
        let tags: Vec<_> = self
            .new_tags
            .iter()
            .filter_map(|(place, tag)| {
                Some(TagRow {
                    contact_id: id(place)?,
                    tag,
                })
            })
            .collect();
        batch.push(bulk::add_tags(company, &tags)?);
        for contact in self.contacts.iter().filter(|contact| contact.is_uneven) {
            let blocked_at = contact.is_blocked.then_some(now);
            batch.extend(store::set_blocked(company, &contact.id, blocked_at));
        }
        Ok(batch)
    }
}

fn cards<'a>(contacts: &[&'a Planned]) -> Vec<CardRow<'a>> {
    contacts
        .iter()
        .map(|contact| CardRow {
            id: &contact.id,
            name: contact.name.as_ref().map(Name::as_str),
            sort_name: store::sort_name(contact.name.as_ref()),
            notes: contact.notes.as_str(),
            language: contact.language,
        })
        .collect()
}
