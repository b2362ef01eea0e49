//! After the answer to a webhook: the browsers are told what came in. A burst of messages is read at once.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use contract::inbox::ConversationView;
use contract::live::LiveEvent;
use contract::recorder::WebhookOutcome;
use domain::ids::{CompanyId, ConversationId, MessageId};

use super::store::messages;
use super::view::{ConversationRow, MessageRow};
use crate::ports::AfterAnswer;
use crate::recorder::note::Note;
use crate::{App, Failure, Fault, hooks, push};

/// A message that came in, and what the recorder is to be told of it.
pub struct Arrived {
    pub message: MessageId,
    pub note: Option<Note>,
}

/// One that was not stored (its SID was there already) is not told.
pub async fn announce(app: &App, company: &CompanyId, arrived: &[Arrived]) {
    let ids: Vec<_> = arrived.iter().map(|one| one.message.clone()).collect();
    let events = events(app, company, &ids).await;
    let stored = events.as_ref().ok().map(|events| stored(events));
    for (message, note) in arrived
        .iter()
        .filter_map(|one| Some((&one.message, one.note.as_ref()?)))
    {
        if stored.as_ref().is_some_and(|stored| !stored.contains(message)) {
            note.became(WebhookOutcome::AlreadyThere);
        }
        note.hand_in(app);
    }
    let events = match events {
        Ok(events) => events,
        Err(failure) => {
            // Whoever looks reads it over HTTP.
            log::warn!("what came in was not read for the browsers: {failure:?}");
            return;
        }
    };
    if events.is_empty() {
        return;
    }
    let notes: Vec<_> = events
        .iter()
        .filter_map(|event| push::tell::note_of(app, company, event))
        .collect();
    if let Err(error) = app.live.tell(company, events).await {
        log::warn!("the browsers were not told: {error}");
    }
    if !notes.is_empty() {
        push::tell::push_notes(app, company, notes).await;
    }
    hooks::deliver::go_on(app, company).await;
}

fn stored(events: &[LiveEvent]) -> HashSet<&MessageId> {
    events.iter().filter_map(message_of).collect()
}

fn message_of(event: &LiveEvent) -> Option<&MessageId> {
    match event {
        LiveEvent::Message { message, .. } => Some(&message.id),
        _ => None,
    }
}

pub fn announce_later(
    app: &Arc<App>,
    after: &AfterAnswer,
    company: &CompanyId,
    message: &MessageId,
    note: Note,
) {
    let (app, company) = (Arc::clone(app), company.clone());
    let arrived = Arrived {
        message: message.clone(),
        note: Some(note),
    };
    after.0(Box::pin(async move {
        announce(&app, &company, std::slice::from_ref(&arrived)).await;
    }));
}

/// In the order of the ids; each with its conversation as it is by now.
pub async fn events(app: &App, company: &CompanyId, ids: &[MessageId]) -> Result<Vec<LiveEvent>, Failure> {
    let rows = app
        .database
        .commit(messages::with_conversations(company, ids))
        .await?;
    let [messages, conversations] = rows.as_slice() else {
        return Err(Fault::Storage("rows are missing".to_owned()).into());
    };
    let conversations: HashMap<ConversationId, ConversationView> = conversations
        .all::<ConversationRow>()?
        .into_iter()
        .map(|row| (row.id.clone(), row.into_view(app)))
        .collect();
    let messages = messages.all::<MessageRow>()?;
    let events = messages.into_iter().filter_map(|message| {
        let conversation = conversations.get(&message.conversation_id)?.clone();
        Some(LiveEvent::Message {
            conversation: Box::new(conversation),
            message: Box::new(message.into_view(None)),
        })
    });
    Ok(events.collect())
}
