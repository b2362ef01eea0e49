//! Conversations: what comes in, who reads it, whose turn it is.

pub mod announce;
pub mod clear;
pub mod cursor;
pub mod logs;
pub mod manage;
pub mod name_contact;
pub mod notes;
pub mod read;
pub mod reading;
pub mod receive_message;
pub mod receive_status;
pub mod search;
pub mod short_way;
pub mod signed_webhook;
pub mod snooze;
pub mod store;
pub mod sync;
pub mod view;

use contract::{inbox, notes as noted, older, sync as wire, webhooks};

use crate::web::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes
        .webhook::<webhooks::HandleSms, _, _>(receive_message::handle)
        .webhook::<webhooks::HandleMms, _, _>(receive_message::handle)
        .webhook::<webhooks::InboxWebhookSms, _, _>(receive_message::handle)
        .webhook::<webhooks::MessageStatus, _, _>(receive_status::handle)
        .webhook::<webhooks::TwilioWebhookStatus, _, _>(receive_status::handle)
        .call::<older::SmsLogs, _, _>(logs::sms_logs)
        .call::<older::MmsLogs, _, _>(logs::mms_logs)
        .call::<older::History, _, _>(logs::history)
        .call::<older::Status, _, _>(logs::status)
        .call::<inbox::ListConversations, _, _>(read::list_conversations)
        .call::<inbox::GetConversation, _, _>(read::get_conversation)
        .call::<inbox::ListMessages, _, _>(read::list_messages)
        .call::<inbox::CountInbox, _, _>(read::count)
        .call::<inbox::UpdateConversation, _, _>(manage::update)
        .call::<inbox::DeleteConversation, _, _>(manage::delete)
        .call::<noted::ListNotes, _, _>(notes::list)
        .call::<noted::WriteNote, _, _>(notes::write)
        .call::<noted::DeleteNote, _, _>(notes::delete)
        .call::<wire::Sync, _, _>(sync::sync)
        .call::<wire::ClearMessages, _, _>(clear::clear)
}
