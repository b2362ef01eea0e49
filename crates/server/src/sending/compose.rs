//! From "this text, to this person" to a message that is stored, claimed and handed to Twilio.

use std::sync::Arc;

use contract::ProblemCode;
use domain::ids::{CompanyId, ContactId, ConversationId, MessageId};
use domain::{AuditAction, Channel, DeliveryStatus, Segments};

use super::draft::{Draft, check};
use super::hand_over::{Handed, hand_over};
use super::idempotency::IdempotencyKey;
use super::scheduled::later::{self, Later};
use super::scheduled::store as scheduled;
use super::sent::{Sent, read_views};
use super::standing;
use super::store::{self, NewOutbound, OutboxMedia, OutboxRow};
use crate::audit::Entry;
use crate::inbox::store::conversations::{self, Pair};
use crate::inbox::view::preview;
use crate::live::tell_later;
use crate::media::store as media_store;
use crate::ports::database::Rows;
use crate::web::RequestMeta;
use crate::{App, Failure, Fault, Refusal};

/// What WhatsApp answers to free text after 24 hours (<https://www.twilio.com/docs/api/errors/63016>).
const OUTSIDE_THE_WINDOW: i64 = 63016;

/// What this key sent before, whatever has become of the numbers and the rules that it was sent by.
pub async fn sent_before(
    app: &App,
    company: &CompanyId,
    key: Option<&IdempotencyKey>,
) -> Result<Option<Sent>, Failure> {
    let Some(key) = key else {
        return Ok(None);
    };
    let rows = app.database.query(key.find(company, app.now())).await?;
    match key.read(&rows)? {
        Some(first) => answer_first(app, company, &first).await.map(Some),
        None => Ok(None),
    }
}

/// Sends it now, or stores it to be sent later.
pub async fn send_or_schedule(
    app: &Arc<App>,
    meta: &RequestMeta,
    draft: Draft<'_>,
    later: Option<Later>,
) -> Result<Sent, Failure> {
    match later {
        Some(later) => schedule(app, meta, draft, &later).await,
        None => send(app, meta, draft).await,
    }
}

async fn schedule(
    app: &Arc<App>,
    meta: &RequestMeta,
    draft: Draft<'_>,
    later: &Later,
) -> Result<Sent, Failure> {
    let (line, first) = standing::before_sending(app, &draft).await?;
    if let Some(first) = first {
        return answer_first(app, draft.company, &first).await;
    }
    // Whether WhatsApp still takes free text is a question of then.
    check(&draft, &line, later.at)?;
    let rows = match store_draft(
        app,
        &draft,
        &later.id(app),
        AuditAction::ScheduleMessage,
        Some(later),
    )
    .await
    {
        Ok(rows) => rows,
        Err(Stop::Repeat(first)) => return answer_first(app, draft.company, &first).await,
        Err(Stop::Failure(failure)) => return Err(failure),
    };
    let stored =
        read_views(app, &rows)?.ok_or_else(|| Fault::Storage("the stored message is gone".to_owned()))?;
    later::wake(
        app,
        &meta.public_url,
        draft.company,
        &draft.sender.address,
        later.at,
    )
    .await;
    tell(app, meta, draft.company, &stored);
    Ok(stored)
}

/// Stores, then sends. Answers a refusal when Twilio refused: the message is kept, with the reason.
pub async fn send(app: &Arc<App>, meta: &RequestMeta, draft: Draft<'_>) -> Result<Sent, Failure> {
    let action = match draft.channel() {
        // No address is a call's: it is listed for the compiler.
        Channel::Sms | Channel::Call => AuditAction::SendSms,
        Channel::Mms => AuditAction::SendMms,
        Channel::Whatsapp => AuditAction::SendWhatsapp,
    };
    send_as(app, meta, draft, action).await
}

/// The same, by another name in the audit trail.
pub async fn send_as(
    app: &Arc<App>,
    meta: &RequestMeta,
    draft: Draft<'_>,
    action: AuditAction,
) -> Result<Sent, Failure> {
    let company = draft.company;
    let (line, first) = standing::before_sending(app, &draft).await?;
    if let Some(first) = first {
        return answer_first(app, company, &first).await;
    }
    check(&draft, &line, app.now())?;
    let id = app.new_id(MessageId::new);
    // Before anything is stored: a message that can't be handed over is no message.
    let credentials = draft.sender.credentials(app)?;
    let rows = match store_draft(app, &draft, &id, action, None).await {
        Ok(rows) => rows,
        Err(Stop::Repeat(first)) => return answer_first(app, company, &first).await,
        Err(Stop::Failure(failure)) => return Err(failure),
    };
    let stored =
        read_views(app, &rows)?.ok_or_else(|| Fault::Storage("the stored message is gone".to_owned()))?;
    tell(app, meta, company, &stored);

    let row = OutboxRow {
        id: id.clone(),
        company_id: company.clone(),
        sender: draft.sender.address.clone(),
        recipient: draft.to.clone(),
        body: draft.content.text.clone(),
        media: draft.content.media.iter().filter_map(OutboxMedia::of).collect(),
        validity_seconds: None,
        template: draft.content.template.clone(),
        attempts: 1,
        claimed_at: Some(stored.message.created_at),
        created_at: stored.message.created_at,
    };
    let handed = hand_over(app, &credentials, &meta.public_url, &row).await;
    let sent = match handed.record(app, &meta.public_url, &row).await {
        Ok(Some(sent)) => sent,
        Ok(None) => stored,
        Err(fault) => {
            // Twilio may have the message: to answer an error would invite a second one. The row is in doubt, and
            // its receipt or the dispatcher settles it.
            log::error!(
                "{} {}: the outcome was not recorded: {fault}",
                meta.request_id,
                row.id
            );
            return Ok(stored);
        }
    };
    tell(app, meta, company, &sent);
    if let Handed::Refused { code, .. } = handed {
        return Err(refused_by_twilio(code, &id));
    }
    Ok(sent)
}

enum Stop {
    Repeat(MessageId),
    Failure(Failure),
}

/// Claimed, since it is handed over next, or pending until later.
async fn store_draft(
    app: &App,
    draft: &Draft<'_>,
    id: &MessageId,
    action: AuditAction,
    later: Option<&Later>,
) -> Result<Vec<Rows>, Stop> {
    let (company, now) = (draft.company, app.now());
    let (number, customer) = (&draft.sender.address, &draft.to);
    let channel = draft.channel();
    let mut batch = draft
        .key
        .as_ref()
        .map(|key| key.statements(company, id, now))
        .unwrap_or_default();
    batch.push(store::guard_opt_out(company, customer));
    if let Some(seen) = draft.seen {
        let author = draft.caller.user.as_ref();
        batch.push(store::guard_unanswered(company, number, customer, seen, author));
    }
    batch.extend(conversations::ensure(&Pair {
        company,
        integration: Some(&draft.sender.integration.id),
        number,
        customer,
        channel,
        contact: &app.new_id(ContactId::new),
        conversation: &app.new_id(ConversationId::new),
        now,
    }));
    let new = NewOutbound {
        id,
        company,
        number,
        customer,
        channel,
        body: &draft.content.text,
        preview: &preview(&draft.content.text),
        segments: i64::from(Segments::of(&draft.content.text).segments),
        media_count: i64::try_from(draft.content.media.len()).unwrap_or_default(),
        author: draft.caller.user.as_ref(),
        client_identity: Some(&draft.caller.name),
        now,
    };
    match later {
        Some(later) => batch.push(scheduled::insert(&new, later)),
        None => batch.extend(store::insert_claimed(&new)),
    }
    batch.extend(media_store::attach(company, id, &draft.content.media));
    let template = draft.content.template.as_ref();
    batch.extend(template.map(|template| store::insert_template(id, template)));
    let entry = Entry::new(app, company, draft.caller, action)
        .number(customer)
        .message(id)
        .detail("send_at", later.map(|later| later.at));
    batch.push(entry.statement());
    batch.extend(store::views(company, id));
    match app.database.commit(batch).await {
        Ok(rows) => Ok(rows),
        Err(error) if IdempotencyKey::is_repeat(&error) => match &draft.key {
            Some(key) => Err(key
                .first_result(app, company)
                .await
                .map_or_else(Stop::Failure, Stop::Repeat)),
            None => Err(Stop::Failure(error.into())),
        },
        Err(error) if error.is("media.id") => Err(Stop::Failure(
            Refusal::new(ProblemCode::UnknownUpload).at("media").into(),
        )),
        Err(error) if error.is("recipient_opted_out") => Err(Stop::Failure(
            Refusal::new(ProblemCode::OptedOut).at(draft.to_field).into(),
        )),
        Err(error) if error.is("answered_meanwhile") => Err(Stop::Failure(
            Refusal::new(ProblemCode::AnsweredMeanwhile).at("seen").into(),
        )),
        // Whether it was kept is unknown: an error for what is kept, and sent, would invite a second one.
        Err(error) => match app.database.commit(store::views(company, id)).await {
            Ok(rows) if rows.iter().any(|rows| !rows.is_empty()) => Ok(rows),
            _ => Err(Stop::Failure(error.into())),
        },
    }
}

/// The first result again: the message as it is by now, or Twilio's refusal of it.
async fn answer_first(app: &App, company: &CompanyId, id: &MessageId) -> Result<Sent, Failure> {
    let rows = app.database.commit(store::views(company, id)).await?;
    let sent = read_views(app, &rows)?.ok_or(ProblemCode::NotFound)?;
    // Without a SID, it was Twilio's answer that failed it.
    if sent.message.status == DeliveryStatus::Failed && sent.message.external_id.is_none() {
        return Err(refused_by_twilio(sent.message.error_code, id));
    }
    Ok(sent)
}

fn refused_by_twilio(code: Option<i64>, id: &MessageId) -> Failure {
    let known = match code {
        Some(OUTSIDE_THE_WINDOW) => ProblemCode::OutsideWhatsappWindow,
        _ => ProblemCode::TwilioRefused,
    };
    let mut refusal = Refusal::new(known);
    refusal.twilio_code = code;
    refusal.message_id = Some(id.clone());
    refusal.into()
}

fn tell(app: &Arc<App>, meta: &RequestMeta, company: &CompanyId, sent: &Sent) {
    tell_later(app, &meta.after, company, vec![sent.event()]);
}
