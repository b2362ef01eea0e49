//! What is true in Edgeline: numbers, messages, people, consent. No I/O, no clock, no randomness.

pub mod address;
pub mod audit;
pub mod call;
#[cfg(feature = "numbering")]
pub mod call_destination;
pub mod campaign;
pub mod channel;
pub mod consent;
pub mod contact;
pub mod contact_columns;
pub mod conversation;
pub mod countries;
pub mod delivery;
pub mod folding;
mod graphemes;
pub mod holidays;
pub mod ids;
pub mod language;
pub mod local_time;
pub mod masking;
pub mod media;
pub mod message_body;
pub mod notification;
#[cfg(feature = "numbering")]
pub mod numbering;
pub mod opening_hours;
pub mod people;
pub mod phone_number;
pub mod place;
pub mod region;
pub mod role;
#[cfg(feature = "schema")]
mod schema;
pub mod segments;
mod smart_encoding;
pub mod table;
pub mod template;
pub mod time;
pub mod vcard;
pub mod verdict;
pub mod whatsapp_template;
pub mod zip;
#[cfg(feature = "zones")]
pub mod zones;

pub use address::Address;
pub use audit::AuditAction;
pub use channel::Channel;
pub use conversation::ConversationStatus;
pub use delivery::DeliveryStatus;
pub use language::Language;
pub use local_time::{LocalDay, LocalTime};
pub use message_body::MessageBody;
pub use phone_number::PhoneNumber;
pub use place::Place;
pub use region::Region;
pub use role::Role;
pub use segments::Segments;
pub use time::Timestamp;
