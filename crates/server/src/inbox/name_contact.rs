//! A conversation's contact gets a name, where the conversation is.

use contract::ProblemCode;
use contract::inbox::ConversationView;
use domain::AuditAction;
use domain::ids::CompanyId;
use domain::people::Name;

use super::store::conversations;
use crate::access::authenticate::Caller;
use crate::audit::Entry;
use crate::ports::database::Statement;
use crate::{App, Failure, Refusal};

/// An empty text takes the name away.
pub fn name(text: &str, field: &'static str) -> Result<Option<Name>, Failure> {
    let text = Some(text.trim()).filter(|text| !text.is_empty());
    let name = text.map(Name::new).transpose();
    name.map_err(|_| Refusal::new(ProblemCode::InvalidName).at(field).into())
}

/// For the batch of whoever names it.
pub fn statements(
    app: &App,
    company: &CompanyId,
    caller: &Caller,
    conversation: &ConversationView,
    name: Option<&Name>,
) -> Vec<Statement> {
    let (id, contact) = (&conversation.id, &conversation.contact);
    let entry = Entry::new(app, company, caller, AuditAction::ChangeContact)
        .subject(contact.name.as_deref().unwrap_or(&contact.display))
        .detail("name", Some(name.map_or("", Name::as_str)));
    vec![
        conversations::name_contact(company, id, name, app.now()),
        entry.if_changed(),
        conversations::touch_of_contact(company, id),
    ]
}
