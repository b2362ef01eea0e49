//! A reply from the thread, from the number that the client wrote to.

use contract::inbox::{MessageView, Reply};

use super::compose;
use super::draft::{Content, Draft};
use super::idempotency::IdempotencyKey;
use super::parties::Parties;
use super::scheduled::later::Later;
use crate::Failure;
use crate::media::attach;
use crate::web::{Answer, Call};
use crate::whatsapp::templates;

pub async fn reply(call: Call<Reply>) -> Result<Answer<MessageView>, Failure> {
    let company = call.caller.company()?;
    let Parties { sender, to } = Parties::of_conversation(&call.app, company, &call.id).await?;
    let later = Later::asked(&call.app, call.body.send_at, call.body.unless_reply)?;
    let planned = Later::identity(call.body.send_at, call.body.unless_reply);
    let content = match &call.body.template {
        Some(choice) => templates::choose(&call.app, &sender, choice).await?,
        None => {
            let media = attach::uploaded(&call.app, company, &call.body.media, "media").await?;
            let (text, as_link) = (&call.body.content, call.body.as_link);
            Content::new(&call.app, &call.meta, text, media, as_link, "content")?
        }
    };
    let mut request = vec!["reply", call.id.as_str()];
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
        to_field: "content",
        seen: call.body.seen.as_ref(),
    };
    let sent = compose::send_or_schedule(&call.app, &call.meta, draft, later).await?;
    Ok(Answer::created(sent.view(call.meta.language)))
}
