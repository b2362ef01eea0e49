//! Messages that go out: once, and never twice.

pub mod compose;
pub mod dispatch;
pub mod draft;
pub mod format_phone;
pub mod hand_over;
pub mod idempotency;
pub mod line;
pub mod older_paths;
pub mod parties;
pub mod reconcile;
pub mod reply;
pub mod resend;
pub mod rules;
pub mod same;
pub mod scheduled;
pub mod sent;
pub mod standing;
pub mod start_conversation;
pub mod store;
pub mod sweep;

use contract::{inbox, older, sending};

use crate::web::Routes;

pub fn routes(routes: Routes) -> Routes {
    scheduled::routes(routes)
        .call::<inbox::Reply, _, _>(reply::reply)
        .call::<inbox::StartConversation, _, _>(start_conversation::start)
        .call::<inbox::ResendMessage, _, _>(resend::resend)
        .call::<sending::GetConversationLine, _, _>(standing::of_conversation)
        .call::<sending::GetLine, _, _>(standing::of_anybody)
        .call::<sending::GetSendingRules, _, _>(rules::get)
        .call::<sending::ChangeSendingRules, _, _>(rules::change)
        .call::<older::SendSms, _, _>(older_paths::send_sms)
        .call::<older::TwilioSendSms, _, _>(older_paths::twilio_send_sms)
        .call::<older::TwilioSendMms, _, _>(older_paths::twilio_send_mms)
        .call::<older::TwilioSendWhatsapp, _, _>(older_paths::twilio_send_whatsapp)
        .call::<older::ApiSmsSend, _, _>(older_paths::api_sms_send)
        .call::<older::FormatPhone, _, _>(format_phone::format_phone)
}
