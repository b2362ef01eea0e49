//! A call begins: it is stored before Twilio hears what to do with it, and the browsers are told of it.

use std::sync::Arc;

use contract::calls::CallRejected;
use contract::inbox::ConversationView;
use domain::ids::{ContactId, ConversationId};
use domain::{Address, Channel};

use super::store::{self, CallRow, NewCall};
use crate::inbox::signed_webhook::VerifiedWebhook;
use crate::inbox::store::conversations::Pair;
use crate::live::tell_later;
use crate::ports::database::Statement;
use crate::sending::sent::read_views;
use crate::{App, Failure, Fault};

pub struct Begun {
    /// As it was stored first: a repeated webhook finds it.
    pub call: CallRow,
    /// Of a call with somebody outside.
    pub conversation: Option<ConversationView>,
}

/// In the conversation of a customer, who is made known if need be. It ends with the call.
pub fn with_customer_batch(app: &App, new: &NewCall<'_>, customer: &Address) -> Vec<Statement> {
    let pair = Pair {
        company: new.company,
        integration: Some(new.integration),
        number: new.number,
        customer,
        channel: Channel::Call,
        contact: &app.new_id(ContactId::new),
        conversation: &app.new_id(ConversationId::new),
        now: new.now,
    };
    store::begin(new, &pair)
}

pub async fn with_customer(
    app: &Arc<App>,
    webhook: &VerifiedWebhook,
    new: &NewCall<'_>,
    customer: &Address,
) -> Result<Begun, Failure> {
    stored(app, webhook, new, with_customer_batch(app, new, customer)).await
}

/// Without a conversation: between two colleagues, or to where nobody may call.
pub async fn on_its_own(
    app: &Arc<App>,
    webhook: &VerifiedWebhook,
    new: &NewCall<'_>,
    party: &str,
) -> Result<Begun, Failure> {
    stored(app, webhook, new, store::begin_alone(new, party)).await
}

async fn stored(
    app: &Arc<App>,
    webhook: &VerifiedWebhook,
    new: &NewCall<'_>,
    mut batch: Vec<Statement>,
) -> Result<Begun, Failure> {
    let position = batch.len() - 1;
    batch.extend(store::views(&new.id));
    let rows = app.database.commit(batch).await?;
    let call = rows
        .get(position)
        .map(|rows| rows.first::<CallRow>())
        .transpose()?
        .flatten()
        .ok_or_else(|| Fault::Storage("a call was not kept".to_owned()))?;
    let sent = read_views(app, &rows)?;
    // Whoever is blocked disturbs nobody.
    if let Some(sent) = sent
        .as_ref()
        .filter(|_| new.rejected != Some(CallRejected::Blocked))
    {
        tell_later(app, &webhook.after, new.company, vec![sent.event()]);
    }
    Ok(Begun {
        call,
        conversation: sent.map(|sent| sent.conversation),
    })
}
