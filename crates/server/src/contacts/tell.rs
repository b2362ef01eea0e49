//! What a verb of the address book reads first, and what it tells everybody afterwards.

use std::sync::Arc;

use contract::ProblemCode;
use contract::live::LiveEvent;
use domain::ids::{CompanyId, ContactId, ConversationId};
use serde::Deserialize;

use super::store;
use super::view::ContactRow;
use crate::inbox::view::ConversationRow;
use crate::live::tell_later;
use crate::ports::database::{Rows, Statement, column};
use crate::web::RequestMeta;
use crate::{App, Failure, Fault};

/// A contact as it is before a change, with the conversations that show it.
#[derive(Clone, Deserialize)]
pub struct Known {
    #[serde(flatten)]
    pub contact: ContactRow,
    #[serde(deserialize_with = "column::json")]
    pub conversations: Vec<ConversationId>,
}

/// The contacts with these ids or numbers.
pub async fn known(
    app: &App,
    company: &CompanyId,
    ids: &[&ContactId],
    identities: &[String],
) -> Result<Vec<Known>, Failure> {
    let statement = store::known(company, ids, identities)?;
    Ok(app.database.query(statement).await?.all()?)
}

pub fn find<'a>(known: &'a [Known], id: &ContactId) -> Result<&'a Known, Failure> {
    known
        .iter()
        .find(|known| known.contact.id == *id)
        .ok_or_else(|| ProblemCode::NotFound.into())
}

/// What ends a batch, so that [`changed`] finds it there: the contact and the conversations as they are by then.
pub fn views(company: &CompanyId, id: &ContactId, known: &[Known]) -> Result<[Statement; 2], Fault> {
    let conversations: Vec<ConversationId> = known
        .iter()
        .flat_map(|known| known.conversations.iter().cloned())
        .collect();
    Ok([
        store::one(company, id),
        store::conversations(company, &conversations)?,
    ])
}

/// Tells the browsers of every conversation that shows a contact, and of the contacts themselves. Answers the contact
/// that the batch of [`views`] was about; `None` when it is gone.
pub fn changed(
    app: &Arc<App>,
    meta: &RequestMeta,
    company: &CompanyId,
    contacts: &[&ContactId],
    rows: &[Rows],
) -> Result<Option<ContactRow>, Failure> {
    let [.., contact, conversations] = rows else {
        return Err(Fault::Internal("the batch has no views".to_owned()).into());
    };
    let conversations = conversations.all::<ConversationRow>()?;
    let contact = contact.first::<ContactRow>()?;
    let events = conversations
        .into_iter()
        .map(|row| LiveEvent::Conversation {
            conversation: Box::new(row.into_view(app)),
        })
        .chain(contacts.iter().map(|id| LiveEvent::ContactChanged {
            contact_id: Some((*id).clone()),
        }))
        .collect();
    tell_later(app, &meta.after, company, events);
    Ok(contact)
}
