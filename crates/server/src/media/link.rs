//! Signed addresses of files, for Twilio and for an SMS: `/media/{id}/{expiry}.{signature}/{name}`. The expiry is in
//! seconds since 1970; the signature is over id and expiry, the name is only for show.

use std::time::Duration;

use domain::Timestamp;
use domain::ids::MediaId;

use super::file_name;
use crate::keys::Keys;
use crate::{App, Fault};

/// Twilio fetches when the message's turn comes: its queues hold ten hours of messages.
pub const FOR_TWILIO: Duration = Duration::from_secs(24 * 3600);
/// A person opens the SMS when it suits them.
pub const FOR_PEOPLE: Duration = Duration::from_secs(30 * 24 * 3600);

/// What of a file its address shows.
pub struct Named<'a> {
    pub id: &'a MediaId,
    pub file_name: Option<&'a str>,
    pub content_type: &'a str,
}

pub fn url(app: &App, public_url: &str, file: &Named<'_>, lasts: Duration) -> Result<String, Fault> {
    let expiry = (app.now() + lasts).as_millis() / 1000;
    let signature = app.settings.keys.sign_link(&signed_text(file.id, expiry))?;
    let name = file_name::short(file.file_name, file.content_type);
    Ok(format!(
        "{public_url}/media/{}/{expiry}.{signature}/{name}",
        file.id
    ))
}

fn signed_text(id: &MediaId, expiry: i64) -> String {
    format!("{id}.{expiry}")
}

/// The file of an address's path after `/media/`, if the signature is ours and it has not expired.
pub fn read(keys: &Keys, path: &str, now: Timestamp) -> Option<MediaId> {
    let mut parts = path.split('/');
    let (id, proof, _name) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let id: MediaId = id.parse().ok()?;
    let (expiry, signature) = proof.split_once('.')?;
    let expiry: i64 = expiry.parse().ok()?;
    let holds = keys.is_link_signed(&signed_text(&id, expiry), signature) && now.as_millis() / 1000 <= expiry;
    holds.then_some(id)
}
