//! Conferences and their participants in the REST API.

use domain::Timestamp;
use twilio::Params;
use twilio::api::ErrorBody;
use twilio::conferences::{
    ConferencePage, ConferenceResource, ConferenceStatus, CreateParticipant, ParticipantChange,
    ParticipantPage, ParticipantResource,
};
use twilio::messages::API_VERSION;
use twilio::sid::AccountSid;
use twilio::twiml;

use super::paging::{page_of, relative};
use super::{Answer, ApiHttpResponse, Route, not_found};
use crate::agenda::whole_second;
use crate::simulation::Twilio;
use crate::voice::model::{CallId, Conference, Participant, Then};

impl Twilio {
    pub(super) fn list_conferences(&self, account: &AccountSid, route: &Route<'_>) -> Answer {
        let (name, status) = (
            route.query.get_filled("FriendlyName"),
            route.query.get_filled("Status"),
        );
        let resources = self.state.voice.conferences.iter().rev().map(resource);
        let found: Vec<_> = resources
            .filter(|conference| conference.account_sid == *account)
            .filter(|conference| name.is_none_or(|name| conference.friendly_name == name))
            .filter(|conference| {
                let word = match conference.status {
                    ConferenceStatus::Init => "init",
                    ConferenceStatus::InProgress => "in-progress",
                    ConferenceStatus::Completed => "completed",
                };
                status.is_none_or(|status| status == word)
            })
            .collect();
        let page = page_of(route.path, &route.query, found.iter(), |one| one.sid.to_string());
        Ok(ApiHttpResponse::json(
            200,
            &ConferencePage {
                first_page_uri: relative(page.first),
                end: page.end,
                conferences: page.items.into_iter().cloned().collect(),
                previous_page_uri: None,
                uri: relative(page.uri),
                page_size: page.page_size,
                start: page.start,
                next_page_uri: relative(page.next),
                page: page.page,
            },
        ))
    }

    /// By its SID; a participant may be added by the name, too.
    fn conference_of(&self, account: &AccountSid, route: &Route<'_>, name: &str) -> Result<usize, ErrorBody> {
        let place = self.state.voice.conferences.iter().rposition(|conference| {
            conference.account == *account && (conference.sid.as_str() == name || conference.name == name)
        });
        place.ok_or_else(|| not_found(route.path))
    }

    pub(super) fn fetch_conference(&self, account: &AccountSid, route: &Route<'_>, sid: &str) -> Answer {
        let place = self.conference_of(account, route, sid)?;
        let found = self.state.voice.conferences.get(place).map(resource);
        Ok(ApiHttpResponse::json(
            200,
            &found.ok_or_else(|| not_found(route.path))?,
        ))
    }

    pub(super) fn update_conference(
        &mut self,
        now: Timestamp,
        account: &AccountSid,
        route: &Route<'_>,
        sid: &str,
        form: &Params,
    ) -> Answer {
        let place = self.conference_of(account, route, sid)?;
        if form.get_filled("Status") == Some("completed") {
            self.end_conference(now, place);
        }
        self.fetch_conference(account, route, sid)
    }

    pub(super) fn list_participants(&self, account: &AccountSid, route: &Route<'_>, sid: &str) -> Answer {
        let place = self.conference_of(account, route, sid)?;
        let conference = self
            .state
            .voice
            .conferences
            .get(place)
            .ok_or_else(|| not_found(route.path))?;
        let found: Vec<_> = conference
            .participants
            .iter()
            .map(|participant| self.participant_resource(conference, participant))
            .collect();
        let page = page_of(route.path, &route.query, found.iter(), |one| {
            one.call_sid.to_string()
        });
        Ok(ApiHttpResponse::json(
            200,
            &ParticipantPage {
                first_page_uri: relative(page.first),
                end: page.end,
                participants: page.items.into_iter().cloned().collect(),
                previous_page_uri: None,
                uri: relative(page.uri),
                page_size: page.page_size,
                start: page.start,
                next_page_uri: relative(page.next),
                page: page.page,
            },
        ))
    }

    pub(super) fn create_participant(
        &mut self,
        now: Timestamp,
        account: &AccountSid,
        name: &str,
        form: &Params,
    ) -> Answer {
        let new = CreateParticipant::from_form(name, form).map_err(|missing| {
            ErrorBody::new(
                400,
                20001,
                format!("Missing required parameter {} in the post body", missing.0),
            )
        })?;
        let place = self.conference_named(now, account, name, None);
        let known = self.state.voice.conferences.get(place);
        let known = known
            .ok_or_else(|| ErrorBody::new(404, 20404, format!("The conference {name} was not found")))?;
        let mut labels = known.participants.iter().map(|participant| &participant.label);
        if new.label.is_some() && labels.any(|label| *label == new.label) {
            return Err(ErrorBody::new(409, 16025, "Participant label is already in use"));
        }
        let room = known.name.clone();
        let verb = twiml::Conference {
            label: new.label.clone(),
            end_on_exit: Some(new.end_conference_on_exit),
            ..twiml::Conference::new(room)
        };
        let call = self.dial_by_api(
            now,
            account,
            &new.from,
            &new.to,
            new.timeout_seconds,
            super::calls::callbacks(new.status_callback, new.status_callback_events),
            Then::Join(Box::new(verb)),
        )?;
        let known = self.state.voice.conferences.get(place);
        let known = known.ok_or_else(|| not_found(name))?;
        let mut resource = self.participant_resource(
            known,
            &Participant {
                call,
                label: new.label,
                muted: false,
                hold: false,
                starts: true,
                ends: new.end_conference_on_exit,
                music: true,
                joined_at: now,
                action: None,
            },
        );
        resource.status = Some("queued".to_owned());
        Ok(ApiHttpResponse::json(201, &resource))
    }

    /// By its call, or by its label.
    fn participant_of(
        &self,
        account: &AccountSid,
        route: &Route<'_>,
        sid: &str,
        name: &str,
    ) -> Result<(usize, CallId), ErrorBody> {
        let place = self.conference_of(account, route, sid)?;
        let conference = self.state.voice.conferences.get(place);
        let found = conference.and_then(|conference| {
            conference.participants.iter().find(|participant| {
                let call = &self.state.voice.calls[participant.call];
                call.sid.as_str() == name || participant.label.as_deref() == Some(name)
            })
        });
        found
            .map(|participant| (place, participant.call))
            .ok_or_else(|| not_found(route.path))
    }

    pub(super) fn fetch_participant(
        &self,
        account: &AccountSid,
        route: &Route<'_>,
        sid: &str,
        name: &str,
    ) -> Answer {
        let (place, call) = self.participant_of(account, route, sid, name)?;
        let conference = self
            .state
            .voice
            .conferences
            .get(place)
            .ok_or_else(|| not_found(route.path))?;
        let participant = conference.participants.iter().find(|one| one.call == call);
        let participant = participant.ok_or_else(|| not_found(route.path))?;
        Ok(ApiHttpResponse::json(
            200,
            &self.participant_resource(conference, participant),
        ))
    }

    pub(super) fn update_participant(
        &mut self,
        now: Timestamp,
        account: &AccountSid,
        route: &Route<'_>,
        sid: &str,
        name: &str,
        form: &Params,
    ) -> Answer {
        let (place, call) = self.participant_of(account, route, sid, name)?;
        self.change_participant(now, place, call, &ParticipantChange::from_form(form));
        self.fetch_participant(account, route, sid, name)
    }

    pub(super) fn delete_participant(
        &mut self,
        now: Timestamp,
        account: &AccountSid,
        route: &Route<'_>,
        sid: &str,
        name: &str,
    ) -> Answer {
        let (place, call) = self.participant_of(account, route, sid, name)?;
        self.kick(now, place, call);
        Ok(ApiHttpResponse::new(204, "application/json", Vec::new()))
    }

    fn participant_resource(
        &self,
        conference: &Conference,
        participant: &Participant,
    ) -> ParticipantResource {
        let call = &self.state.voice.calls[participant.call];
        ParticipantResource {
            account_sid: conference.account.clone(),
            call_sid: call.sid.clone(),
            conference_sid: conference.sid.clone(),
            label: participant.label.clone(),
            call_sid_to_coach: None,
            coaching: false,
            muted: participant.muted,
            hold: participant.hold,
            start_conference_on_enter: participant.starts,
            end_conference_on_exit: participant.ends,
            status: Some("connected".to_owned()),
            queue_time: Some("0".to_owned()),
            api_version: API_VERSION.to_owned(),
            date_created: Some(whole_second(participant.joined_at)),
            date_updated: Some(whole_second(participant.joined_at)),
            uri: format!(
                "/{API_VERSION}/Accounts/{}/Conferences/{}/Participants/{}.json",
                conference.account, conference.sid, call.sid
            ),
        }
    }
}

fn resource(conference: &Conference) -> ConferenceResource {
    ConferenceResource {
        sid: conference.sid.clone(),
        account_sid: conference.account.clone(),
        friendly_name: conference.name.clone(),
        status: match (conference.started, conference.ended_at) {
            (_, Some(_)) => ConferenceStatus::Completed,
            (true, None) => ConferenceStatus::InProgress,
            (false, None) => ConferenceStatus::Init,
        },
        region: "us1".to_owned(),
        reason_conference_ended: None,
        call_sid_ending_conference: None,
        api_version: API_VERSION.to_owned(),
        date_created: Some(whole_second(conference.created_at)),
        date_updated: Some(whole_second(conference.ended_at.unwrap_or(conference.created_at))),
        uri: format!(
            "/{API_VERSION}/Accounts/{}/Conferences/{}.json",
            conference.account, conference.sid
        ),
    }
}
