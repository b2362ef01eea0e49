//! What can be said of a request to create a message without knowing the account, and Twilio's words of refusal.

use domain::{Address, PhoneNumber, Timestamp};
use std::time::Duration;
use twilio::Params;
use twilio::api::ErrorBody;
use twilio::messages::CreateMessage;

const MOST_CHARACTERS: usize = 1600;
const MOST_MEDIA: usize = 10;
const MOST_URL_CHARACTERS: usize = 4000;
const SOONEST: Duration = Duration::from_secs(300);
const LATEST: Duration = Duration::from_secs(35 * 86_400);

pub(super) fn refuse<T>(code: i64, message: impl Into<String>) -> Result<T, ErrorBody> {
    let status = if code == 21611 { 429 } else { 400 };
    Err(ErrorBody::new(status, code, message))
}

/// What can be said of the form alone. Sender before recipient before content, as Twilio's errors come.
pub(crate) fn check_form(form: &Params) -> Result<CreateMessage, ErrorBody> {
    let Ok(create) = CreateMessage::from_form(form) else {
        return refuse(21604, "A 'To' phone number is required.");
    };
    if create.from.is_none() && form.get_filled("MessagingServiceSid").is_none() {
        return refuse(21603, "A 'From' phone number is required.");
    }
    if create.messaging_service_sid.is_none() && form.get_filled("MessagingServiceSid").is_some() {
        return refuse(21705, "The Messaging Service SID is not valid");
    }
    if create.content_variables.is_some() && create.content_sid.is_none() {
        return refuse(21654, "ContentVariables needs a ContentSid");
    }
    if create
        .content_sid
        .as_deref()
        .is_some_and(|sid| twilio::sid::ContentSid::parse(sid).is_err())
    {
        return refuse(21655, "The ContentSid is not valid");
    }
    if let Some(variables) = &create.content_variables {
        let object = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(variables);
        if object.is_err() {
            return refuse(21656, "The ContentVariables are not a JSON object");
        }
    }
    let empty = create.body.is_none() && create.media_urls.is_empty() && create.content_sid.is_none();
    if empty {
        return refuse(21602, "Message body is required.");
    }
    let characters = create.body.as_deref().unwrap_or_default().encode_utf16().count();
    if characters > MOST_CHARACTERS {
        return refuse(
            21617,
            "The concatenated message body exceeds the 1600 character limit",
        );
    }
    if create.media_urls.len() > MOST_MEDIA {
        return refuse(21623, "Number of media files exceeds allowed limit");
    }
    let is_web = |url: &&String| url.starts_with("http://") || url.starts_with("https://");
    if let Some(bad) = create.media_urls.iter().find(|url| !is_web(url)) {
        return refuse(21620, format!("Invalid media URL: {bad}"));
    }
    Ok(create)
}

pub(super) fn check_schedule(now: Timestamp, form: &Params, create: &CreateMessage) -> Result<(), ErrorBody> {
    if form.get_filled("ScheduleType").is_none() && form.get_filled("SendAt").is_none() {
        return Ok(());
    }
    if create.messaging_service_sid.is_none() {
        return refuse(35118, "MessagingServiceSid is required to schedule a message");
    }
    let Some(at) = create.send_at else {
        return refuse(35111, "SendAt is missing or not a time");
    };
    if at < now + SOONEST || at > now + LATEST {
        return refuse(35114, "SendAt must be between 300 seconds and 35 days from now");
    }
    Ok(())
}

/// A sender with a name or a short code exists at Twilio, but no account here has one.
pub(super) fn check_numbers(create: &CreateMessage) -> Result<(), ErrorBody> {
    let is_number = |address: &Address| matches!(address, Address::Number(_) | Address::Whatsapp(_));
    let to = &create.to;
    if !is_number(to) {
        return refuse(
            21211,
            format!("The 'To' number {to} is not a valid phone number."),
        );
    }
    match &create.from {
        Some(from) if !is_number(from) => refuse(
            21212,
            format!(
                "The 'From' number {from} is not a valid phone number, shortcode, or alphanumeric sender ID."
            ),
        ),
        _ => Ok(()),
    }
}

pub(super) fn check_callback(create: &CreateMessage) -> Result<(), ErrorBody> {
    let Some(url) = &create.status_callback else {
        return Ok(());
    };
    let host = url
        .split_once("://")
        .filter(|(scheme, _)| ["http", "https"].contains(scheme))
        .and_then(|(_, rest)| rest.split(['/', '?', '#']).next());
    let good = host.is_some_and(|host| !host.is_empty() && !host.contains(['_', ' ']));
    if good && url.len() <= MOST_URL_CHARACTERS {
        Ok(())
    } else {
        refuse(21609, format!("The StatusCallback URL {url} is not a valid URL."))
    }
}

/// Twilio's own words, as recorded.
pub(crate) fn refusal_words(code: i64, to: &PhoneNumber, from: &Address) -> String {
    match code {
        21211 => format!("The 'To' number {to} is not a valid phone number."),
        21212 => format!(
            "The 'From' number {from} is not a valid phone number, shortcode, or alphanumeric sender ID."
        ),
        21408 => format!(
            "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {to}."
        ),
        21606 => format!(
            "The From phone number {from} is not a valid, SMS-capable inbound phone number or short code for your account."
        ),
        21608 => format!(
            "The number {to} is unverified. Trial accounts cannot send messages to unverified numbers; verify {to} at twilio.com/user/account/phone-numbers/verified, or purchase a Twilio number to send messages to unverified numbers"
        ),
        21610 => "Attempt to send to unsubscribed recipient".to_owned(),
        21611 => full_queue().message,
        21612 => format!(
            "The 'To' phone number: {to}, is not currently reachable using the 'From' phone number: {from} via SMS."
        ),
        21614 => format!("To number: {to}, is not a mobile number"),
        _ => "The message was refused".to_owned(),
    }
}

pub(crate) fn full_queue() -> ErrorBody {
    ErrorBody::new(429, 21611, "SMS queue is full.")
}
