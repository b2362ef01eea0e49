//! Who writes to whom: a recipient in any form, and the number of ours that a message leaves from.

use contract::ProblemCode;
use domain::ids::{CompanyId, ConversationId};
use domain::{Address, Region, numbering};

use crate::inbox::store::conversations;
use crate::inbox::view::ConversationRow;
use crate::integrations::senders::{Sender, Senders};
use crate::integrations::store as integrations;
use crate::{App, Failure, Refusal};

pub struct Parties {
    pub sender: Sender,
    pub to: Address,
}

/// What a caller says of them.
pub struct Named<'a> {
    pub to: &'a str,
    /// Which input `to` came in.
    pub to_field: &'static str,
    /// Without it, the channel's default number.
    pub from: Option<&'a str>,
    /// The caller means WhatsApp, though the numbers may not say so.
    pub whatsapp: bool,
}

impl<'a> Named<'a> {
    /// As the caller wrote it, for `Idempotency-Key`: what it resolves to may change between two tries.
    pub fn identity(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let channel = if self.whatsapp { "whatsapp" } else { "" };
        [self.to, self.from.unwrap_or_default(), channel].into_iter()
    }
}

impl Parties {
    pub async fn of(app: &App, company: &CompanyId, named: &Named<'_>) -> Result<Self, Failure> {
        let senders = Senders::of(app, company).await?;
        let to = recipient(named.to, &senders.region(app), named.whatsapp, named.to_field)?;
        let whatsapp = matches!(to, Address::Whatsapp(_));
        let sender = senders.choose(app, named.from, whatsapp)?;
        Ok(Self { sender, to })
    }

    /// The customer of a conversation, and the number that they wrote to.
    pub async fn of_conversation(
        app: &App,
        company: &CompanyId,
        id: &ConversationId,
    ) -> Result<Self, Failure> {
        let batch = vec![conversations::one(company, id), integrations::of_company(company)];
        let rows = app.database.commit(batch).await?;
        let [conversation, senders] = rows.as_slice() else {
            return Err(ProblemCode::NotFound.into());
        };
        let conversation = conversation
            .first::<ConversationRow>()?
            .ok_or(ProblemCode::NotFound)?;
        Ok(Self {
            sender: Senders::read(senders.all()?)?.owned(&conversation.number)?,
            to: conversation.customer,
        })
    }
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
