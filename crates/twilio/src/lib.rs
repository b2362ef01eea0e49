//! What Twilio speaks, in both directions, without I/O: the client and the simulator share these types.

pub mod access_token;
pub mod accounts;
pub mod api;
pub mod applications;
pub mod calls;
pub mod conferences;
pub mod content;
pub mod inbound_message;
pub mod messages;
pub mod messaging;
pub mod params;
pub mod phone_numbers;
pub mod price;
pub mod recordings;
pub mod rfc2822;
pub mod sid;
pub mod signature;
pub mod status_callback;
pub mod test_numbers;
pub mod twiml;
pub mod voice_webhooks;
mod wire;

pub use wire::{InvalidPageUri, PageUri};

pub use api::{ApiError, ApiRequest, ApiResponse, Operation, Refusal};
pub use params::Params;
pub use sid::{AccountSid, AuthToken, Credentials, MessageSid, Secret};
