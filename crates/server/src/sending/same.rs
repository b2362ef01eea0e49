//! Whether a message of Twilio's list is one of ours whose answer was lost.

use std::time::Duration;

use twilio::messages::MessageResource;

/// Between Twilio's clock and ours, and its whole seconds.
pub const CLOCK_SKEW: Duration = Duration::from_secs(120);

/// What Twilio puts before the text of a trial account.
const TRIAL_NOTE: &str = "Sent from your Twilio trial account - ";

/// The whole text and the number of files: of two messages to one person, "ok" and "thanks, ok" are not the same.
pub fn is_same(text: &str, files: usize, resource: &MessageResource) -> bool {
    let body = resource.body.as_deref().unwrap_or_default();
    let without_note = body.strip_prefix(TRIAL_NOTE).unwrap_or(body);
    let at_twilio = usize::try_from(resource.num_media).unwrap_or_default();
    (body == text || without_note == text) && files == at_twilio
}
