//! TwiML applications in the REST API.

use twilio::Params;
use twilio::applications::{ApplicationPage, ApplicationResource};
use twilio::sid::{AccountSid, ApplicationSid};

use super::paging::{page_of, relative};
use super::{Answer, ApiHttpResponse, Route, not_found};
use crate::simulation::Twilio;
use crate::voice::model::Application;

fn resource(application: &Application) -> ApplicationResource {
    let (sid, account) = (&application.sid, &application.account_sid);
    let post = || Some("POST".to_owned());
    ApplicationResource {
        uri: format!("/2010-04-01/Accounts/{account}/Applications/{sid}.json"),
        sid: sid.clone(),
        account_sid: account.clone(),
        friendly_name: Some(application.friendly_name.clone()),
        voice_url: Some(application.voice_url.clone()),
        voice_method: post(),
        voice_fallback_url: application.voice_fallback_url.clone(),
        voice_fallback_method: post(),
        status_callback: application.status_callback.clone(),
        status_callback_method: post(),
        sms_url: application.sms_url.clone(),
        sms_method: post(),
        api_version: Some("2010-04-01".to_owned()),
        date_created: None,
        date_updated: None,
    }
}

fn change(application: &mut Application, form: &Params) {
    for (name, value) in form.iter() {
        let value = value.to_owned();
        match name {
            "FriendlyName" => application.friendly_name = value,
            "VoiceUrl" => application.voice_url = value,
            "VoiceFallbackUrl" => application.voice_fallback_url = Some(value),
            "StatusCallback" => application.status_callback = Some(value),
            "SmsUrl" => application.sms_url = Some(value),
            _ => {} // what Twilio does not know, it ignores
        }
    }
}

impl Twilio {
    pub(super) fn list_applications(&self, account: &AccountSid, route: &Route<'_>) -> Answer {
        let name = route.query.get_filled("FriendlyName");
        let own = self.state.voice.applications.iter().filter(|application| {
            application.account_sid == *account && name.is_none_or(|name| application.friendly_name == name)
        });
        let page = page_of(route.path, &route.query, own, |application| {
            application.sid.to_string()
        });
        Ok(ApiHttpResponse::json(
            200,
            &ApplicationPage {
                first_page_uri: relative(page.first),
                end: page.end,
                applications: page.items.into_iter().map(resource).collect(),
                previous_page_uri: None,
                uri: relative(page.uri),
                page_size: page.page_size,
                start: page.start,
                next_page_uri: relative(page.next),
                page: page.page,
            },
        ))
    }

    pub(super) fn create_application(&mut self, account: &AccountSid, form: &Params) -> Answer {
        let mut application = Application {
            sid: ApplicationSid::new(self.state.dice.roll()),
            account_sid: account.clone(),
            friendly_name: String::new(),
            sms_url: None,
            voice_url: String::new(),
            voice_fallback_url: None,
            status_callback: None,
        };
        change(&mut application, form);
        let answer = ApiHttpResponse::json(201, &resource(&application));
        self.put_application(application);
        Ok(answer)
    }

    pub(super) fn fetch_application(&self, account: &AccountSid, route: &Route<'_>, sid: &str) -> Answer {
        let mut known = self.state.voice.applications.iter();
        let application = known.find(|known| known.sid.as_str() == sid && known.account_sid == *account);
        let application = application.ok_or_else(|| not_found(route.path))?;
        Ok(ApiHttpResponse::json(200, &resource(application)))
    }

    pub(super) fn update_application(
        &mut self,
        account: &AccountSid,
        route: &Route<'_>,
        sid: &str,
        form: &Params,
    ) -> Answer {
        let mut known = self.state.voice.applications.iter_mut();
        let application = known.find(|known| known.sid.as_str() == sid && known.account_sid == *account);
        let application = application.ok_or_else(|| not_found(route.path))?;
        change(application, form);
        let answer = ApiHttpResponse::json(200, &resource(application));
        self.changed();
        Ok(answer)
    }

    pub(super) fn delete_application(
        &mut self,
        account: &AccountSid,
        route: &Route<'_>,
        sid: &str,
    ) -> Answer {
        let applications = &mut self.state.voice.applications;
        let before = applications.len();
        applications.retain(|known| known.sid.as_str() != sid || known.account_sid != *account);
        if applications.len() == before {
            return Err(not_found(route.path));
        }
        self.changed();
        Ok(ApiHttpResponse::new(204, "application/json", Vec::new()))
    }
}
