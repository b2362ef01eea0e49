//! The paths that Twilio calls. Several for one thing: each program that Edgeline replaces had its own.

use crate::endpoint::{access::*, endpoint};

endpoint! { HandleSms: Post "/handle_sms", TWILIO }
endpoint! { HandleMms: Post "/handle_mms", TWILIO }
endpoint! { InboxWebhookSms: Post "/inbox/webhooks/sms", TWILIO }
endpoint! {
    /// Our own `StatusCallback`, with `?m=<message id>`.
    MessageStatus: Post "/message-status", TWILIO
}
endpoint! { TwilioWebhookStatus: Post "/twilio/webhook/status", TWILIO }
