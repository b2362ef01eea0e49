//! WhatsApp's side of the stage: a sender, templates, and customers who write there.

use contract::inbox::ConversationView;
use domain::PhoneNumber;
use serde_json::{Value, json};
use simulator::ApiHttpRequest;
use simulator::customers::CustomerMessage;
use simulator::model::WhatsappSender;
use twilio::sid::{Credentials, Secret};

use super::{Company, World, deliver_due};

impl World {
    /// The company's number is a WhatsApp sender from now on.
    pub fn connect_whatsapp(&self, company: &Company) {
        self.twilio().put_whatsapp_sender(WhatsappSender {
            account_sid: company.account_sid.clone(),
            number: PhoneNumber::from_e164(&company.number).unwrap(),
            callback_url: Some(format!("{}/handle_sms", self.site.url())),
            fallback_url: None,
            status_callback_url: None,
            sid: String::new(),
        });
    }

    /// A template of the company's account, not yet submitted to WhatsApp; its SID.
    pub fn template(&self, company: &Company, body: &Value) -> String {
        let made = self.content(company, "POST", "/v1/Content", body);
        made["sid"].as_str().unwrap().to_owned()
    }

    /// Hands it in. WhatsApp decides a few seconds later, by its name.
    pub fn submit(&self, company: &Company, sid: &str, name: &str) {
        let path = format!("/v1/Content/{sid}/ApprovalRequests/whatsapp");
        self.content(
            company,
            "POST",
            &path,
            &json!({ "name": name, "category": "UTILITY" }),
        );
        let end = self.site.now() + std::time::Duration::from_secs(5);
        self.until("WhatsApp has decided", || (self.site.now() > end).then_some(()));
    }

    fn content(&self, company: &Company, method: &str, path: &str, body: &Value) -> Value {
        let credentials = Credentials {
            account_sid: company.account_sid.clone(),
            secret: Secret::AuthToken(company.auth_token.clone()),
        };
        let asked = ApiHttpRequest {
            method: method.to_owned(),
            path_and_query: path.to_owned(),
            authorization: Some(credentials.authorization()),
            content_type: Some("application/json".to_owned()),
            body: serde_json::to_vec(body).unwrap(),
        };
        let answer = self.twilio().handle(self.site.now(), &asked);
        let value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(answer.status, 201, "{value}");
        value
    }
}

impl Company {
    /// A customer writes on WhatsApp, and Twilio tells us; the conversation.
    #[track_caller]
    pub fn whatsapp(&self, from: &str, change: impl FnOnce(&mut CustomerMessage)) -> ConversationView {
        let (from, to) = (format!("whatsapp:{from}"), format!("whatsapp:{}", self.number));
        let mut message = CustomerMessage::text(&from, &to, "");
        change(&mut message);
        let now = self.site.now();
        self.twilio
            .lock()
            .unwrap()
            .receive_from_customer(now, message)
            .unwrap();
        for answer in deliver_due(&*self.site, &self.twilio, self.site.now()) {
            assert_eq!(answer.status, 200, "{}", answer.text());
        }
        let mut all = self.agent.conversations().into_iter();
        let found = all.find(|conversation| conversation.contact.address.to_string() == from);
        found.expect("the conversation of that customer")
    }
}
