//! The telephone, without sound from outside: a browser's softphone played frame by frame before the simulated Twilio,
//! and customers' phones that answer with a tone.

use contract::calls::GetToken;
use contract::integrations::IntegrationDraft;
use contract::{Nothing, calls::CallView};
use domain::{Address, PhoneNumber};
use serde_json::{Value, json};
use simulator::model::{Account, ApiKey};
use simulator::simulation::NewNumber;
use simulator::voice::phones::CallView as Leg;
use simulator::voice::{Application, Behaviour, Effect, Sound};
use twilio::sid::{ApiKeySid, ApplicationSid};

use super::{Caller, Company, World};

const KEY: &str = "SK0123456789abcdef0123456789abcdef";
const SECRET: &str = "the key's secret";
const APPLICATION: &str = "AP0123456789abcdef0123456789abcdef";

impl Company {
    /// An API key and a TwiML application, here and at Twilio.
    pub fn connect_telephone(&self, world: &World) {
        self.change_integration(|draft: &mut IntegrationDraft| {
            draft.api_key_sid = Some(KEY.to_owned());
            draft.api_key_secret = Some(SECRET.to_owned());
            draft.twiml_app_sid = Some(APPLICATION.to_owned());
        });
        let url = |path: &str| format!("{}{path}", world.site.url());
        let mut twilio = world.twilio();
        twilio.put_account(Account {
            sid: self.account_sid.clone(),
            auth_token: self.auth_token.as_str().to_owned(),
            friendly_name: String::new(),
            keys: vec![ApiKey {
                sid: ApiKeySid::parse(KEY).unwrap(),
                secret: SECRET.to_owned(),
            }],
            test: None,
            created_at: world.site.now(),
        });
        twilio.put_application(Application {
            sid: ApplicationSid::parse(APPLICATION).unwrap(),
            account_sid: self.account_sid.clone(),
            friendly_name: String::new(),
            sms_url: None,
            voice_url: url("/twiml/outgoing"),
            voice_fallback_url: None,
            status_callback: Some(url("/voice/status")),
        });
    }

    /// Its number hands calls to us, as the set-up of a line leaves it.
    pub fn takes_calls(&self, world: &World) {
        let url = |path: &str| Some(format!("{}{path}", world.site.url()));
        let new = NewNumber {
            voice: true,
            voice_url: url("/handle_calls"),
            status_callback: url("/voice/status"),
            ..NewNumber::default()
        };
        let number = PhoneNumber::from_e164(&self.number).unwrap();
        let now = world.site.now();
        world.twilio().put_number(now, &self.account_sid, number, new);
    }
}

impl World {
    /// From now on this phone answers soon, and says a tone.
    pub fn phone(&self, number: &str, hertz: f64) {
        self.phone_behaves(
            number,
            Behaviour {
                after_ms: 100,
                sound: Sound::Tone,
                hertz,
                ..Behaviour::default()
            },
        );
    }

    pub fn phone_behaves(&self, number: &str, behaviour: Behaviour) {
        let number = PhoneNumber::from_e164(number).unwrap();
        self.twilio().set_phone(&number, behaviour);
    }

    /// The latest leg that was dialled to this number.
    pub fn leg_to(&self, number: &str) -> Option<Leg> {
        let calls = self.twilio().calls();
        calls
            .into_iter()
            .find(|call| call.to == number && call.direction != "inbound")
    }

    /// A customer rings the company.
    pub fn ring(&self, company: &Company, from: &str, phone: Behaviour) -> String {
        let (now, from) = (self.site.now(), Address::parse(from));
        let number = PhoneNumber::from_e164(&company.number).unwrap();
        self.twilio().ring_company(now, &from, &number, phone).unwrap()
    }

    pub fn heard_by(&self, sid: &str) -> Option<u32> {
        self.twilio().call(sid).unwrap().heard_hertz
    }

    pub fn hang_up_phone(&self, sid: &str) {
        let now = self.site.now();
        self.twilio().phone_hangs_up(now, sid).unwrap();
    }
}

pub struct Softphone<'a> {
    world: &'a World,
    session: u64,
}

impl<'a> Softphone<'a> {
    /// Registered.
    pub fn of(world: &'a World, caller: &Caller) -> Self {
        let token = caller.call::<GetToken>(&(), &Nothing {}).token;
        let session = world.twilio().signal_opened();
        let phone = Self { world, session };
        phone.say("listen", &json!({ "token": token }));
        phone.say("register", &json!({ "media": { "audio": true } }));
        phone
    }

    fn say(&self, kind: &str, payload: &Value) {
        let frame = json!({ "type": kind, "version": "1.6", "payload": payload });
        let now = self.world.site.now();
        self.world
            .twilio()
            .signalled(now, self.session, &frame.to_string());
    }

    pub fn dial(&self, to: &str) {
        let params = format!("To={}", super::people::percent_encode(to));
        let payload = json!({ "callsid": "TJS1", "sdp": "offer", "twilio": { "params": params } });
        self.say("invite", &payload);
    }

    pub fn hang_up(&self) {
        self.say("hangup", &json!({}));
    }

    /// Takes the call that comes in next, and answers what came with it.
    pub fn answer(&self) -> String {
        let invite = self.world.until("it rings", || {
            let effects = self.world.twilio().voice_effects();
            effects.into_iter().find_map(|effect| match effect {
                Effect::OfferLine { session, frame, .. } if session == self.session => Some(frame),
                _ => None,
            })
        });
        let payload = &invite["payload"];
        self.say(
            "answer",
            &json!({ "callsid": payload["callsid"], "sdp": "answer" }),
        );
        payload["parameters"]["Params"].as_str().unwrap().to_owned()
    }
}

/// The call as it is once it looks like this.
pub fn call_that(world: &World, caller: &Caller, what: &str, is: impl Fn(&CallView) -> bool) -> CallView {
    use contract::calls::{CallFilter, ListCalls};
    world.until(what, || {
        let calls = caller.read::<ListCalls>(&(), &CallFilter::default()).items;
        calls.into_iter().find(&is)
    })
}
