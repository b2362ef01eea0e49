//! Another text or time for a message that waits, taking up one that was cancelled, and cancelling.

use contract::ProblemCode;
use contract::inbox::MessageView;
use contract::live::LiveEvent;
use contract::scheduled::{CancelScheduled, ChangeScheduled};
use domain::{Address, AuditAction, DeliveryStatus, Segments};

use super::later::{self, Later};
use super::store::{self, Replacement};
use crate::audit::Entry;
use crate::inbox::store::messages;
use crate::inbox::view::MessageRow;
use crate::live::tell_later;
use crate::sending::draft;
use crate::sending::sent::read_views;
use crate::sending::standing;
use crate::sending::store::{self as sending, views};
use crate::web::{Answer, Call};
use crate::{Failure, Refusal};

pub async fn change(call: Call<ChangeScheduled>) -> Result<Answer<MessageView>, Failure> {
    let (app, company) = (&call.app, call.caller.company()?);
    let asked = vec![
        messages::one(company, &call.id),
        sending::template_of(company, &call.id),
    ];
    let rows = app.database.commit(asked).await?;
    let [before, template] = rows.as_slice() else {
        return Err(ProblemCode::NotFound.into());
    };
    let before = before.first::<MessageRow>()?.ok_or(ProblemCode::NotFound)?;
    let is_template = !template.is_empty();
    let planned = before.scheduled_for.ok_or(ProblemCode::NotScheduled)?;
    let at = match call.body.send_at {
        Some(at) => later::check(app, at)?,
        None => planned.max(app.now()),
    };
    if matches!(before.recipient, Address::Whatsapp(_)) && !is_template {
        // The same verdict as when it was planned, for the new time.
        let line = standing::line_of(app, company, &before.conversation_id).await?;
        if line.window_left(at).is_none() {
            return Err(Refusal::new(ProblemCode::OutsideWhatsappWindow)
                .at("send_at")
                .into());
        }
    }
    let later = Later {
        at,
        unless_reply_since: match call.body.unless_reply {
            // Asked for anew: what the client wrote until now is known to whoever asks.
            Some(true) => Some(later::since(app)),
            Some(false) => None,
            None => before.unless_reply_since.clone(),
        },
    };
    let body = match &call.body.content {
        // What WhatsApp approved is what leaves, whatever is shown.
        Some(text) if is_template && *text != before.body => {
            return Err(Refusal::new(ProblemCode::TemplateTextIsFixed)
                .at("content")
                .into());
        }
        Some(text) => draft::optional_body(text, !before.media.is_empty(), "content")?
            .map_or_else(String::new, |body| body.as_str().to_owned()),
        None => before.body.clone(),
    };
    let id = later.id(app);
    let mut batch = store::replace(&Replacement {
        company,
        old: &call.id,
        new: &id,
        body: &body,
        segments: i64::from(Segments::of(&body).segments),
        later: &later,
        now: app.now(),
    });
    let entry = Entry::new(app, company, &call.caller, AuditAction::ScheduleMessage);
    batch.push(
        entry
            .number(&before.recipient)
            .message(&id)
            .detail("send_at", Some(at))
            .detail("replaces", Some(call.id.as_str()))
            .if_changed(),
    );
    batch.extend(views(company, &id));
    let rows = app.database.commit(batch).await?;
    let sent = read_views(app, &rows)?.ok_or(ProblemCode::NotScheduled)?;
    later::wake(app, &call.meta.public_url, company, &before.sender, at).await;
    let mut view = sent.message.into_view(None);
    view.replaces = Some(call.id);
    let event = LiveEvent::Message {
        conversation: Box::new(sent.conversation),
        message: Box::new(view.clone()),
    };
    tell_later(app, &call.meta.after, company, vec![event]);
    Ok(Answer::ok(view))
}

pub async fn cancel(call: Call<CancelScheduled>) -> Result<Answer<MessageView>, Failure> {
    let (app, company) = (&call.app, call.caller.company()?);
    let entry = Entry::new(app, company, &call.caller, AuditAction::CancelMessage);
    let mut batch = vec![
        store::cancel(company, &call.id),
        entry.message(&call.id).if_changed(),
    ];
    batch.extend(views(company, &call.id));
    let rows = app.database.commit(batch).await?;
    let sent = read_views(app, &rows)?.ok_or(ProblemCode::NotFound)?;
    if sent.message.status != DeliveryStatus::Canceled {
        return Err(Refusal::new(ProblemCode::NotScheduled).into());
    }
    tell_later(app, &call.meta.after, company, vec![sent.event()]);
    Ok(Answer::ok(sent.view(call.meta.language)))
}
