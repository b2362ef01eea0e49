//! TwiML, what a webhook answers (<https://www.twilio.com/docs/messaging/twiml>).

/// No reply: answers go out through the REST API, where they have a SID and a receipt.
pub const EMPTY_RESPONSE: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Response/>"#;

pub const CONTENT_TYPE: &str = "text/xml; charset=utf-8";
