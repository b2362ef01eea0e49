//! Pictures and files: fetched from the sender's URL, kept, and handed out behind the account's credentials and a
//! redirect to another origin, as Twilio does (<https://www.twilio.com/docs/messaging/api/media-resource>).

use domain::{Address, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use twilio::sid::{MediaSid, MessageSid};

use crate::agenda::Step;
use crate::model::Medium;
use crate::rest::{ApiHttpRequest, ApiHttpResponse};
use crate::simulation::Twilio;

/// A file that the company sends: Twilio gets it before the message goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaFetch {
    pub id: u64,
    pub url: String,
    pub(crate) message: MessageSid,
    pub(crate) at: Timestamp,
    #[serde(skip)]
    pub(crate) in_flight: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchOutcome {
    Answered {
        status: u16,
        content_type: Option<String>,
        bytes: Vec<u8>,
    },
    Failed,
}

const MOST_MMS_BYTES: usize = 5_000_000;
const MOST_WHATSAPP_BYTES: usize = 16_000_000;

/// How long the address is good to which a download is redirected.
const REDIRECT_LASTS: Duration = Duration::from_secs(4 * 3600);

impl Twilio {
    pub(crate) fn plan_fetches(&mut self, now: Timestamp, message: &MessageSid, urls: &[String]) {
        for url in urls {
            let id = u64::try_from(self.state.dice.roll() >> 80).unwrap_or(0);
            self.state.fetches.push(MediaFetch {
                id,
                url: url.clone(),
                message: message.clone(),
                at: now,
                in_flight: false,
            });
        }
    }

    /// Files to fetch now; each is handed out once and waits for [`Twilio::fetched`].
    pub fn fetches_due(&mut self, now: Timestamp) -> Vec<MediaFetch> {
        let due = self
            .state
            .fetches
            .iter_mut()
            .filter(|fetch| !fetch.in_flight && fetch.at <= now);
        due.map(|fetch| {
            fetch.in_flight = true;
            fetch.clone()
        })
        .collect()
    }

    /// A file came, or did not: then its message fails with 11200, 12300 (no usable type) or 11751 (too large).
    pub fn fetched(&mut self, id: u64, now: Timestamp, outcome: FetchOutcome) {
        let Some(place) = self.state.fetches.iter().position(|fetch| fetch.id == id) else {
            return;
        };
        let fetch = self.state.fetches.remove(place);
        let sid = MediaSid::new(self.state.dice.roll());
        let Some(message) = self.state.message_mut(&fetch.message) else {
            return;
        };
        let most = match message.resource.from {
            Some(Address::Whatsapp(_)) => MOST_WHATSAPP_BYTES,
            _ => MOST_MMS_BYTES,
        };
        let error = match outcome {
            FetchOutcome::Answered {
                status: 200,
                content_type,
                bytes,
            } => match usable_type(content_type) {
                None => Some(12300),
                Some(_) if bytes.len() > most => Some(11751),
                Some(content_type) => {
                    message.media.push(Medium {
                        sid,
                        content_type,
                        bytes,
                    });
                    None
                }
            },
            _ => Some(11200),
        };
        if let Some(code) = error {
            message.fate.get_or_insert(code);
            self.alert(now, code, format!("media {}", fetch.url));
        }
        let queued = self
            .state
            .message(&fetch.message)
            .is_some_and(|message| message.resource.status == Some(domain::DeliveryStatus::Queued));
        if queued {
            self.plan_journey(now, &fetch.message);
        }
        self.changed();
    }

    pub(crate) fn cancel_fetches(&mut self, message: &MessageSid) {
        self.state.fetches.retain(|fetch| fetch.message != *message);
        self.state.agenda.forget(message);
    }

    pub(crate) fn plan(&mut self, at: Timestamp, step: Step) {
        self.state.agenda.plan(at, step);
    }

    /// What a media URL answers to whoever may see it: 307 to the other origin.
    pub(crate) fn redirect_to_media(&self, now: Timestamp, sid: &MediaSid) -> ApiHttpResponse {
        let expires = (now + REDIRECT_LASTS).as_millis() / 1000;
        let location = format!(
            "{}/{sid}?Expires={expires}&Signature={}",
            self.media_base,
            self.media_signature(sid, expires)
        );
        ApiHttpResponse::new(307, "text/plain", Vec::new()).with_header("Location", location)
    }

    /// The other origin: an `Authorization` header is refused there, as the storage behind it does.
    pub fn serve_media(&self, now: Timestamp, request: &ApiHttpRequest) -> ApiHttpResponse {
        let refuse =
            |status, text: &str| ApiHttpResponse::new(status, "text/plain", text.as_bytes().to_vec());
        if request.authorization.is_some() {
            return refuse(
                400,
                "Only one auth mechanism allowed: do not send Authorization to this host.",
            );
        }
        let (path, query) = request
            .path_and_query
            .split_once('?')
            .unwrap_or((&request.path_and_query, ""));
        let query = twilio::Params::parse(query);
        let expires: i64 = query
            .get("Expires")
            .and_then(|text| text.parse().ok())
            .unwrap_or(0);
        let Ok(sid) = MediaSid::parse(path.trim_start_matches('/')) else {
            return refuse(404, "No such medium.");
        };
        if query.get("Signature") != Some(self.media_signature(&sid, expires).as_str()) {
            return refuse(403, "The signature does not match.");
        }
        if now.as_millis() / 1000 > expires {
            return refuse(403, "The address has expired.");
        }
        match self.medium(&sid) {
            Some(medium) => ApiHttpResponse::new(200, &medium.content_type, medium.bytes.clone()),
            None => refuse(404, "No such medium."),
        }
    }

    pub fn medium(&self, sid: &MediaSid) -> Option<&Medium> {
        self.state
            .messages
            .iter()
            .rev()
            .flat_map(|message| &message.media)
            .find(|medium| medium.sid == *sid)
    }

    fn media_signature(&self, sid: &MediaSid, expires: i64) -> String {
        let key = twilio::AuthToken::new("the simulated media store");
        let signature = twilio::signature::sign(&key, &format!("{sid}@{expires}"), &twilio::Params::new());
        signature.chars().filter(char::is_ascii_alphanumeric).collect()
    }
}

fn usable_type(content_type: Option<String>) -> Option<String> {
    let essence = content_type?.split(';').next()?.trim().to_ascii_lowercase();
    let known = ["image/", "video/", "audio/", "text/", "application/"]
        .iter()
        .any(|family| essence.starts_with(family));
    (known && essence != "text/html" && essence != "application/octet-stream").then_some(essence)
}

pub(crate) mod as_base64 {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        STANDARD
            .decode(String::deserialize(deserializer)?)
            .map_err(serde::de::Error::custom)
    }
}
