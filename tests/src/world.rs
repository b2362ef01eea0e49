//! The stage of every story: a deployment (in process or on workerd), a simulated Twilio of its own, companies with
//! their people, and customers with telephones. A story makes its own company, so stories do not meet.

pub mod base64url;
pub mod blobs;
pub mod described;
pub mod faulty;
pub mod files;
pub mod form;
pub mod hook_receiver;
pub mod hubs;
pub mod in_process;
pub mod logs;
pub mod people;
pub mod push_service;
pub mod rest_server;
pub mod shared_workerd;
pub mod site;
pub mod socket;
pub mod telephone;
pub mod whatsapp;
pub mod workerd;

use std::sync::{Arc, Mutex, MutexGuard};

use contract::integrations::{CreateIntegration, IntegrationDraft, IntegrationView, UpdateIntegration};
use contract::people::{CreateApiToken, CreateCompany, NewApiToken, NewCompany};
use domain::ids::CompanyId;
use domain::{Role, Timestamp};
use simulator::customers::CustomerMessage;
use simulator::model::Account;
use simulator::simulation::NewNumber;
use simulator::{ApiHttpRequest, Outcome, Twilio};
use twilio::api::{ApiResponse, Operation};
use twilio::messages::ListMessages;
use twilio::sid::{AccountSid, AuthToken, Credentials, Secret};

pub use form::Form;
pub use in_process::InProcess;
pub use people::Caller;
pub use site::{Answer, Request, Site, Socket};

/// `ADMIN_TOKEN` of every deployment under test.
pub const ADMIN_TOKEN: &str = "the-administrators-token-of-the-tests";
/// `ENCRYPTION_KEY`: 32 bytes in base64.
pub const ENCRYPTION_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// A site whose scripts may call the API with credentials.
pub const FRIENDLY_ORIGIN: &str = "https://site.example.com";

/// Makes two tests of each story: in process with a moved clock, and on a real workerd.
macro_rules! scenarios {
    ($($name:ident),+ $(,)?) => {
        mod in_process {
            $(#[test]
            fn $name() {
                super::$name(&crate::world::World::in_process());
            })+
        }
        mod on_workerd {
            $(#[test]
            fn $name() {
                super::$name(&crate::world::World::on_workerd());
            })+
        }
    };
}
pub(crate) use scenarios;

pub struct World {
    pub site: Arc<dyn Site>,
    twilio: Arc<Mutex<Twilio>>,
    made: Mutex<u32>,
    address: String,
}

pub struct Company {
    pub id: CompanyId,
    /// The holder of `ADMIN_TOKEN`, acting in this company.
    pub superadmin: Caller,
    pub admin: Caller,
    pub agent: Caller,
    pub account_sid: AccountSid,
    pub auth_token: AuthToken,
    pub number: String,
    pub integration: IntegrationView,
    site: Arc<dyn Site>,
    twilio: Arc<Mutex<Twilio>>,
}

impl World {
    pub fn in_process() -> Self {
        InProcess::start().world()
    }

    pub fn on_workerd() -> Self {
        shared_workerd::world()
    }

    pub fn new(site: Arc<dyn Site>, twilio: Arc<Mutex<Twilio>>) -> Self {
        Self {
            site,
            twilio,
            made: Mutex::new(0),
            address: format!("2001:db8::{:x}", workerd::unique()),
        }
    }

    pub fn twilio(&self) -> MutexGuard<'_, Twilio> {
        self.twilio.lock().unwrap()
    }

    pub fn superadmin(&self) -> Caller {
        Caller::with_token(&self.site, ADMIN_TOKEN)
    }

    /// Somebody who has proved nothing, from an address of this story's own: guesses are counted by address.
    pub fn stranger(&self) -> Caller {
        Caller::stranger(&self.site).saying("cf-connecting-ip", &self.address)
    }

    /// A company without a Twilio account.
    pub fn bare_company(&self) -> (CompanyId, Caller) {
        let name = NewCompany {
            name: format!("Boulangerie {}", workerd::unique()),
        };
        let company = self.superadmin().call::<CreateCompany>(&(), &name);
        let superadmin = self.superadmin().in_company(&company.id);
        (company.id, superadmin)
    }

    /// A company with an account at the simulated Twilio, one French number, an administrator's and an agent's token.
    pub fn company(&self) -> Company {
        let (id, superadmin) = self.bare_company();
        let (account_sid, auth_token) = self.account();
        let nth = {
            let mut made = self.made.lock().unwrap();
            *made += 1;
            *made
        };
        let number = format!("+337555300{nth:02}");
        self.buy(&account_sid, &number);
        let draft = IntegrationDraft {
            name: Some("Standard".to_owned()),
            integration_type: Some("sms".to_owned()),
            account_id: Some(account_sid.to_string()),
            api_key: Some(auth_token.as_str().to_owned()),
            phone_number: Some(number.clone()),
            whatsapp_number: Some(format!("whatsapp:{number}")),
            is_active: Some(true),
            ..IntegrationDraft::default()
        };
        let integration = superadmin.call::<CreateIntegration>(&(), &draft);
        let caller = |role| {
            let token = NewApiToken {
                name: format!("{role:?}"),
                role,
                scopes: None,
            };
            Caller::with_token(&self.site, &superadmin.call::<CreateApiToken>(&(), &token).token)
        };
        Company {
            id,
            admin: caller(Role::Admin),
            agent: caller(Role::Agent),
            superadmin,
            account_sid,
            auth_token,
            number,
            integration,
            site: Arc::clone(&self.site),
            twilio: Arc::clone(&self.twilio),
        }
    }

    /// A new account at Twilio.
    pub fn account(&self) -> (AccountSid, AuthToken) {
        let random = format!("{:08x}{:024x}", std::process::id(), workerd::unique());
        let sid = AccountSid::parse(&format!("AC{random}")).unwrap();
        let token = AuthToken::new(&format!("token-of-{random}"));
        self.twilio().put_account(Account {
            sid: sid.clone(),
            auth_token: token.as_str().to_owned(),
            friendly_name: "Compte de démonstration".to_owned(),
            keys: Vec::new(),
            test: None,
            created_at: self.site.now(),
        });
        shared_workerd::register(&sid, &self.twilio);
        (sid, token)
    }

    pub fn buy(&self, account: &AccountSid, number: &str) {
        let new = NewNumber {
            sms: true,
            mms: true,
            voice: true,
            sms_url: Some(format!("{}/handle_sms", self.site.url())),
            ..NewNumber::default()
        };
        let number = domain::PhoneNumber::from_e164(number).unwrap();
        self.twilio().put_number(self.site.now(), account, number, new);
    }

    /// Delivers every webhook that Twilio has for us by now.
    pub fn deliver(&self) -> Vec<Answer> {
        deliver_due(&*self.site, &self.twilio, self.site.now())
    }

    /// Waits until `look` finds something, while Twilio delivers and time goes by.
    #[track_caller]
    pub fn until<T>(&self, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
        let mut waited = 0;
        loop {
            self.deliver();
            if let Some(found) = look() {
                return found;
            }
            assert!(self.site.wait_a_little(&mut waited), "waited in vain: {what}");
        }
    }

    /// Waits until Twilio has nothing more to do or to say.
    #[track_caller]
    pub fn settle(&self) {
        self.until("Twilio has delivered everything", || {
            self.twilio().next_due().is_none().then_some(())
        });
    }

    /// The texts that Twilio took from a company, oldest first.
    pub fn messages_at_twilio(&self, company: &Company) -> Vec<String> {
        let list = ListMessages {
            page_size: Some(1000),
            ..ListMessages::new()
        };
        let page = self.ask_twilio(company, &list);
        let outbound = page
            .messages
            .into_iter()
            .rev()
            .filter(|message| !message.direction.is_inbound());
        outbound.filter_map(|message| message.body).collect()
    }

    /// Another program of the company's, on the same account.
    #[track_caller]
    pub fn ask_twilio<O: Operation>(&self, company: &Company, operation: &O) -> O::Answer {
        let credentials = Credentials {
            account_sid: company.account_sid.clone(),
            secret: Secret::AuthToken(company.auth_token.clone()),
        };
        let request = operation.request(&company.account_sid);
        let asked = ApiHttpRequest::of(request, &credentials);
        let answer = self.twilio().handle(self.site.now(), &asked);
        let answer = ApiResponse {
            status: answer.status,
            body: answer.body,
        };
        O::read(&answer).unwrap_or_else(|error| panic!("{error}"))
    }
}

/// Sends the webhooks that are due by then, and tells Twilio what came of each.
pub fn deliver_due(site: &dyn Site, twilio: &Mutex<Twilio>, now: Timestamp) -> Vec<Answer> {
    blobs::fetch_due(site, twilio, now);
    let due = twilio.lock().unwrap().due(now);
    due.into_iter()
        .map(|delivery| {
            let path = delivery
                .url
                .strip_prefix(site.url())
                .expect("a webhook of this deployment");
            let method = if delivery.method == "GET" { "GET" } else { "POST" };
            let mut request = Request::new(method, path)
                .header("content-type", delivery.content_type)
                .header("x-twilio-signature", delivery.signature)
                .header("i-twilio-idempotency-token", delivery.idempotency_token);
            request.body = delivery.body.into_bytes();
            let answer = site.send(request);
            let outcome = Outcome::Answered {
                status: answer.status,
                content_type: answer.header("content-type").map(str::to_owned),
                body: answer.text(),
            };
            twilio
                .lock()
                .unwrap()
                .delivered(delivery.id, site.now(), &outcome);
            answer
        })
        .collect()
}

impl Company {
    /// A customer texts the company, and Twilio tells us: the answer to its webhook.
    #[track_caller]
    pub fn text(&self, from: &str, body: &str) -> Answer {
        let message = CustomerMessage::text(from, &self.number, body);
        let now = self.site.now();
        self.twilio
            .lock()
            .unwrap()
            .receive_from_customer(now, message)
            .unwrap();
        let mut waited = 0;
        loop {
            if let Some(answer) = deliver_due(&*self.site, &self.twilio, self.site.now()).pop() {
                return answer;
            }
            assert!(
                self.site.wait_a_little(&mut waited),
                "Twilio did not deliver the text"
            );
        }
    }

    /// The parameters of an inbound text, as Twilio writes them.
    pub fn inbound(&self, from: &str, body: &str) -> Form {
        let sid = format!("SM{:08x}{:024x}", std::process::id(), workerd::unique());
        let mut form = Form::default();
        for (name, value) in [
            ("ToCountry", "FR"),
            ("SmsMessageSid", &sid),
            ("NumMedia", "0"),
            ("FromZip", ""),
            ("SmsSid", &sid),
            ("SmsStatus", "received"),
            ("FromCity", ""),
            ("Body", body),
            ("FromCountry", "FR"),
            ("To", &self.number),
            ("NumSegments", "1"),
            ("MessageSid", &sid),
            ("AccountSid", self.account_sid.as_str()),
            ("From", from),
            ("ApiVersion", "2010-04-01"),
        ] {
            form.push(name, value);
        }
        form
    }

    /// A webhook with the signature that Twilio gives it.
    pub fn signed(&self, path: &str, form: &Form) -> Request {
        let url = format!("{}{path}", self.site.url());
        let params = form.params();
        Request::new("POST", path).form(params.encode()).header(
            "x-twilio-signature",
            twilio::signature::sign(&self.auth_token, &url, &params),
        )
    }

    pub fn deliver(&self, path: &str, form: &Form) -> Answer {
        self.site.send(self.signed(path, form))
    }

    pub fn change_integration(&self, change: impl FnOnce(&mut IntegrationDraft)) -> IntegrationView {
        let mut draft = IntegrationDraft::default();
        change(&mut draft);
        self.admin.call::<UpdateIntegration>(&self.integration.id, &draft)
    }
}
