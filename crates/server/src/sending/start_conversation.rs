//! A new conversation: with a first message that is sent at once, or one that a person records.

use contract::ProblemCode;
use contract::inbox::{ConversationView, StartConversation, StartedConversation};
use contract::live::LiveEvent;
use contract::whatsapp::TemplateChoice;
use domain::ids::{ContactId, ConversationId};
use domain::people::Name;
use domain::{Address, Channel};

use super::compose;
use super::draft::{self, Content, Draft};
use super::idempotency::IdempotencyKey;
use super::parties::{Named, Parties};
use super::scheduled::later::Later;
use super::sent::Sent;
use crate::inbox::receive_message::record_by_hand;
use crate::inbox::store::conversations::Pair;
use crate::inbox::{name_contact, read};
use crate::integrations::senders::Sender;
use crate::live::tell_later;
use crate::media::attach::{self, Attachment};
use crate::web::{Answer, Call};
use crate::whatsapp::templates;
use crate::{Failure, Fault, Refusal};

pub async fn start(call: Call<StartConversation>) -> Result<Answer<StartedConversation>, Failure> {
    let company = call.caller.company()?;
    let draft = &call.body;
    if draft.source == Some(Channel::Call) {
        return Err(Refusal::new(ProblemCode::ChannelNotAvailable).at("source").into());
    }
    let named = Named {
        to: &draft.phone_number,
        to_field: "phone_number",
        from: draft.from.as_deref(),
        whatsapp: draft.source == Some(Channel::Whatsapp),
    };
    let name = name_contact::name(draft.name.as_deref().unwrap_or_default(), "name")?;
    let media = attach::uploaded(&call.app, company, &draft.media, "media").await?;
    let text = draft.message.as_deref().unwrap_or_default();

    let started = if draft.is_from_client {
        let Parties { sender, to } = Parties::of(&call.app, company, &named).await?;
        recorded(&call, &sender, &to, draft::body(text, "message")?.as_str()).await?
    } else {
        let sent = sent(&call, &named, text, media).await?;
        StartedConversation {
            conversation: sent.conversation.clone(),
            message: Some(sent.view(call.meta.language)),
        }
    };
    let Some(name) = name else {
        return Ok(Answer::created(started));
    };
    match named_as(&call, &started.conversation, &name).await {
        Ok(conversation) => Ok(Answer::created(StartedConversation {
            conversation,
            ..started
        })),
        Err(failure) => {
            // The message has left: to answer an error would invite a second one.
            log::error!(
                "{} the new contact was not named: {failure:?}",
                call.meta.request_id
            );
            Ok(Answer::created(started))
        }
    }
}

async fn named_as(
    call: &Call<StartConversation>,
    conversation: &ConversationView,
    name: &Name,
) -> Result<ConversationView, Failure> {
    let company = call.caller.company()?;
    let batch = name_contact::statements(&call.app, company, &call.caller, conversation, Some(name));
    call.app.database.commit(batch).await?;
    let view = read::find(&call.app, company, &conversation.id)
        .await?
        .into_view(&call.app);
    let event = LiveEvent::Conversation {
        conversation: Box::new(view.clone()),
    };
    tell_later(&call.app, &call.meta.after, company, vec![event]);
    Ok(view)
}

async fn sent(
    call: &Call<StartConversation>,
    named: &Named<'_>,
    text: &str,
    media: Vec<Attachment>,
) -> Result<Sent, Failure> {
    let (company, draft) = (call.caller.company()?, &call.body);
    let planned = Later::identity(draft.send_at, draft.unless_reply);
    let template = draft.template.as_ref().map(TemplateChoice::identity);
    let mut request = vec!["start"];
    request.extend(named.identity());
    request.extend(planned.as_deref());
    request.push(text);
    request.extend(media.iter().map(Attachment::identity));
    request.extend(template.as_deref());
    let key = IdempotencyKey::of(&call.caller, &call.meta, &request)?;
    if let Some(sent) = compose::sent_before(&call.app, company, key.as_ref()).await? {
        return Ok(sent);
    }
    let Parties { sender, to } = Parties::of(&call.app, company, named).await?;
    let later = Later::asked(&call.app, draft.send_at, draft.unless_reply)?;
    let content = match &draft.template {
        Some(choice) => templates::choose(&call.app, &sender, choice).await?,
        None => Content::new(&call.app, &call.meta, text, media, draft.as_link, "message")?,
    };
    let draft = Draft {
        caller: &call.caller,
        company,
        sender: &sender,
        to,
        content,
        key,
        to_field: named.to_field,
        seen: None,
    };
    compose::send_or_schedule(&call.app, &call.meta, draft, later).await
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
