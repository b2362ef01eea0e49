//! After the answer to a webhook: the browsers are told what came in. A burst of messages is read at once.

use std::collections::HashMap;
use std::sync::Arc;

use contract::inbox::ConversationView;
use contract::live::LiveEvent;
use domain::ids::{CompanyId, ConversationId, MessageId};

use super::store::messages;
use super::view::{ConversationRow, MessageRow};
use crate::ports::AfterAnswer;
use crate::{App, Failure, Fault, hooks, push};

/// The messages that these ids name. One that was not stored (its SID was there already) is not told.
pub async fn announce(app: &App, company: &CompanyId, ids: &[MessageId]) {
    let events = match events(app, company, ids).await {
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
    for note in notes {
        push::tell::push_note(app, company, &note).await;
    }
    hooks::deliver::go_on(app, company).await;
}

pub fn announce_later(app: &Arc<App>, after: &AfterAnswer, company: &CompanyId, id: &MessageId) {
    let (app, company, id) = (Arc::clone(app), company.clone(), id.clone());
    after.0(Box::pin(async move {
        announce(&app, &company, std::slice::from_ref(&id)).await;
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
