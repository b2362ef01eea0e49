//! Messages of the REST API but their making: read, list, redact, cancel, delete.

use domain::{DeliveryStatus, Timestamp};
use twilio::Params;
use twilio::api::ErrorBody;
use twilio::messages::{ListMessages, MessagePage};
use twilio::sid::{AccountSid, MessageSid};

use super::paging::{page_of, relative};
use super::{Answer, ApiHttpResponse, Route, not_found};
use crate::agenda::whole_second;
use crate::model::Message;
use crate::simulation::Twilio;

impl Twilio {
    pub(super) fn fetch_message(&self, account: &AccountSid, route: &Route<'_>, sid: &str) -> Answer {
        let message = self.message_of(account, route, sid)?;
        Ok(ApiHttpResponse::json(200, &message.resource))
    }

    pub(super) fn list_messages(&self, account: &AccountSid, route: &Route<'_>) -> Answer {
        let filter = ListMessages::from_query(&route.query);
        // The days and times of the filter mean the sending; what is not sent yet goes by its making.
        let matches = |message: &&Message| {
            let resource = &message.resource;
            let at = resource.date_sent.or(resource.date_created);
            resource.account_sid == *account
                && !message.deleted
                && filter
                    .to
                    .as_ref()
                    .is_none_or(|to| resource.to.as_ref() == Some(to))
                && filter
                    .from
                    .as_ref()
                    .is_none_or(|from| resource.from.as_ref() == Some(from))
                && filter
                    .sent_since
                    .is_none_or(|since| at >= Some(whole_second(since)))
                && filter.sent_until.is_none_or(|until| at <= Some(until))
        };
        let newest_first = self.state.messages.iter().rev().filter(matches);
        let page = page_of(route.path, &route.query, newest_first, |message| {
            message.resource.sid.to_string()
        });
        Ok(ApiHttpResponse::json(
            200,
            &MessagePage {
                first_page_uri: relative(page.first),
                end: page.end,
                previous_page_uri: None,
                messages: page
                    .items
                    .into_iter()
                    .map(|message| message.resource.clone())
                    .collect(),
                uri: relative(page.uri),
                page_size: page.page_size,
                start: page.start,
                next_page_uri: relative(page.next),
                page: page.page,
            },
        ))
    }

    /// `Body=` redacts, `Status=canceled` cancels; nothing else, and not both.
    pub(super) fn update_message(
        &mut self,
        now: Timestamp,
        account: &AccountSid,
        route: &Route<'_>,
        sid: &str,
        form: &Params,
    ) -> Answer {
        let sid = self.message_of(account, route, sid)?.resource.sid.clone();
        let wrong = || {
            ErrorBody::new(
                400,
                30400,
                "Only Body (empty) or Status (canceled) may be changed",
            )
        };
        match (form.get("Body"), form.get("Status")) {
            (Some(""), None) => {
                if let Some(message) = self.state.message_mut(&sid) {
                    message.resource.body = Some(String::new());
                    message.resource.date_updated = Some(whole_second(now));
                }
            }
            (None, Some("canceled")) => self.cancel(now, &sid)?,
            _ => return Err(wrong()),
        }
        self.changed();
        self.fetch_message(account, route, sid.as_str())
    }

    fn cancel(&mut self, now: Timestamp, sid: &MessageSid) -> Result<(), ErrorBody> {
        let Some(message) = self.state.message_mut(sid) else {
            return Ok(());
        };
        if message.resource.status != Some(DeliveryStatus::Scheduled) {
            return Err(ErrorBody::new(
                409,
                30409,
                "The message can no longer be canceled",
            ));
        }
        message.resource.status = Some(DeliveryStatus::Canceled);
        message.resource.date_updated = Some(whole_second(now));
        self.cancel_fetches(sid);
        self.send_receipt(now, sid);
        Ok(())
    }

    pub(super) fn delete_message(&mut self, account: &AccountSid, route: &Route<'_>, sid: &str) -> Answer {
        let message = self.message_of(account, route, sid)?;
        let sid = message.resource.sid.clone();
        let on_its_way = matches!(
            message.resource.status,
            Some(
                DeliveryStatus::Accepted
                    | DeliveryStatus::Scheduled
                    | DeliveryStatus::Queued
                    | DeliveryStatus::Sending
            )
        );
        if on_its_way {
            return Err(ErrorBody::new(
                409,
                20009,
                "Cannot delete this resource before it is complete",
            ));
        }
        if let Some(message) = self.state.message_mut(&sid) {
            message.deleted = true;
            message.resource.body = None;
            message.media.clear();
        }
        self.changed();
        Ok(ApiHttpResponse::new(204, "application/json", Vec::new()))
    }

    pub(super) fn message_of(
        &self,
        account: &AccountSid,
        route: &Route<'_>,
        sid: &str,
    ) -> Result<&Message, ErrorBody> {
        MessageSid::parse(sid)
            .ok()
            .and_then(|sid| self.state.message(&sid))
            .filter(|message| message.resource.account_sid == *account)
            .ok_or_else(|| not_found(route.path))
    }
}
