//! Calls: tokens for browsers, what Twilio asks and tells, what people do with a call, and how it is remembered.
//! There is no object per call: its rows are the truth, one version after the other, and the sweep asks about a call
//! that has fallen silent (docs/decisions/0010-calls-in-rows.md).

pub mod announce;
pub mod answer;
pub mod begin;
pub mod callbacks;
pub mod change;
pub mod conference;
pub mod control;
mod csv;
pub mod handed_on;
pub mod identity;
pub mod incoming;
pub mod log;
pub mod outgoing;
pub mod outside;
pub mod read_list;
pub mod record;
pub mod recordings;
pub mod retention;
pub mod rules;
pub mod see;
pub mod silent;
pub mod store;
pub mod token;
pub mod transfer;

use contract::{calls, webhooks};

use crate::media::serve;
use crate::web::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes
        .webhook::<webhooks::HandleCalls, _, _>(incoming::handle)
        .webhook::<webhooks::TwimlOutgoing, _, _>(outgoing::handle)
        .webhook::<webhooks::CallDialDone, _, _>(callbacks::dial_done)
        .webhook::<webhooks::CallStatus, _, _>(callbacks::status)
        .webhook::<webhooks::VoicemailDone, _, _>(recordings::voicemail_done)
        .webhook::<webhooks::VoicemailTranscribed, _, _>(recordings::transcribed)
        .webhook::<webhooks::RecordedNotice, _, _>(recordings::notice)
        .webhook::<webhooks::RecordingStatus, _, _>(recordings::recording)
        .webhook::<webhooks::ConferenceStatus, _, _>(callbacks::conference)
        .webhook::<webhooks::HoldMusic, _, _>(callbacks::hold_music)
        .call::<calls::GetToken, _, _>(token::get)
        .call::<calls::PostToken, _, _>(token::post)
        .call::<calls::RegisterIdentity, _, _>(identity::register)
        .call::<calls::CallLogs, _, _>(log::logs)
        .call::<calls::ListCalls, _, _>(log::list)
        .call::<calls::GetCall, _, _>(log::get)
        .raw::<calls::ExportCalls, _, _>(log::export)
        .call::<calls::SeeCalls, _, _>(see::see)
        .call::<calls::UpdateCall, _, _>(control::update)
        .call::<calls::HoldCall, _, _>(control::hold_call)
        .call::<calls::ResumeCall, _, _>(control::resume)
        .call::<calls::TransferCall, _, _>(transfer::transfer)
        .call::<calls::RecordCall, _, _>(record::record)
        .call::<calls::HangUpCall, _, _>(control::hang_up)
        .raw::<calls::GetRecording, _, _>(serve::get_media::<calls::GetRecording>)
        .call::<calls::GetCallRules, _, _>(rules::get)
        .call::<calls::SetCompanyCallRules, _, _>(rules::set_company)
        .call::<calls::SetNumberCallRules, _, _>(rules::set_number)
}
