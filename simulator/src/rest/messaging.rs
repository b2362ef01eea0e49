//! Messaging Services and WhatsApp senders in the REST API. At Twilio they have a host of their own; here they stand
//! beside the rest.

use serde::Deserialize;
use twilio::Params;
use twilio::api::ErrorBody;
use twilio::content::PageMeta;
use twilio::messaging::{
    MESSAGING_PATHS, PoolPage, PooledNumber, SenderPage, SenderResource, SenderWebhook, ServicePage,
    ServiceResource,
};
use twilio::sid::AccountSid;

use super::{Answer, ApiHttpRequest, ApiHttpResponse, not_found};
use crate::model::{MessagingService, WhatsappSender};
use crate::simulation::Twilio;

pub(super) fn is_messaging(path: &str) -> bool {
    MESSAGING_PATHS.iter().any(|start| path.starts_with(start))
}

impl Twilio {
    pub(super) fn route_messaging(
        &mut self,
        account: &AccountSid,
        request: &ApiHttpRequest,
        path: &str,
    ) -> Answer {
        let pieces: Vec<_> = path.trim_start_matches('/').split('/').collect();
        match (pieces.as_slice(), request.method.as_str()) {
            (["v1", "Services"], "GET") => {
                let own = self
                    .state
                    .services
                    .iter()
                    .filter(|service| service.account_sid == *account);
                let services = own.map(service).collect();
                let meta = self.meta(path, "services");
                Ok(ApiHttpResponse::json(200, &ServicePage { services, meta }))
            }
            (["v1", "Services", sid], "GET") => {
                let known = self.own_service(account, sid).ok_or_else(|| not_found(path))?;
                Ok(ApiHttpResponse::json(200, &service(known)))
            }
            (["v1", "Services", sid], "POST") => {
                let form = Params::parse(&String::from_utf8_lossy(&request.body));
                self.update_service(account, path, sid, &form)
            }
            (["v1", "Services", sid, "PhoneNumbers"], "GET") => {
                let known = self.own_service(account, sid).ok_or_else(|| not_found(path))?;
                let pool = self
                    .state
                    .numbers
                    .iter()
                    .filter(|number| number.messaging_service_sid.as_ref() == Some(&known.sid));
                let phone_numbers = pool
                    .map(|number| PooledNumber {
                        sid: number.resource.sid.clone(),
                        phone_number: number.resource.phone_number.to_string(),
                    })
                    .collect();
                let meta = self.meta(path, "phone_numbers");
                Ok(ApiHttpResponse::json(200, &PoolPage { phone_numbers, meta }))
            }
            (["v2", "Channels", "Senders"], "GET") => {
                let own = self
                    .state
                    .whatsapp_senders
                    .iter()
                    .filter(|sender| sender.account_sid == *account);
                let senders = own.map(sender).collect();
                let meta = self.meta(path, "senders");
                Ok(ApiHttpResponse::json(200, &SenderPage { senders, meta }))
            }
            (["v2", "Channels", "Senders", sid], "POST") => {
                self.update_sender(account, path, sid, &request.body)
            }
            (["v1", "Services", ..] | ["v2", "Channels", "Senders", ..], _) => {
                Err(ErrorBody::new(405, 20004, "Method not allowed"))
            }
            _ => Err(not_found(path)),
        }
    }

    fn own_service(&self, account: &AccountSid, sid: &str) -> Option<&MessagingService> {
        let mut known = self.state.services.iter();
        known.find(|service| service.sid.as_str() == sid && service.account_sid == *account)
    }

    fn update_service(&mut self, account: &AccountSid, path: &str, sid: &str, form: &Params) -> Answer {
        let mut known = self.state.services.iter_mut();
        let known = known.find(|service| service.sid.as_str() == sid && service.account_sid == *account);
        let known = known.ok_or_else(|| not_found(path))?;
        for (name, value) in form.iter() {
            let url = Some(value.to_owned()).filter(|url| !url.is_empty());
            match name {
                "FriendlyName" => known.friendly_name = value.to_owned(),
                "InboundRequestUrl" => known.inbound_request_url = url,
                "FallbackUrl" => known.fallback_url = url,
                "StatusCallback" => known.status_callback = url,
                "UseInboundWebhookOnNumber" => known.use_inbound_webhook_on_number = value == "true",
                _ => {} // what Twilio does not know, it ignores
            }
        }
        let answer = ApiHttpResponse::json(200, &service(known));
        self.changed();
        Ok(answer)
    }

    /// Only its webhooks; as at Twilio, the answer is what is about to hold.
    fn update_sender(&mut self, account: &AccountSid, path: &str, sid: &str, body: &[u8]) -> Answer {
        #[derive(Deserialize)]
        struct Update {
            webhook: Option<SenderWebhook>,
        }
        let update: Update =
            serde_json::from_slice(body).map_err(|error| ErrorBody::new(400, 20001, error.to_string()))?;
        let mut known = self.state.whatsapp_senders.iter_mut();
        let known = known.find(|sender| sender.sid == sid && sender.account_sid == *account);
        let known = known.ok_or_else(|| not_found(path))?;
        if let Some(webhook) = update.webhook {
            known.callback_url = webhook.callback_url;
            known.fallback_url = webhook.fallback_url;
            known.status_callback_url = webhook.status_callback_url;
        }
        let answer = ApiHttpResponse::json(202, &sender(known));
        self.changed();
        Ok(answer)
    }

    /// All on one page.
    fn meta(&self, path: &str, key: &str) -> PageMeta {
        let url = format!("{}{path}?PageSize=1000&Page=0", self.api_base);
        PageMeta {
            page: 0,
            page_size: 1000,
            first_page_url: Some(url.clone()),
            previous_page_url: None,
            url: Some(url),
            next_page_url: None,
            key: key.to_owned(),
        }
    }
}

fn service(service: &MessagingService) -> ServiceResource {
    let post = || Some("POST".to_owned());
    ServiceResource {
        sid: service.sid.clone(),
        account_sid: service.account_sid.clone(),
        friendly_name: Some(service.friendly_name.clone()),
        inbound_request_url: service.inbound_request_url.clone(),
        inbound_method: post(),
        fallback_url: service.fallback_url.clone(),
        fallback_method: post(),
        status_callback: service.status_callback.clone(),
        use_inbound_webhook_on_number: service.use_inbound_webhook_on_number,
    }
}

fn sender(sender: &WhatsappSender) -> SenderResource {
    let post = |url: &Option<String>| url.as_ref().map(|_| "POST".to_owned());
    SenderResource {
        sid: sender.sid.clone(),
        status: Some("ONLINE".to_owned()),
        sender_id: format!("whatsapp:{}", sender.number),
        webhook: Some(SenderWebhook {
            callback_method: post(&sender.callback_url),
            callback_url: sender.callback_url.clone(),
            fallback_method: post(&sender.fallback_url),
            fallback_url: sender.fallback_url.clone(),
            status_callback_method: post(&sender.status_callback_url),
            status_callback_url: sender.status_callback_url.clone(),
        }),
    }
}
