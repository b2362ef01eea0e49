//! Something came in: browsers without a tab are told, after the answer and never instead of it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use contract::inbox::{ConversationView, MessageView};
use contract::live::LiveEvent;
use contract::push::{PushKeys, PushNote};
use domain::ids::CompanyId;
use domain::{Language, Role, Timestamp};
use futures_util::future::join_all;

use super::encrypt::{Receiver, SALT_BYTES};
use super::store::{self, SubscriptionRow};
use super::vapid::{Vapid, new_key};
use crate::ports::PushRequest;
use crate::{App, Failure};

/// A note that waits longer is of no use to anybody.
const LASTS: Duration = Duration::from_secs(4 * 3600);
/// How long a company in which nobody listens is believed to have nobody: a webhook of Twilio’s then costs no query.
const QUIET_FOR: Duration = Duration::from_secs(30);
const MOST_CHARACTERS: usize = 140;
/// Not there any more (RFC 8030, 7.3).
const GONE: [u16; 2] = [404, 410];

/// Companies that lately had nobody to tell. Never needed for correctness.
#[derive(Default)]
pub struct Listeners(Mutex<BTreeMap<CompanyId, Timestamp>>);

impl Listeners {
    pub fn forget(&self, company: &CompanyId) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(company);
    }

    pub fn has_none(&self, company: &CompanyId, now: Timestamp) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(company).is_some_and(|until| *until > now)
    }

    pub fn note_none(&self, company: &CompanyId, now: Timestamp) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, until| *until > now);
        known.insert(company.clone(), now + QUIET_FOR);
    }
}

/// What a browser without a tab is told of a message; nothing where nobody listens, or of a blocked sender.
pub fn note_of(app: &App, company: &CompanyId, event: &LiveEvent) -> Option<PushNote> {
    let LiveEvent::Message {
        conversation,
        message,
    } = event
    else {
        return None;
    };
    let is_silent = conversation.contact.blocked || app.push_listeners.has_none(company, app.now());
    (!is_silent).then(|| note(conversation, message))
}

/// All that came in a burst; of one conversation the last alone, which would take the place of the others anyway. Who misses
/// it finds it in the inbox.
pub async fn push_notes(app: &App, company: &CompanyId, notes: Vec<PushNote>) {
    let by_tag = notes.into_iter().map(|note| (note.tag.clone(), note));
    let notes: BTreeMap<_, _> = by_tag.collect();
    push_to(app, company, LASTS, |_| notes.values().cloned().collect()).await;
}

/// What only they can mend, to those who read this language.
pub async fn push_to_administrators(app: &App, company: &CompanyId, language: Language, note: &PushNote) {
    push_to(app, company, LASTS, |to| {
        let is_theirs = to.role >= Role::Admin && to.language == language;
        is_theirs.then(|| note.clone()).into_iter().collect()
    })
    .await;
}

/// To each person their own notes, or none; one that cannot be brought within `lasts` is dropped.
pub async fn push_to(
    app: &App,
    company: &CompanyId,
    lasts: Duration,
    notes: impl Fn(&SubscriptionRow) -> Vec<PushNote>,
) {
    if app.push_listeners.has_none(company, app.now()) {
        return;
    }
    if let Err(failure) = tell(app, company, lasts, notes).await {
        log::warn!("browsers were not pushed: {failure:?}");
    }
}

fn note(conversation: &ConversationView, message: &MessageView) -> PushNote {
    let contact = &conversation.contact;
    let text: String = message.content.chars().take(MOST_CHARACTERS).collect();
    let files = "📎".repeat(message.media.len().min(3));
    PushNote {
        title: contact.name.clone().unwrap_or_else(|| contact.display.clone()),
        body: format!("{files} {text}").trim().to_owned(),
        path: format!("/c/{}", conversation.id),
        tag: conversation.id.to_string(),
    }
}

/// Each browser gets its own; one that is gone is forgotten.
async fn tell(
    app: &App,
    company: &CompanyId,
    lasts: Duration,
    notes: impl Fn(&SubscriptionRow) -> Vec<PushNote>,
) -> Result<(), Failure> {
    let now = app.now();
    let rows = app
        .database
        .query(store::of_company(company, now))
        .await?
        .all::<SubscriptionRow>()?;
    if rows.is_empty() {
        app.push_listeners.note_none(company, now);
        return Ok(());
    }
    let vapid = Vapid::of(app).await?;
    let requests: Vec<_> = rows
        .iter()
        .flat_map(|row| notes(row).into_iter().map(move |note| (row, note)))
        .filter_map(|(row, note)| request(app, &vapid, &serde_json::to_vec(&note).ok()?, lasts, row))
        .collect();
    let sent = join_all(requests.into_iter().map(|request| async move {
        let endpoint = request.endpoint.clone();
        (endpoint, app.push.push(request).await)
    }));
    for (endpoint, answer) in sent.await {
        match answer {
            Ok(status) if GONE.contains(&status) => {
                app.database.query(store::forget(company, &endpoint)).await?;
            }
            Ok(200..300) => {}
            // Its address is as good as a password: it is not logged.
            Ok(status) => log::warn!("a push service answered {status}"),
            Err(reason) => log::warn!("a push service did not answer: {reason}"),
        }
    }
    Ok(())
}

fn request(
    app: &App,
    vapid: &Vapid,
    note: &[u8],
    lasts: Duration,
    row: &SubscriptionRow,
) -> Option<PushRequest> {
    // Where a push service's operators find out who we are.
    let contact = app.settings.public_url.as_deref().unwrap_or("https://localhost");
    let keys = PushKeys {
        p256dh: row.p256dh.clone(),
        auth: row.auth.clone(),
    };
    let mut salt = [0; SALT_BYTES];
    app.entropy.fill(&mut salt);
    let once = new_key(app.entropy.as_ref()).ok()?;
    let body = Receiver::parse(&keys).ok()?.encrypt(note, &once, salt)?;
    let origin: Vec<&str> = row.endpoint.splitn(4, '/').take(3).collect();
    Some(PushRequest {
        authorization: vapid.authorization(&origin.join("/"), contact, app.now()),
        endpoint: row.endpoint.clone(),
        ttl_seconds: u32::try_from(lasts.as_secs()).unwrap_or(u32::MAX),
        body,
    })
}
