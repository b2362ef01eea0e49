//! What a person does with a conversation: read it, close it, hand it on, name its contact, delete it.

use contract::inbox::{ConversationView, DeleteConversation, UpdateConversation};
use contract::live::LiveEvent;
use contract::{Nothing, ProblemCode};
use domain::ids::UserId;
use domain::{AuditAction, ConversationStatus};

use super::store::conversations::{self, Change};
use super::view::ConversationRow;
use super::{name_contact, read, snooze};
use crate::access::store::people::{self, UserRow};
use crate::audit::Entry;
use crate::live::{forget_later, tell_later};
use crate::recorder::log::Forget;
use crate::voice::store::log::see_missed_in;
use crate::web::{Answer, Call};
use crate::{Failure, Refusal};

pub async fn update(call: Call<UpdateConversation>) -> Result<Answer<ConversationView>, Failure> {
    let (app, body) = (&call.app, &call.body);
    let company = call.caller.company()?;
    let snoozed_until = snooze::until(body, app.now())?;
    let status = match body.status {
        // `new` is found out, not chosen.
        Some(ConversationStatus::New) => {
            return Err(Refusal::new(ProblemCode::InvalidField).at("status").into());
        }
        chosen => chosen.map(ConversationStatus::as_str),
    };
    let assignee = match body.assignee_id.as_deref() {
        None => None,
        Some("") => Some(None),
        Some(id) => {
            let unknown = || Failure::from(Refusal::new(ProblemCode::InvalidField).at("assignee_id"));
            let id: UserId = id.parse().map_err(|_| unknown())?;
            let user = app
                .database
                .query(people::user_in(company, &id))
                .await?
                .first::<UserRow>()?;
            Some(Some(
                user.filter(|user| user.active).ok_or_else(unknown)?.id.into(),
            ))
        }
    };
    let change = Change {
        status,
        unread_count: body.unread.map(i64::from),
        assignee,
        snoozed_until,
    };
    let mut batch = vec![conversations::update(company, &call.id, &change)];
    if body.unread == Some(false) {
        batch.push(see_missed_in(company, &call.id, app.now()));
    }
    if let Some(text) = body.contact_name.as_deref() {
        let name = name_contact::name(text, "contact_name")?;
        let named = read::find(app, company, &call.id).await?.into_view(app);
        batch.extend(name_contact::statements(
            app,
            company,
            &call.caller,
            &named,
            name.as_ref(),
        ));
        batch.push(conversations::beside(company, &call.id));
    }
    batch.push(conversations::one(company, &call.id));
    let rows = app.database.commit(batch).await?;
    let [before @ .., row] = rows.as_slice() else {
        return Err(ProblemCode::NotFound.into());
    };
    let view = row
        .first::<ConversationRow>()?
        .ok_or(ProblemCode::NotFound)?
        .into_view(app);
    let event = |view: ConversationView| LiveEvent::Conversation {
        conversation: Box::new(view),
    };
    let mut events = vec![event(view.clone())];
    if let (Some(_), Some(beside)) = (&body.contact_name, before.last()) {
        let beside = beside.all::<ConversationRow>()?;
        events.extend(beside.into_iter().map(|row| event(row.into_view(app))));
        events.push(LiveEvent::ContactChanged {
            contact_id: Some(view.contact.id.clone()),
        });
    }
    tell_later(&call.app, &call.meta.after, company, events);
    Ok(Answer::ok(view))
}

pub async fn delete(call: Call<DeleteConversation>) -> Result<Answer<Nothing>, Failure> {
    let company = call.caller.company()?;
    let conversation = read::find(&call.app, company, &call.id)
        .await?
        .into_view(&call.app);
    let entry = Entry::new(&call.app, company, &call.caller, AuditAction::DeleteConversation)
        .number(&conversation.contact.address)
        .detail("name", conversation.contact.name);
    call.app
        .database
        .commit(vec![conversations::delete(company, &call.id), entry.if_changed()])
        .await?;
    let event = LiveEvent::ConversationDeleted { id: call.id.clone() };
    let gone = Forget::Numbers(vec![conversation.contact.address.to_string()]);
    forget_later(&call.app, &call.meta.after, company, event, gone);
    Ok(Answer::ok(Nothing {}))
}
