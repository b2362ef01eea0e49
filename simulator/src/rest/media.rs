//! The media of a message in the REST API.

use domain::Timestamp;
use twilio::api::ErrorBody;
use twilio::messages::media::{MediaPage, MediaResource};
use twilio::sid::AccountSid;

use super::paging::{page_of, relative};
use super::{Answer, ApiHttpResponse, Route, not_found};
use crate::model::{Medium, Message};
use crate::simulation::Twilio;

impl Twilio {
    pub(super) fn list_media(&self, account: &AccountSid, route: &Route<'_>, sid: &str) -> Answer {
        let message = self.message_of(account, route, sid)?;
        let page = page_of(route.path, &route.query, message.media.iter(), |medium| {
            medium.sid.to_string()
        });
        Ok(ApiHttpResponse::json(
            200,
            &MediaPage {
                first_page_uri: relative(page.first),
                end: page.end,
                media_list: page
                    .items
                    .into_iter()
                    .map(|medium| resource(message, medium))
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

    pub(super) fn fetch_medium(
        &self,
        account: &AccountSid,
        route: &Route<'_>,
        sid: &str,
        medium: &str,
    ) -> Answer {
        let (message, medium) = self.medium_of(account, route, sid, medium)?;
        Ok(ApiHttpResponse::json(200, &resource(message, medium)))
    }

    /// Without `.json`: the bytes, by way of the other origin.
    pub(super) fn download(
        &self,
        now: Timestamp,
        account: &AccountSid,
        route: &Route<'_>,
        sid: &str,
        medium: &str,
    ) -> Answer {
        let (_, medium) = self.medium_of(account, route, sid, medium)?;
        Ok(self.redirect_to_media(now, &medium.sid))
    }

    pub(super) fn delete_medium(
        &mut self,
        account: &AccountSid,
        route: &Route<'_>,
        sid: &str,
        medium: &str,
    ) -> Answer {
        let (message, medium) = self.medium_of(account, route, sid, medium)?;
        let (message, medium) = (message.resource.sid.clone(), medium.sid.clone());
        if let Some(message) = self.state.message_mut(&message) {
            message.media.retain(|kept| kept.sid != medium);
        }
        self.changed();
        Ok(ApiHttpResponse::new(204, "application/json", Vec::new()))
    }

    fn medium_of(
        &self,
        account: &AccountSid,
        route: &Route<'_>,
        sid: &str,
        medium: &str,
    ) -> Result<(&Message, &Medium), ErrorBody> {
        let message = self.message_of(account, route, sid)?;
        let found = message.media.iter().find(|known| known.sid.as_str() == medium);
        found
            .map(|medium| (message, medium))
            .ok_or_else(|| not_found(route.path))
    }
}

fn resource(message: &Message, medium: &Medium) -> MediaResource {
    let parent = &message.resource;
    MediaResource {
        account_sid: parent.account_sid.clone(),
        content_type: medium.content_type.clone(),
        date_created: parent.date_created,
        date_updated: parent.date_created,
        parent_sid: parent.sid.clone(),
        sid: medium.sid.clone(),
        uri: format!(
            "/2010-04-01/Accounts/{}/Messages/{}/Media/{}.json",
            parent.account_sid, parent.sid, medium.sid
        ),
    }
}
