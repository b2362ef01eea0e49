//! One message of Twilio's list beside what we know of it.

use contract::live::LiveEvent;
use domain::ids::{CompanyId, ContactId, ConversationId, MessageId};
use domain::{Channel, DeliveryStatus, Timestamp};
use twilio::inbound_message::{InboundMedia, InboundMessage};
use twilio::messages::media::ListMedia;
use twilio::messages::{API_VERSION, MessageResource};

use super::Reading;
use super::store::{self, KnownRow, SentElsewhere, Standing, Unanswered};
use crate::campaigns::restored::{self, Unsure};
use crate::inbox::receive_message::Arriving;
use crate::inbox::store::conversations::Pair;
use crate::inbox::store::messages::{Progress, progress};
use crate::integrations::store::IntegrationRow;
use crate::integrations::twilio_call::{call as ask_twilio, credentials};
use crate::sending::same::is_same;
use crate::sending::sent::read_views;
use crate::sending::store::views;
use crate::{App, Failure, media};

pub(super) enum Settled {
    Known,
    Received,
    Sent,
    Updated,
}

type Outcome = (Settled, Option<LiveEvent>);

pub(super) async fn settle(
    reading: &Reading<'_>,
    account: &IntegrationRow,
    message: &MessageResource,
    known: Option<&KnownRow>,
    unsure: &mut Vec<Unsure>,
    at: Timestamp,
) -> Result<Outcome, Failure> {
    let (app, company) = (reading.app, reading.company);
    match (known, message.direction.is_inbound()) {
        (None, true) => receive(reading, account, message, at).await,
        (None, false) => sent(app, company, account, message, unsure, at).await,
        (Some(known), _) if !known.from_client && rank(message) > known.status_rank => {
            update(app, company, message, None).await
        }
        (Some(_), _) => Ok((Settled::Known, None)),
    }
}

fn rank(message: &MessageResource) -> i64 {
    message.status.map_or(0, DeliveryStatus::rank)
}

/// As its webhook would have: contact, conversation, files, consent.
async fn receive(
    reading: &Reading<'_>,
    account: &IntegrationRow,
    message: &MessageResource,
    at: Timestamp,
) -> Result<Outcome, Failure> {
    let (app, company) = (reading.app, reading.company);
    let (Some(from), Some(to)) = (message.from.clone(), message.to.clone()) else {
        return Ok((Settled::Known, None));
    };
    let inbound = InboundMessage {
        message_sid: message.sid.clone(),
        account_sid: message.account_sid.clone(),
        messaging_service_sid: message.messaging_service_sid.clone(),
        from,
        to,
        body: message.body.clone().unwrap_or_default(),
        num_segments: message.num_segments,
        media: files(app, account, message).await?,
        // Twilio's list tells none of these: a shared place has an empty body there, a tap only its words.
        opt_out_type: None,
        profile_name: None,
        wa_id: None,
        location: None,
        button: None,
        list: None,
        replies_to: None,
        forwarded: false,
    };
    let before = store::standing(company, &inbound.to, &inbound.from);
    let before = app.database.query(before).await?.first::<Standing>()?;
    let Arriving {
        message: id,
        mut batch,
    } = Arriving::new(app, company, &account.id, &inbound, at);
    batch.push(store::settle_conversation(&id));
    if let Some(before) = &before {
        batch.push(store::keep_standing(&id, before));
    }
    batch.push(store::settle_consent(company, &inbound.from));
    batch.extend(views(company, &id));
    let rows = app.database.commit(batch).await?;
    let Some(received) = read_views(app, &rows)? else {
        // Its webhook came in the meantime.
        return Ok((Settled::Known, None));
    };
    if !inbound.media.is_empty() {
        // Without somebody who waits, the sweep fetches them.
        if let Some(after) = reading.after {
            media::receive::begin(app, after, &id);
        }
    }
    Ok((Settled::Received, Some(received.event())))
}

async fn files(
    app: &App,
    account: &IntegrationRow,
    message: &MessageResource,
) -> Result<Vec<InboundMedia>, Failure> {
    if message.num_media == 0 {
        return Ok(Vec::new());
    }
    let credentials = credentials(app, account)?;
    let list = ListMedia {
        message: message.sid.clone(),
    };
    let page = ask_twilio(app, &credentials, &list).await?;
    let base = app.settings.twilio_api_base.trim_end_matches('/');
    let file = |file: twilio::messages::media::MediaResource| InboundMedia {
        url: format!(
            "{base}/{API_VERSION}/Accounts/{}/Messages/{}/Media/{}",
            file.account_sid, file.parent_sid, file.sid
        ),
        content_type: file.content_type,
    };
    Ok(page.media_list.into_iter().map(file).collect())
}

async fn sent(
    app: &App,
    company: &CompanyId,
    account: &IntegrationRow,
    message: &MessageResource,
    unsure: &mut Vec<Unsure>,
    at: Timestamp,
) -> Result<Outcome, Failure> {
    let (Some(number), Some(customer)) = (&message.from, &message.to) else {
        return Ok((Settled::Known, None));
    };
    let body = message.body.as_deref().unwrap_or_default();
    let made_at = message.date_created.unwrap_or(at);
    let unanswered = store::unanswered(company, number, customer, made_at);
    let mut unanswered = app.database.query(unanswered).await?.all::<Unanswered>()?;
    unanswered.sort_by(|one, other| one.id.cmp(&other.id));
    if let Some(same) = unanswered
        .iter()
        .find(|ours| is_same(&ours.body, ours.files, message))
    {
        return update(app, company, message, Some(&same.id)).await;
    }
    let recipient = restored::take(unsure, message);
    if recipient.is_none() && unanswered.iter().any(|ours| ours.in_doubt) {
        // Perhaps ours with its text changed on the way. Once the doubt is settled, the next reading knows.
        return Ok((Settled::Known, None));
    }
    let id = MessageId::new(at, app.random());
    let channel = customer.channel(message.num_media > 0);
    let mut batch = store::insert_sent(&SentElsewhere {
        id: &id,
        pair: Pair {
            company,
            integration: Some(&account.id),
            number,
            customer,
            channel,
            contact: &app.new_id(ContactId::new),
            conversation: &app.new_id(ConversationId::new),
            now: at,
        },
        channel: if message.num_media == 0 && channel == Channel::Mms {
            Channel::Sms
        } else {
            channel
        },
        body,
        recipient: recipient.as_ref(),
        external_id: message.sid.as_str(),
        status: message.status.unwrap_or(DeliveryStatus::Sent),
        error_code: message.error_code,
        segments: i64::from(message.num_segments.max(1)),
        at,
    });
    if recipient.is_some() {
        app.database.commit(batch).await?;
        return Ok((Settled::Updated, None));
    }
    batch.extend(views(company, &id));
    let rows = app.database.commit(batch).await?;
    Ok((Settled::Sent, read_views(app, &rows)?.map(|sent| sent.event())))
}

/// Its receipts, all at once.
async fn update(
    app: &App,
    company: &CompanyId,
    message: &MessageResource,
    id: Option<&MessageId>,
) -> Result<Outcome, Failure> {
    let rows = app
        .database
        .commit(progress(&Progress {
            company,
            id,
            external_id: message.sid.as_str(),
            status: message.status.unwrap_or(DeliveryStatus::Queued),
            error_code: message.error_code,
            error_message: message.error_message.as_deref(),
            segments: i64::from(message.num_segments),
            now: super::at(message).unwrap_or_else(|| app.now()),
        }))
        .await?;
    Ok((Settled::Updated, read_views(app, &rows)?.map(|sent| sent.event())))
}
