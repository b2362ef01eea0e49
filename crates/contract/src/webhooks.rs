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
endpoint! {
    /// An inbound call: TwiML.
    HandleCalls: Post "/handle_calls", TWILIO
}
endpoint! {
    /// A call placed from a browser: TwiML.
    TwimlOutgoing: Post "/twiml/outgoing", TWILIO
}
endpoint! {
    /// Where a call goes once those who were rung are done: TwiML.
    CallDialDone: Post "/voice/dial-done", TWILIO
}
endpoint! {
    /// How a leg gets on.
    CallStatus: Post "/voice/status", TWILIO
}
endpoint! {
    /// A message was left: TwiML.
    VoicemailDone: Post "/voice/voicemail-done", TWILIO
}
endpoint! {
    /// What was said in it, where Twilio writes it down.
    VoicemailTranscribed: Post "/voice/transcription", TWILIO
}
endpoint! {
    /// A recording is ready, or there will be none.
    RecordingStatus: Post "/voice/recording", TWILIO
}
endpoint! {
    /// What the parties of a conference hear when its recording begins: TwiML.
    RecordedNotice: Post "/voice/recorded-notice", TWILIO
}
endpoint! {
    /// What somebody on hold hears: TwiML.
    HoldMusic: Post "/voice/hold-music", TWILIO
}
endpoint! {
    /// Who came into a call's conference, and who left.
    ConferenceStatus: Post "/voice/conference", TWILIO
}
