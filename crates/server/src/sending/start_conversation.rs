//! A new conversation: with a first message that is sent at once, or one that a person records.

use contract::ProblemCode;
use contract::inbox::{StartConversation, StartedConversation};
use contract::live::LiveEvent;
use domain::ids::{ContactId, ConversationId};
use domain::people::Name;
use domain::{Address, Channel, Region, numbering};

use super::compose::{self, Content, Draft};
use super::idempotency::IdempotencyKey;
use super::scheduled::later::Later;
use crate::inbox::receive_message::record_by_hand;
use crate::inbox::store::conversations::{self, Pair};
use crate::integrations::senders::{Sender, Senders};
use crate::live::tell_later;
use crate::media::attach;
use crate::web::{Answer, Call};
use crate::whatsapp::templates;
use crate::{Failure, Fault, Refusal};

pub async fn start(call: Call<StartConversation>) -> Result<Answer<StartedConversation>, Failure> {
    let company = call.caller.company()?;
    let draft = &call.body;
    if draft.source == Some(Channel::Call) {
        return Err(Refusal::new(ProblemCode::ChannelNotAvailable).at("source").into());
    }
    let whatsapp = draft.source == Some(Channel::Whatsapp);
    let senders = Senders::of(&call.app, company).await?;
    let region = senders.region(&call.app);
    let to = recipient(&draft.phone_number, &region, whatsapp, "phone_number")?;
    let sender = match draft.from.as_deref() {
        Some(from) => senders.named(&call.app, from)?,
        None => senders.default_for(whatsapp)?,
    };
    let name = draft
        .name
        .as_deref()
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(Name::new)
        .transpose();
    let name = name.map_err(|_| Refusal::new(ProblemCode::InvalidName).at("name"))?;
    let media = attach::uploaded(&call.app, company, &draft.media, "media").await?;
    let text = draft.message.as_deref().unwrap_or_default();

    let started = if draft.is_from_client {
        recorded(&call, &sender, &to, compose::body(text, "message")?.as_str()).await?
    } else {
        let (recipient, from) = (to.to_string(), sender.address.to_string());
        let later = Later::asked(&call.app, draft.send_at, draft.unless_reply)?;
        let planned = Later::identity(draft.send_at, draft.unless_reply);
        let content = match &draft.template {
            Some(choice) => templates::choose(&call.app, &sender, choice).await?,
            None => Content::new(&call.app, &call.meta, text, media, draft.as_link, "message")?,
        };
        let mut request = vec!["start", &recipient, &from];
        request.extend(planned.as_deref());
        request.extend(content.identity());
        let key = IdempotencyKey::of(&call.caller, &call.meta, &request)?;
        let draft = Draft {
            caller: &call.caller,
            company,
            sender: &sender,
            to,
            content,
            key,
            to_field: "phone_number",
        };
        let sent = compose::send_or_schedule(&call.app, &call.meta, draft, later).await?;
        StartedConversation {
            conversation: sent.conversation.clone(),
            message: Some(sent.view(call.meta.language)),
        }
    };
    if let Some(name) = name {
        let id = &started.conversation.id;
        call.app
            .database
            .commit(conversations::name_contact(
                company,
                id,
                Some(&name),
                call.app.now(),
            ))
            .await?;
        let view = crate::inbox::read::find(&call.app, company, id)
            .await?
            .into_view(&call.app);
        tell_later(
            &call.app,
            &call.meta.after,
            company,
            vec![LiveEvent::Conversation {
                conversation: Box::new(view.clone()),
            }],
        );
        return Ok(Answer::created(StartedConversation {
            conversation: view,
            ..started
        }));
    }
    Ok(Answer::created(started))
}

async fn recorded(
    call: &Call<StartConversation>,
    sender: &Sender,
    to: &Address,
    body: &str,
) -> Result<StartedConversation, Failure> {
    let company = call.caller.company()?;
    let pair = Pair {
        company,
        integration: Some(&sender.integration.id),
        number: &sender.address,
        customer: to,
        channel: to.channel(call.body.source == Some(Channel::Mms)),
        contact: &call.app.new_id(ContactId::new),
        conversation: &call.app.new_id(ConversationId::new),
        now: call.app.now(),
    };
    let event = record_by_hand(&call.app, &pair, body).await?;
    let Some(LiveEvent::Message {
        conversation,
        message,
    }) = event.clone()
    else {
        return Err(Fault::Storage("the recorded message is gone".to_owned()).into());
    };
    tell_later(&call.app, &call.meta.after, company, event.into_iter().collect());
    Ok(StartedConversation {
        conversation: *conversation,
        message: Some(*message),
    })
}

/// A number in any form, a short code, or a WhatsApp number.
pub fn recipient(
    text: &str,
    region: &Region,
    whatsapp: bool,
    field: &'static str,
) -> Result<Address, Failure> {
    let bare = text.trim();
    if bare.is_empty() {
        return Err(Refusal::new(ProblemCode::MissingField).at(field).into());
    }
    let (bare, whatsapp) = bare
        .strip_prefix("whatsapp:")
        .map_or((bare, whatsapp), |bare| (bare, true));
    match (numbering::parse(bare, region), whatsapp, Address::parse(bare)) {
        (Ok(number), true, _) => Ok(Address::Whatsapp(number)),
        (Ok(number), false, _) => Ok(Address::Number(number)),
        (Err(_), false, address @ Address::ShortCode(_)) if bare.len() <= 6 => Ok(address),
        _ => Err(Refusal::new(ProblemCode::InvalidPhoneNumber).at(field).into()),
    }
}
