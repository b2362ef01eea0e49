//! What the company may send, and the verdict on a message before it is sent.

use domain::ids::ConversationId;
use domain::media::InvalidMedia;
pub use domain::verdict::Line;
use domain::verdict::Objection;
use domain::{Channel, Region};
use serde::{Deserialize, Serialize};

use crate::ProblemCode;
use crate::endpoint::{access::*, endpoint};

endpoint! {
    /// What a verdict on a reply needs to know: `Line::judge` gives it, here and on the server.
    GetConversationLine: Get "/inbox/conversations/{id}/line", AGENT, scope: Messages, id: ConversationId, answer: Line,
        refuses: [NoSender, SenderNotOwned, CannotBeAnswered]
}
endpoint! {
    /// The same for somebody who was perhaps never written to; `to` comes back in international form.
    GetLine: Get "/api/line", AGENT, scope: Send, query: LineQuery, answer: Line,
        refuses: [MissingField, InvalidPhoneNumber, NoSender, SenderNotOwned, ChannelNotAvailable]
}
endpoint! {
    /// The countries that the company writes to.
    GetSendingRules: Get "/api/sending-rules", AGENT, answer: SendingRules
}
endpoint! {
    ChangeSendingRules: Patch "/api/sending-rules", ADMIN, body: SendingRulesChange, answer: SendingRules,
        refuses: [InvalidRegion, InvalidField]
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct LineQuery {
    pub to: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SendingRules {
    /// ISO 3166-1 alpha-2, in their order.
    pub countries: Vec<Region>,
    /// Nobody has chosen them: the countries of the company's numbers, and those near.
    pub is_usual: bool,
    /// What they are when nobody chooses.
    pub usual: Vec<Region>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SendingRulesChange {
    /// `null` goes back to the usual ones.
    pub countries: Option<Vec<Region>>,
}

impl From<Objection> for ProblemCode {
    fn from(objection: Objection) -> Self {
        match objection {
            Objection::CannotBeAnswered => Self::CannotBeAnswered,
            Objection::OptedOut => Self::OptedOut,
            Objection::CountryNotAllowed => Self::CountryNotAllowed,
            Objection::NumberCannotSendSms => Self::NumberCannotSendSms,
            Objection::SpendCapReached => Self::SpendCapReached,
            Objection::OutsideWhatsappWindow => Self::OutsideWhatsappWindow,
            Objection::TemplateNeedsWhatsapp => Self::ChannelNotAvailable,
            Objection::Empty => Self::EmptyMessage,
            Objection::TooLong => Self::MessageTooLong,
            Objection::NumberCannotSendMms => Self::NumberCannotSendMms,
            Objection::Media(InvalidMedia::TooMany) => Self::TooManyMedia,
            Objection::Media(InvalidMedia::TooLarge) => Self::MediaTooLarge,
            Objection::Media(InvalidMedia::TypeNotAccepted) => Self::MediaTypeNotAccepted,
            Objection::Media(InvalidMedia::Empty) => Self::EmptyMedia,
        }
    }
}
