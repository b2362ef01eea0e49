//! What people type of a contact, checked field by field.

use contract::ProblemCode;
use domain::contact::{MOST_NUMBERS, MOST_TAGS, Notes, Tag, add_tag};
use domain::people::Name;
use domain::{Address, Region, numbering};

use crate::{Failure, Refusal};

pub fn name(text: &str) -> Result<Name, Failure> {
    Name::new(text).map_err(|_| Refusal::new(ProblemCode::InvalidName).at("name").into())
}

/// An empty text is no name.
pub fn optional_name(text: &str) -> Result<Option<Name>, Failure> {
    match text.trim() {
        "" => Ok(None),
        text => name(text).map(Some),
    }
}

/// What makes the number the same person: E.164, or a short code.
pub fn identity(text: &str, region: &Region) -> Result<String, ProblemCode> {
    let bare = text.trim();
    let bare = bare.strip_prefix("whatsapp:").unwrap_or(bare);
    match (numbering::parse(bare, region), Address::parse(bare)) {
        (Ok(number), _) => Ok(number.to_string()),
        (Err(_), address @ Address::ShortCode(_)) if bare.len() <= 6 => Ok(address.identity()),
        _ => Err(ProblemCode::InvalidPhoneNumber),
    }
}

/// Each once, in their order; at least one. `known` are the contact's own, which may be no numbers (a sender's name).
pub fn identities(texts: &[String], region: &Region, known: &[String]) -> Result<Vec<String>, Failure> {
    let refuse = |code| Failure::from(Refusal::new(code).at("numbers"));
    let mut identities: Vec<String> = Vec::with_capacity(texts.len());
    for text in texts.iter().filter(|text| !text.trim().is_empty()) {
        let identity = match known.iter().find(|known| known.as_str() == text.trim()) {
            Some(known) => known.clone(),
            None => identity(text, region).map_err(refuse)?,
        };
        if !identities.contains(&identity) {
            identities.push(identity);
        }
    }
    match identities.len() {
        0 => Err(refuse(ProblemCode::MissingField)),
        count if count > MOST_NUMBERS.max(known.len()) => Err(refuse(ProblemCode::TooManyNumbers)),
        _ => Ok(identities),
    }
}

pub fn tags(texts: &[String]) -> Result<Vec<Tag>, Failure> {
    let mut tags = Vec::new();
    for text in texts.iter().filter(|text| !text.trim().is_empty()) {
        let tag = Tag::new(text).map_err(|_| Refusal::new(ProblemCode::InvalidTag).at("tags"))?;
        add_tag(&mut tags, tag);
    }
    if tags.len() > MOST_TAGS {
        return Err(Refusal::new(ProblemCode::TooManyTags).at("tags").into());
    }
    Ok(tags)
}

pub fn notes(text: &str) -> Result<Notes, Failure> {
    Notes::new(text).map_err(|_| Refusal::new(ProblemCode::NotesTooLong).at("notes").into())
}
