//! The paths that Twilio calls. Several for one thing: each program that Edgeline replaces had its own.

use crate::endpoint::{access::*, endpoint};

endpoint! { HandleSms: Post "/handle_sms", TWILIO, takes: Form, gives: Twiml, refuses: [MissingField] }
endpoint! { HandleMms: Post "/handle_mms", TWILIO, takes: Form, gives: Twiml, refuses: [MissingField] }
endpoint! { InboxWebhookSms: Post "/inbox/webhooks/sms", TWILIO, takes: Form, gives: Twiml, refuses: [MissingField] }
endpoint! {
    /// Our own `StatusCallback`, with `?m=<message id>`.
    MessageStatus: Post "/message-status", TWILIO, takes: Form, gives: Empty, refuses: [MissingField]
}
endpoint! { TwilioWebhookStatus: Post "/twilio/webhook/status", TWILIO, takes: Form, gives: Empty, refuses: [MissingField] }
endpoint! {
    /// An inbound call: TwiML.
    HandleCalls: Post "/handle_calls", TWILIO, takes: Form, gives: Twiml, refuses: [MissingField, InvalidField]
}
endpoint! {
    /// A call placed from a browser: TwiML.
    TwimlOutgoing: Post "/twiml/outgoing", TWILIO, takes: Form, gives: Twiml, refuses: [MissingField]
}
endpoint! {
    /// Where a call goes once those who were rung are done: TwiML.
    CallDialDone: Post "/voice/dial-done", TWILIO, takes: Form, gives: Twiml, refuses: [MissingField, NotFound]
}
endpoint! {
    /// How a leg gets on.
    CallStatus: Post "/voice/status", TWILIO, takes: Form, gives: Empty, refuses: [MissingField, NotFound]
}
endpoint! {
    /// A message was left: TwiML.
    VoicemailDone: Post "/voice/voicemail-done", TWILIO, takes: Form, gives: Twiml, refuses: [MissingField, NotFound]
}
endpoint! {
    /// What was said in it, where Twilio writes it down.
    VoicemailTranscribed: Post "/voice/transcription", TWILIO, takes: Form, gives: Empty, refuses: [MissingField, NotFound]
}
endpoint! {
    /// A recording is ready, or there will be none.
    RecordingStatus: Post "/voice/recording", TWILIO, takes: Form, gives: Empty, refuses: [MissingField, NotFound]
}
endpoint! {
    /// What the parties of a conference hear when its recording begins: TwiML.
    RecordedNotice: Post "/voice/recorded-notice", TWILIO, takes: Form, gives: Twiml, refuses: [MissingField, NotFound]
}
endpoint! {
    /// What somebody on hold hears: TwiML.
    HoldMusic: Post "/voice/hold-music", TWILIO, takes: Form, gives: Twiml, refuses: [MissingField, NotFound]
}
endpoint! {
    /// Who came into a call's conference, and who left.
    ConferenceStatus: Post "/voice/conference", TWILIO, takes: Form, gives: Empty, refuses: [MissingField, NotFound]
}
