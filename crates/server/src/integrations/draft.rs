//! What an administrator typed of an integration, checked field by field.

use contract::ProblemCode;
use contract::integrations::IntegrationDraft;
use domain::people::Name;
use domain::{Address, Region, numbering};
use twilio::sid::{AccountSid, ApiKeySid, ApplicationSid, AuthToken, MessagingServiceSid};

use crate::{Failure, Refusal};

fn invalid(field: &'static str) -> Failure {
    Refusal::new(ProblemCode::InvalidField).at(field).into()
}

fn missing(field: &'static str) -> Failure {
    Refusal::new(ProblemCode::MissingField).at(field).into()
}

/// An empty field counts as one that is not there.
fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

pub fn name(draft: &IntegrationDraft) -> Result<Option<Name>, Failure> {
    let check = |text| Name::new(text).map_err(|_| Refusal::new(ProblemCode::InvalidName).at("name").into());
    given(&draft.name).map(check).transpose()
}

pub fn account_sid(draft: &IntegrationDraft) -> Result<Option<AccountSid>, Failure> {
    let check = |text| {
        AccountSid::parse(text).map_err(|_| {
            Refusal::new(ProblemCode::InvalidAccountSid)
                .at("account_id")
                .into()
        })
    };
    given(&draft.account_id).map(check).transpose()
}

/// A masked token that a form sends back is not a new one.
pub fn auth_token(draft: &IntegrationDraft) -> Option<AuthToken> {
    let text = given(&draft.auth_token).or_else(|| given(&draft.api_key))?;
    (!text.starts_with('•')).then(|| AuthToken::new(text))
}

/// What becomes of the key that calls are made with.
pub enum ApiKeyChange {
    Stays,
    Goes,
    Comes(ApiKeySid, AuthToken),
}

/// `before`: the SID of the key that is there. A key without its secret is no key.
pub fn api_key(draft: &IntegrationDraft, before: Option<&str>) -> Result<ApiKeyChange, Failure> {
    let secret = given(&draft.api_key_secret).filter(|text| !text.starts_with('•'));
    match (draft.api_key_sid.as_deref().map(str::trim), secret) {
        (None, None) => Ok(ApiKeyChange::Stays),
        (Some(""), None) => Ok(ApiKeyChange::Goes),
        (Some(sid), None) if before == Some(sid) => Ok(ApiKeyChange::Stays),
        (Some(_), None) => Err(missing("api_key_secret")),
        (None | Some(""), Some(_)) => Err(missing("api_key_sid")),
        (Some(sid), Some(secret)) => Ok(ApiKeyChange::Comes(
            ApiKeySid::parse(sid).map_err(|_| invalid("api_key_sid"))?,
            AuthToken::new(secret),
        )),
    }
}

/// What may be taken away again: absent, it stays `before`; empty, it goes.
fn optional(
    text: &Option<String>,
    before: Option<String>,
    parse: impl Fn(&str) -> Option<String>,
    field: &'static str,
) -> Result<Option<String>, Failure> {
    match text.as_deref().map(str::trim) {
        None => Ok(before),
        Some("") => Ok(None),
        Some(text) => parse(text).map(Some).ok_or_else(|| invalid(field)),
    }
}

pub fn twiml_app_sid(draft: &IntegrationDraft, before: Option<String>) -> Result<Option<String>, Failure> {
    let parse = |text: &str| ApplicationSid::parse(text).ok().map(String::from);
    optional(&draft.twiml_app_sid, before, parse, "twiml_app_sid")
}

pub fn messaging_service_sid(
    draft: &IntegrationDraft,
    before: Option<String>,
) -> Result<Option<String>, Failure> {
    let parse = |text: &str| MessagingServiceSid::parse(text).ok().map(String::from);
    optional(
        &draft.messaging_service_sid,
        before,
        parse,
        "messaging_service_sid",
    )
}

pub fn region(draft: &IntegrationDraft) -> Result<Option<Region>, Failure> {
    let check = |text: &str| {
        text.parse().map_err(|_| {
            Refusal::new(ProblemCode::InvalidRegion)
                .at("default_region")
                .into()
        })
    };
    given(&draft.default_region).map(check).transpose()
}

pub fn integration_type(draft: &IntegrationDraft) -> Result<(), Failure> {
    match given(&draft.integration_type) {
        None | Some("sms") => Ok(()),
        Some(_) => Err(invalid("integration_type")),
    }
}

/// A form sends its empty fields along.
pub fn names_a_number(draft: &IntegrationDraft) -> bool {
    let listed = draft
        .phone_numbers
        .iter()
        .flatten()
        .any(|text| !text.trim().is_empty());
    listed || given(&draft.phone_number).is_some() || given(&draft.whatsapp_number).is_some()
}

/// The numbers after the change, the main one first; `before` is what the integration has.
pub fn numbers(
    draft: &IntegrationDraft,
    before: Vec<Address>,
    home: &Region,
) -> Result<Vec<Address>, Failure> {
    let mut numbers = match &draft.phone_numbers {
        Some(texts) => {
            let whatsapp = before
                .iter()
                .filter(|address| matches!(address, Address::Whatsapp(_)))
                .cloned();
            let mut numbers: Vec<_> = texts
                .iter()
                .map(|text| sender(text, home, "phone_numbers"))
                .collect::<Result<_, _>>()?;
            numbers.extend(whatsapp);
            numbers
        }
        None => before,
    };
    if let Some(text) = given(&draft.phone_number) {
        let main = sender(text, home, "phone_number")?;
        let replaces = draft.phone_numbers.is_none() && !numbers.contains(&main) && !numbers.is_empty();
        if replaces {
            numbers.remove(0);
        }
        numbers.retain(|number| *number != main);
        numbers.insert(0, main);
    }
    if let Some(text) = draft.whatsapp_number.as_deref().map(str::trim) {
        numbers.retain(|number| !matches!(number, Address::Whatsapp(_)));
        if !text.is_empty() {
            let bare = text.strip_prefix("whatsapp:").unwrap_or(text);
            let number = numbering::parse(bare, home).map_err(|_| not_a_number("whatsapp_number"))?;
            numbers.push(Address::Whatsapp(number));
        }
    }
    let mut seen = Vec::new();
    numbers.retain(|number| {
        !seen.contains(number) && {
            seen.push(number.clone());
            true
        }
    });
    if numbers.is_empty() {
        Err(missing("phone_number"))
    } else {
        Ok(numbers)
    }
}

const MOST_SEGMENTS_PER_MINUTE: u32 = 60_000;

/// For `store::set_rates`; the numbers as they are stored.
pub fn sending_rates(draft: &IntegrationDraft, home: &Region) -> Result<Option<String>, Failure> {
    const FIELD: &str = "sending_rates";
    let Some(given) = &draft.sending_rates else {
        return Ok(None);
    };
    let mut rates = serde_json::Map::new();
    for (number, rate) in given {
        if rate.is_some_and(|rate| !(1..=MOST_SEGMENTS_PER_MINUTE).contains(&rate)) {
            return Err(invalid(FIELD));
        }
        let per_second = rate.map(|per_minute| f64::from(per_minute) / 60.0);
        rates.insert(sender(number, home, FIELD)?.to_string(), per_second.into());
    }
    Ok(Some(serde_json::Value::Object(rates).to_string()))
}

/// A number in any form, a short code, or an alphanumeric sender.
fn sender(text: &str, home: &Region, field: &'static str) -> Result<Address, Failure> {
    match Address::parse(text) {
        address @ (Address::Whatsapp(_) | Address::Number(_)) => Ok(address),
        Address::ShortCode(code) if code.len() <= 6 => Ok(Address::ShortCode(code)),
        _ if is_alphanumeric_sender(text) => Ok(Address::Alphanumeric(text.trim().to_owned())),
        _ => numbering::parse(text, home)
            .map(Address::Number)
            .map_err(|_| not_a_number(field)),
    }
}

/// At most 11 letters, digits and spaces, at least one of them a letter
/// (<https://www.twilio.com/docs/glossary/what-alphanumeric-sender-id>).
fn is_alphanumeric_sender(text: &str) -> bool {
    let text = text.trim();
    (1..=11).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b' ')
        && text.bytes().any(|b| b.is_ascii_alphabetic())
}

fn not_a_number(field: &'static str) -> Failure {
    Refusal::new(ProblemCode::InvalidPhoneNumber).at(field).into()
}

pub fn required<T>(value: Option<T>, field: &'static str) -> Result<T, Failure> {
    value.ok_or_else(|| missing(field))
}
