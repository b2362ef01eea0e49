//! Recordings in the REST API; without `.json`, the WAV file itself.

use domain::Timestamp;
use domain::call::CallStatus;
use twilio::Params;
use twilio::api::ErrorBody;
use twilio::recordings::{RecordingChange, RecordingPage, RecordingStatus, StartRecording};
use twilio::sid::AccountSid;

use super::paging::{page_of, relative};
use super::{Answer, ApiHttpResponse, Route, not_found};
use crate::simulation::Twilio;
use crate::voice::audio;
use crate::voice::model::{CallId, Recording};

impl Twilio {
    /// Of the account, or of one call.
    pub(super) fn list_recordings(
        &self,
        account: &AccountSid,
        route: &Route<'_>,
        call: Option<CallId>,
    ) -> Answer {
        let recordings = self.state.voice.recordings.iter().rev();
        let found: Vec<_> = recordings
            .filter(|recording| recording.account == *account && recording.status != RecordingStatus::Absent)
            .filter(|recording| call.is_none() || recording.call == call)
            .map(|recording| self.recording_resource(recording))
            .collect();
        let page = page_of(route.path, &route.query, found.iter(), |one| one.sid.to_string());
        Ok(ApiHttpResponse::json(
            200,
            &RecordingPage {
                first_page_uri: relative(page.first),
                end: page.end,
                recordings: page.items.into_iter().cloned().collect(),
                previous_page_uri: None,
                uri: relative(page.uri),
                page_size: page.page_size,
                start: page.start,
                next_page_uri: relative(page.next),
                page: page.page,
            },
        ))
    }

    fn recording_named(
        &self,
        account: &AccountSid,
        route: &Route<'_>,
        sid: &str,
    ) -> Result<(usize, &Recording), ErrorBody> {
        let sid = sid.trim_end_matches(".wav");
        let mut recordings = self.state.voice.recordings.iter().enumerate();
        recordings
            .find(|(_, one)| {
                one.sid.as_str() == sid && one.account == *account && one.status != RecordingStatus::Absent
            })
            .ok_or_else(|| not_found(route.path))
    }

    pub(super) fn fetch_recording(&self, account: &AccountSid, route: &Route<'_>, sid: &str) -> Answer {
        let (_, recording) = self.recording_named(account, route, sid)?;
        Ok(ApiHttpResponse::json(200, &self.recording_resource(recording)))
    }

    pub(super) fn download_recording(&self, account: &AccountSid, route: &Route<'_>, sid: &str) -> Answer {
        let (_, recording) = self.recording_named(account, route, sid)?;
        if recording.status != RecordingStatus::Completed {
            return Err(not_found(route.path));
        }
        let stereo = route.query.get_filled("RequestedChannels") == Some("2");
        let wav = match recording.channels.as_slice() {
            // Both channels as one, unless they are asked for.
            [left, right] if !stereo => {
                let both = left
                    .iter()
                    .zip(right)
                    .map(|(one, other)| one.saturating_add(*other))
                    .collect();
                audio::write_wav(&[both])
            }
            channels => audio::write_wav(channels),
        };
        Ok(ApiHttpResponse::new(200, "audio/x-wav", wav))
    }

    pub(super) fn delete_recording(&mut self, account: &AccountSid, route: &Route<'_>, sid: &str) -> Answer {
        let (place, _) = self.recording_named(account, route, sid)?;
        if let Some(recording) = self.state.voice.recordings.get_mut(place) {
            recording.status = RecordingStatus::Absent;
            recording.channels = Vec::new();
        }
        Ok(ApiHttpResponse::new(204, "application/json", Vec::new()))
    }

    pub(super) fn start_call_recording(
        &mut self,
        now: Timestamp,
        account: &AccountSid,
        route: &Route<'_>,
        call: &str,
        form: &Params,
    ) -> Answer {
        let call = self.call_named(account, route, call)?;
        let one = &self.state.voice.calls[call];
        if one.status != CallStatus::InProgress {
            let words = "Requested resource is not eligible for recording";
            return Err(ErrorBody::new(400, 21220, words));
        }
        let wanted = StartRecording::from_form(one.sid.clone(), form);
        let place = self.record_call(now, call, wanted.dual, wanted.status_callback);
        let made = self
            .state
            .voice
            .recordings
            .get(place)
            .ok_or_else(|| not_found(route.path))?;
        Ok(ApiHttpResponse::json(201, &self.recording_resource(made)))
    }

    /// `Twilio.CURRENT`: the one that is being made.
    pub(super) fn update_recording(
        &mut self,
        now: Timestamp,
        account: &AccountSid,
        route: &Route<'_>,
        (call, sid): (&str, &str),
        form: &Params,
    ) -> Answer {
        let call = self.call_named(account, route, call)?;
        let change = RecordingChange::from_form(form)
            .ok_or_else(|| ErrorBody::new(400, 20001, "Status must be paused, in-progress or stopped"))?;
        let place = self.state.voice.recordings.iter().rposition(|one| {
            one.call == Some(call)
                && one.ended_at.is_none()
                && (sid == "Twilio.CURRENT" || one.sid.as_str() == sid)
        });
        let place = place.ok_or_else(|| not_found(route.path))?;
        match change {
            RecordingChange::Pause => self.pause_recording(place, true),
            RecordingChange::Resume => self.pause_recording(place, false),
            RecordingChange::Stop => {
                self.finish_recording(now, place);
            }
        }
        let changed = self
            .state
            .voice
            .recordings
            .get(place)
            .ok_or_else(|| not_found(route.path))?;
        Ok(ApiHttpResponse::json(200, &self.recording_resource(changed)))
    }
}
