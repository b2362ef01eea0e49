//! The account and its numbers in the REST API.

use domain::Timestamp;
use twilio::Params;
use twilio::accounts::{AccountResource, AccountStatus};
use twilio::api::ErrorBody;
use twilio::phone_numbers::IncomingPhoneNumberPage;
use twilio::sid::AccountSid;

use super::paging::{page_of, relative};
use super::{Answer, ApiHttpResponse, Route, not_found};
use crate::model::Number;
use crate::simulation::Twilio;

impl Twilio {
    pub(super) fn account(&self, sid: &AccountSid) -> Answer {
        let account = self.state.account(sid).ok_or_else(|| not_found(sid.as_str()))?;
        Ok(ApiHttpResponse::json(
            200,
            &AccountResource {
                sid: sid.clone(),
                friendly_name: account.friendly_name.clone(),
                status: AccountStatus::Active,
                kind: Some("Full".to_owned()),
                owner_account_sid: Some(sid.clone()),
                date_created: Some(account.created_at),
                date_updated: Some(account.created_at),
                uri: format!("/2010-04-01/Accounts/{sid}.json"),
            },
        ))
    }

    /// `PhoneNumber` may be a part of a number, with `*` for any character.
    pub(super) fn list_numbers(&self, account: &AccountSid, route: &Route<'_>) -> Answer {
        let wanted = route.query.get_filled("PhoneNumber");
        let name = route.query.get_filled("FriendlyName");
        let own = self.state.numbers.iter().filter(|number| {
            let resource = &number.resource;
            resource.account_sid == *account
                && wanted.is_none_or(|pattern| contains_pattern(resource.phone_number.as_str(), pattern))
                && name.is_none_or(|name| resource.friendly_name == name)
        });
        let page = page_of(route.path, &route.query, own, |number| {
            number.resource.sid.to_string()
        });
        Ok(ApiHttpResponse::json(
            200,
            &IncomingPhoneNumberPage {
                first_page_uri: relative(page.first),
                end: page.end,
                incoming_phone_numbers: page
                    .items
                    .into_iter()
                    .map(|number| number.resource.clone())
                    .collect(),
                previous_page_uri: None,
                uri: relative(page.uri),
                page_size: page.page_size,
                start: page.start,
                next_page_uri: relative(page.next),
                page: page.page,
            },
        ))
    }

    pub(super) fn fetch_number(&self, account: &AccountSid, route: &Route<'_>, sid: &str) -> Answer {
        let number = self
            .state
            .numbers
            .iter()
            .find(|number| is_it(number, account, sid));
        let number = number.ok_or_else(|| not_found(route.path))?;
        Ok(ApiHttpResponse::json(200, &number.resource))
    }

    pub(super) fn update_number(
        &mut self,
        now: Timestamp,
        account: &AccountSid,
        route: &Route<'_>,
        sid: &str,
        form: &Params,
    ) -> Answer {
        let number = self
            .state
            .numbers
            .iter_mut()
            .find(|number| is_it(number, account, sid));
        let resource = &mut number.ok_or_else(|| not_found(route.path))?.resource;
        for (name, value) in form.iter() {
            let place = match name {
                "FriendlyName" if value.chars().count() > 64 => {
                    return Err(ErrorBody::new(
                        400,
                        21405,
                        "FriendlyName has at most 64 characters",
                    ));
                }
                "FriendlyName" => {
                    resource.friendly_name = value.to_owned();
                    continue;
                }
                "SmsUrl" => &mut resource.sms_url,
                "SmsMethod" => &mut resource.sms_method,
                "SmsFallbackUrl" => &mut resource.sms_fallback_url,
                "SmsFallbackMethod" => &mut resource.sms_fallback_method,
                "SmsApplicationSid" => &mut resource.sms_application_sid,
                "VoiceUrl" => &mut resource.voice_url,
                "VoiceMethod" => &mut resource.voice_method,
                "VoiceFallbackUrl" => &mut resource.voice_fallback_url,
                "VoiceFallbackMethod" => &mut resource.voice_fallback_method,
                "VoiceApplicationSid" => {
                    // The two clear each other.
                    resource.trunk_sid = resource.trunk_sid.take().filter(|_| value.is_empty());
                    &mut resource.voice_application_sid
                }
                "TrunkSid" => {
                    let application = &mut resource.voice_application_sid;
                    *application = application.take().filter(|_| value.is_empty());
                    &mut resource.trunk_sid
                }
                "StatusCallback" => &mut resource.status_callback,
                "StatusCallbackMethod" => &mut resource.status_callback_method,
                _ => continue, // what Twilio does not know, it ignores
            };
            *place = Some(value.to_owned());
        }
        resource.date_updated = Some(now);
        let answer = ApiHttpResponse::json(200, resource);
        self.changed();
        Ok(answer)
    }
}

fn is_it(number: &Number, account: &AccountSid, sid: &str) -> bool {
    number.resource.sid.as_str() == sid && number.resource.account_sid == *account
}

fn contains_pattern(number: &str, pattern: &str) -> bool {
    let (number, pattern) = (number.as_bytes(), pattern.as_bytes());
    !pattern.is_empty()
        && number.windows(pattern.len()).any(|window| {
            window
                .iter()
                .zip(pattern)
                .all(|(have, want)| *want == b'*' || have == want)
        })
}
