//! A message that failed, sent once more as a new message: its own history stays.

use contract::ProblemCode;
use contract::inbox::{MessageView, ResendMessage};
use domain::DeliveryStatus;
use serde::Deserialize;

use super::compose;
use super::draft::{Content, Draft};
use super::idempotency::IdempotencyKey;
use super::store::{self, SentTemplate};
use crate::Failure;
use crate::inbox::store::messages;
use crate::inbox::view::MessageRow;
use crate::integrations::senders::Senders;
use crate::integrations::store as integrations;
use crate::media::attach;
use crate::ports::database::column;
use crate::web::{Answer, Call};

#[derive(Deserialize)]
struct TemplateRow {
    #[serde(deserialize_with = "column::json")]
    template: SentTemplate,
}

pub async fn resend(call: Call<ResendMessage>) -> Result<Answer<MessageView>, Failure> {
    let company = call.caller.company()?;
    let rows = call
        .app
        .database
        .commit(vec![
            messages::one(company, &call.id),
            integrations::of_company(company),
            store::template_of(company, &call.id),
        ])
        .await?;
    let [message, senders, template] = rows.as_slice() else {
        return Err(ProblemCode::NotFound.into());
    };
    let message = message.first::<MessageRow>()?.ok_or(ProblemCode::NotFound)?;
    let failed = matches!(
        message.status,
        DeliveryStatus::Failed | DeliveryStatus::Undelivered
    );
    if message.from_client || !failed {
        return Err(ProblemCode::NotResendable.into());
    }
    let sender = Senders::read(senders.all()?)?.owned(&message.sender)?;
    let media = attach::again(&call.app, company, &call.id, "id").await?;
    let draft = Draft {
        caller: &call.caller,
        company,
        sender: &sender,
        to: message.recipient,
        content: Content {
            text: message.body,
            media,
            template: template.first::<TemplateRow>()?.map(|row| row.template),
            field: "id",
        },
        key: IdempotencyKey::of(&call.caller, &call.meta, &["resend", call.id.as_str()])?,
        to_field: "id",
        seen: None,
    };
    let sent = compose::send(&call.app, &call.meta, draft).await?;
    Ok(Answer::created(sent.view(call.meta.language)))
}
