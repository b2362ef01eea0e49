//! Browsers without a tab are told of calls: that one rings which they could take, and that one was missed.

use std::sync::Arc;
use std::time::Duration;

use contract::calls::NumberCallRules;
use contract::live::LiveEvent;
use contract::push::PushNote;
use domain::Language;
use domain::call::CallOutcome;
use domain::ids::UserId;

use super::store::{self, CallRow};
use crate::live::tell_later;
use crate::ports::{AfterAnswer, CanRing};
use crate::push::tell::push_to;
use crate::sending::sent::read_views;
use crate::{App, Failure};

/// Whoever reads of a missed call tomorrow still wants to know.
const MISSED_LASTS: Duration = Duration::from_secs(24 * 3600);

/// To those whom this number rings, and whose browsers have not proved to be there. It is over when the ringing is.
pub fn of_ringing(
    app: &Arc<App>,
    after: &AfterAnswer,
    call: &CallRow,
    rules: &NumberCallRules,
    alive: &[CanRing],
) {
    let (app, call, rules) = (Arc::clone(app), call.clone(), rules.clone());
    let alive: Vec<UserId> = alive.iter().map(|one| one.user.clone()).collect();
    after.0(Box::pin(async move {
        let lasts = Duration::from_secs(rules.ring_seconds.into());
        let could = move |user: &UserId| rules.rings(user) && !alive.contains(user);
        push(&app, &call, lasts, CallOutcome::Ringing, could).await;
    }));
}

/// To those whom this number rings, and who are in another call in every browser that answered.
pub fn of_waiting(
    app: &Arc<App>,
    after: &AfterAnswer,
    call: &CallRow,
    rules: &NumberCallRules,
    alive: &[CanRing],
) {
    let is_free = |user: &UserId| alive.iter().any(|one| one.user == *user && !one.busy);
    let mut users: Vec<UserId> = Vec::new();
    for one in alive {
        if rules.rings(&one.user) && !is_free(&one.user) && !users.contains(&one.user) {
            users.push(one.user.clone());
        }
    }
    if !users.is_empty() {
        let call_id = call.id.clone();
        let waits = LiveEvent::CallWaits { call: call_id, users };
        tell_later(app, after, &call.company_id, vec![waits]);
    }
}

/// To everybody.
pub async fn of_missed(app: &App, call: &CallRow) {
    push(app, call, MISSED_LASTS, call.outcome, |_| true).await;
}

async fn push(
    app: &App,
    call: &CallRow,
    lasts: Duration,
    outcome: CallOutcome,
    to: impl Fn(&UserId) -> bool,
) {
    let note = match note(app, call).await {
        Ok(Some(note)) => note,
        Ok(None) => return,
        Err(failure) => {
            log::warn!("{}: no browser was pushed: {failure:?}", call.id);
            return;
        }
    };
    push_to(app, &call.company_id, lasts, |reader| {
        let theirs = to(&reader.user_id).then(|| PushNote {
            body: words(outcome, reader.language).to_owned(),
            ..note.clone()
        });
        theirs.into_iter().collect()
    })
    .await;
}

const fn words(outcome: CallOutcome, language: Language) -> &'static str {
    match (outcome, language) {
        (CallOutcome::Voicemail, Language::Fr) => "Message vocal",
        (CallOutcome::Voicemail, Language::En) => "Voicemail",
        (CallOutcome::Missed, Language::Fr) => "Appel manqué",
        (CallOutcome::Missed, Language::En) => "Missed call",
        (_, Language::Fr) => "Appel entrant",
        (_, Language::En) => "Incoming call",
    }
}

/// Who calls, and where their conversation is; `None` of a call between colleagues.
async fn note(app: &App, call: &CallRow) -> Result<Option<PushNote>, Failure> {
    let rows = app.database.commit(store::views(&call.id)).await?;
    let event = read_views(app, &rows)?.map(|sent| sent.event());
    let Some(LiveEvent::Message { conversation, .. }) = event else {
        return Ok(None);
    };
    let contact = conversation.contact;
    Ok(Some(PushNote {
        title: contact.name.unwrap_or(contact.display),
        body: String::new(),
        path: format!("/c/{}", conversation.id),
        tag: conversation.id.to_string(),
    }))
}
