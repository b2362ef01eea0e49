//! A company with a French and a Canadian number, a clock that is moved by hand, and a receiver of webhooks that
//! checks every signature.

use crate::customers::{CustomerMessage, NotReceived};
use crate::model::{Account, ApiKey, MessagingService, TestCredentials, WhatsappSender};
use crate::simulation::NewNumber;
use crate::{
    ApiHttpRequest, ApiHttpResponse, Config, Delays, Delivery, FetchOutcome, Misbehaviour, Outcome, Twilio,
};
use domain::{PhoneNumber, Timestamp};
use std::time::Duration;
use twilio::api::{ApiError, ApiResponse, Operation};
use twilio::sid::{AccountSid, ApiKeySid, AuthToken, Credentials, MessageSid, MessagingServiceSid, Secret};
use twilio::signature::{self, SignedBody};
use twilio::{Params, twiml};

pub(super) const FRANCE: &str = "+33755530001";
pub(super) const CANADA: &str = "+18195550002";
pub(super) const CUSTOMER: &str = "+33612345678";

const ACCOUNT: &str = "AC11111111111111111111111111111111";
const TOKEN: &str = "22222222222222222222222222222222";
const KEY: &str = "SK33333333333333333333333333333333";
const TEST_ACCOUNT: &str = "AC55555555555555555555555555555555";

pub(super) struct Stage {
    pub(super) twilio: Twilio,
    pub(super) now: Timestamp,
    credentials: Credentials,
}

fn config() -> Config {
    Config {
        seed: 7,
        api_base: "http://api.example".into(),
        media_base: "http://media.example".into(),
        delays: Delays::default(),
    }
}

fn account() -> AccountSid {
    AccountSid::parse(ACCOUNT).unwrap()
}

impl Stage {
    pub(super) fn new() -> Self {
        let now = Timestamp::parse("2026-01-31T09:30:00Z").unwrap();
        let mut twilio = Twilio::new(config());
        twilio.put_account(Account {
            sid: account(),
            auth_token: TOKEN.into(),
            friendly_name: "Test".into(),
            keys: vec![ApiKey {
                sid: ApiKeySid::parse(KEY).unwrap(),
                secret: "key secret".into(),
            }],
            test: Some(TestCredentials {
                sid: AccountSid::parse(TEST_ACCOUNT).unwrap(),
                auth_token: "test token".into(),
            }),
            created_at: now,
        });
        let mut stage = Self {
            twilio,
            now,
            credentials: Credentials {
                account_sid: account(),
                secret: Secret::AuthToken(AuthToken::new(TOKEN)),
            },
        };
        stage.set_webhooks(FRANCE, "http://app.example/handle_sms", None);
        stage.set_webhooks(CANADA, "http://app.example/handle_sms", None);
        stage.twilio.put_whatsapp_sender(WhatsappSender {
            account_sid: account(),
            number: PhoneNumber::from_e164(FRANCE).unwrap(),
            callback_url: Some("http://app.example/handle_sms".into()),
            fallback_url: None,
            status_callback_url: None,
            sid: String::new(),
        });
        stage
    }

    pub(super) fn set_webhooks(&mut self, number: &str, url: &str, fallback: Option<&str>) {
        let new = NewNumber {
            sms: true,
            mms: number == CANADA,
            voice: true,
            sms_url: Some(url.into()),
            sms_fallback_url: fallback.map(Into::into),
            voice_url: Some("http://app.example/handle_calls".into()),
            status_callback: Some("http://app.example/call-status".into()),
            ..NewNumber::default()
        };
        self.twilio
            .put_number(self.now, &account(), PhoneNumber::from_e164(number).unwrap(), new);
    }

    /// A service with Advanced Opt-Out, and this number in it.
    pub(super) fn put_service(&mut self, number: &str) -> MessagingServiceSid {
        let sid = MessagingServiceSid::parse("MG11111111111111111111111111111111").unwrap();
        self.twilio.put_service(MessagingService {
            sid: sid.clone(),
            account_sid: account(),
            friendly_name: "Service".into(),
            inbound_request_url: Some("http://app.example/service".into()),
            fallback_url: None,
            status_callback: None,
            use_inbound_webhook_on_number: false,
            advanced_opt_out: true,
        });
        let new = NewNumber {
            sms: true,
            mms: true,
            sms_url: Some("http://app.example/handle_sms".into()),
            messaging_service_sid: Some(sid.clone()),
            ..NewNumber::default()
        };
        self.twilio
            .put_number(self.now, &account(), PhoneNumber::from_e164(number).unwrap(), new);
        sid
    }

    /// An approved template of one sentence; its SID.
    pub(super) fn put_template(&mut self) -> String {
        let sid = "HX11111111111111111111111111111111";
        let resource = serde_json::json!({
            "sid": sid, "account_sid": ACCOUNT, "language": "fr",
            "types": { "twilio/text": { "body": "Votre commande est prête." } },
        });
        self.twilio.put_content(crate::content::Content {
            resource: serde_json::from_value(resource).unwrap(),
            submitted: Some(crate::content::Submitted {
                // WhatsApp has had time to approve it.
                at: self.now - Duration::from_secs(24 * 3600),
                name: "commande_prete".into(),
                category: "UTILITY".into(),
            }),
        });
        sid.into()
    }

    pub(super) fn account(&self) -> AccountSid {
        account()
    }

    pub(super) fn authorization(&self) -> String {
        self.credentials.authorization()
    }

    pub(super) fn use_key(&mut self) {
        let sid = ApiKeySid::parse(KEY).unwrap();
        self.credentials.secret = Secret::ApiKey {
            sid,
            secret: AuthToken::new("key secret"),
        };
    }

    pub(super) fn use_test_credentials(&mut self) {
        self.credentials = Credentials {
            account_sid: AccountSid::parse(TEST_ACCOUNT).unwrap(),
            secret: Secret::AuthToken(AuthToken::new("test token")),
        };
    }

    pub(super) fn misbehave(&mut self, misbehaviour: Misbehaviour) {
        self.twilio.set_misbehaviour(misbehaviour);
    }

    /// An operation as the product's client makes it.
    pub(super) fn call<O: Operation>(&mut self, operation: &O) -> Result<O::Answer, ApiError> {
        let answer = self.send(operation);
        O::read(&ApiResponse {
            status: answer.status,
            body: answer.body,
        })
    }

    pub(super) fn send<O: Operation>(&mut self, operation: &O) -> ApiHttpResponse {
        let request = operation.request(&self.credentials.account_sid);
        let request = ApiHttpRequest::of(request, &self.credentials);
        self.twilio.handle(self.now, &request)
    }

    pub(super) fn raw(&mut self, method: &str, path: &str, form: &str) -> ApiHttpResponse {
        let authorization = self.authorization();
        self.raw_as(Some(&authorization), method, path, form)
    }

    pub(super) fn raw_as(
        &mut self,
        authorization: Option<&str>,
        method: &str,
        path: &str,
        form: &str,
    ) -> ApiHttpResponse {
        let request = request(authorization, method, path, form);
        self.twilio.handle(self.now, &request)
    }

    pub(super) fn media(&self, path: &str, authorization: Option<&str>) -> (u16, Vec<u8>) {
        let answer = self
            .twilio
            .serve_media(self.now, &request(authorization, "GET", path, ""));
        (answer.status, answer.body)
    }

    pub(super) fn customer(&mut self, message: CustomerMessage) -> Result<MessageSid, NotReceived> {
        self.twilio.receive_from_customer(self.now, message)
    }

    pub(super) fn due(&mut self) -> Vec<Delivery> {
        self.twilio.due(self.now)
    }

    pub(super) fn report(&mut self, delivery: &Delivery, outcome: &Outcome) {
        self.twilio.delivered(delivery.id, self.now, outcome);
    }

    pub(super) fn is_signed(&self, delivery: &Delivery) -> bool {
        let params = Params::parse(&delivery.body);
        signature::verify(
            &AuthToken::new(TOKEN),
            &delivery.url,
            SignedBody::Form(&params),
            &delivery.signature,
        )
    }

    /// Lets time pass, from one event to the next, and answers every webhook with an empty response.
    pub(super) fn run(&mut self, seconds: u64) -> Vec<(String, Params)> {
        let end = self.now + Duration::from_secs(seconds);
        let mut received = Vec::new();
        loop {
            for delivery in self.due() {
                assert!(self.is_signed(&delivery), "{}", delivery.url);
                let outcome = Outcome::Answered {
                    status: 200,
                    content_type: Some(twiml::CONTENT_TYPE.into()),
                    body: twiml::EMPTY_RESPONSE.into(),
                };
                self.report(&delivery, &outcome);
                received.push((delivery.url, Params::parse(&delivery.body)));
            }
            match self
                .twilio
                .next_due()
                .filter(|next| *next <= end && *next > self.now)
            {
                Some(next) => self.now = next,
                None => break,
            }
        }
        self.now = end;
        received
    }

    /// Lets time pass, and answers each webhook with the TwiML that `verbs` writes for its path.
    pub(super) fn talk(&mut self, ms: u64, verbs: impl Fn(&str, &Params) -> String) -> Vec<(String, Params)> {
        let end = self.now + Duration::from_millis(ms);
        let mut received = Vec::new();
        loop {
            for delivery in self.due() {
                assert!(self.is_signed(&delivery), "{}", delivery.url);
                let path = delivery.url.trim_start_matches("http://app.example").to_owned();
                let params = Params::parse(&delivery.body);
                let outcome = Outcome::Answered {
                    status: 200,
                    content_type: Some(twiml::CONTENT_TYPE.into()),
                    body: format!("<Response>{}</Response>", verbs(&path, &params)),
                };
                self.report(&delivery, &outcome);
                received.push((path, params));
            }
            match self.twilio.next_due().filter(|next| *next <= end) {
                Some(next) => self.now = self.now.max(next),
                None => break,
            }
        }
        self.now = end;
        received
    }

    pub(super) fn answer_fetch(&mut self, outcome: FetchOutcome) {
        let fetch = self.twilio.fetches_due(self.now).remove(0);
        self.twilio.fetched(fetch.id, self.now, outcome);
    }

    /// The same Twilio after its process ended and began again.
    pub(super) fn restarted(&self) -> Self {
        let mut twilio = Twilio::new(config());
        twilio.restore(&self.twilio.snapshot().unwrap()).unwrap();
        Self {
            twilio,
            now: self.now,
            credentials: self.credentials.clone(),
        }
    }
}

fn request(authorization: Option<&str>, method: &str, path: &str, form: &str) -> ApiHttpRequest {
    ApiHttpRequest {
        method: method.into(),
        path_and_query: path.into(),
        authorization: authorization.map(Into::into),
        content_type: Some("application/x-www-form-urlencoded".into()),
        body: form.as_bytes().to_vec(),
    }
}
