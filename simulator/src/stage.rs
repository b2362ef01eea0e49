//! The accounts and numbers that are there at the start: what the flags say, or a demo company in France and Canada.

use domain::{PhoneNumber, Timestamp};
use edgeline_simulator::Twilio;
use edgeline_simulator::content::{Content, Submitted};
use edgeline_simulator::model::{Account, ApiKey, TestCredentials, WhatsappSender};
use edgeline_simulator::shell;
use edgeline_simulator::simulation::NewNumber;
use edgeline_simulator::voice::Application;
use serde_json::json;
use twilio::sid::{AccountSid, ApiKeySid, ApplicationSid};

use crate::arguments::{AccountArgument, Arguments, NumberArgument};

const DEMO_ACCOUNT: &str = "AC11111111111111111111111111111111";
const DEMO_TOKEN: &str = "22222222222222222222222222222222";
const DEMO_KEY: &str = "SK33333333333333333333333333333333";
const DEMO_KEY_SECRET: &str = "44444444444444444444444444444444";
const DEMO_APPLICATION: &str = "AP77777777777777777777777777777777";
const TEST_ACCOUNT: &str = "AC55555555555555555555555555555555";
const TEST_TOKEN: &str = "66666666666666666666666666666666";

/// Said again at every start, also over a kept state: the address of the app may have changed.
pub(crate) fn set(twilio: &mut Twilio, arguments: &Arguments) {
    if arguments.accounts.is_empty()
        && let Some(demo) = demo()
    {
        put(twilio, &arguments.app_url, &demo, true);
        put_templates(twilio, &demo.sid);
    }
    for account in &arguments.accounts {
        put(twilio, &arguments.app_url, account, false);
    }
}

/// France has no MMS, Canada does; only the French number is on WhatsApp.
fn demo() -> Option<AccountArgument> {
    let number = |text: &str, mms| {
        Some(NumberArgument {
            number: PhoneNumber::from_e164(text).ok()?,
            sms: true,
            mms,
            voice: true,
        })
    };
    Some(AccountArgument {
        sid: AccountSid::parse(DEMO_ACCOUNT).ok()?,
        auth_token: DEMO_TOKEN.to_owned(),
        numbers: vec![number("+33755530001", false)?, number("+18195550002", true)?],
        whatsapp: vec![PhoneNumber::from_e164("+33755530001").ok()?],
    })
}

/// One that is approved, one with buttons, one that WhatsApp refused. Those of a kept state stay.
fn put_templates(twilio: &mut Twilio, account: &AccountSid) {
    let text = |body: &str| json!({ "twilio/text": { "body": body } });
    let question = json!({ "twilio/quick-reply": { "body": "Bonjour {{1}}, confirmez-vous votre rendez-vous du {{2}} ?",
        "actions": [{ "title": "Oui, je viens", "id": "oui" }, { "title": "Annuler", "id": "non" }] } });
    let all = [
        (
            1,
            "reprise_contact",
            text("Bonjour {{1}}, nous avons une réponse pour vous. Pouvons-nous vous écrire ici ?"),
        ),
        (2, "confirmation_rdv", question),
        (3, "promo_rejected", text("Soldes : -50 % sur tout le magasin !")),
    ];
    for (number, name, types) in all {
        let resource = serde_json::from_value(json!({
            "sid": format!("HX{number:032x}"), "account_sid": account, "friendly_name": name, "language": "fr",
            "variables": { "1": "Camille", "2": "lundi à 10 h" }, "types": types,
        }));
        let known = twilio
            .contents()
            .iter()
            .any(|known| known.resource.friendly_name == name);
        if let (Ok(resource), false) = (resource, known) {
            let submitted = Submitted {
                at: Timestamp::from_millis(0),
                name: name.to_owned(),
                category: "UTILITY".to_owned(),
            };
            twilio.put_content(Content {
                resource,
                submitted: Some(submitted),
            });
        }
    }
}

fn put(twilio: &mut Twilio, app_url: &str, account: &AccountArgument, demo: bool) {
    let now = shell::now();
    let webhook = format!("{app_url}/handle_sms");
    let key = ApiKeySid::parse(DEMO_KEY).ok().filter(|_| demo);
    let test = AccountSid::parse(TEST_ACCOUNT).ok().filter(|_| demo);
    twilio.put_account(Account {
        sid: account.sid.clone(),
        auth_token: account.auth_token.clone(),
        friendly_name: if demo {
            "Edgeline demo"
        } else {
            "Simulated account"
        }
        .to_owned(),
        keys: key
            .map(|sid| ApiKey {
                sid,
                secret: DEMO_KEY_SECRET.to_owned(),
            })
            .into_iter()
            .collect(),
        test: test.map(|sid| TestCredentials {
            sid,
            auth_token: TEST_TOKEN.to_owned(),
        }),
        created_at: now,
    });
    for argument in &account.numbers {
        let number = NewNumber {
            sms: argument.sms,
            mms: argument.mms,
            voice: argument.voice,
            sms_url: Some(webhook.clone()),
            status_callback: argument.voice.then(|| format!("{app_url}/voice/status")),
            voice_url: argument.voice.then(|| format!("{app_url}/handle_calls")),
            ..NewNumber::default()
        };
        twilio.put_number(now, &account.sid, argument.number.clone(), number);
    }
    if let (true, Ok(sid)) = (demo, ApplicationSid::parse(DEMO_APPLICATION)) {
        twilio.put_application(Application {
            sid,
            account_sid: account.sid.clone(),
            friendly_name: "Standard".to_owned(),
            sms_url: None,
            voice_url: format!("{app_url}/twiml/outgoing"),
            voice_fallback_url: None,
            status_callback: Some(format!("{app_url}/voice/status")),
        });
    }
    for number in &account.whatsapp {
        twilio.put_whatsapp_sender(WhatsappSender {
            account_sid: account.sid.clone(),
            number: number.clone(),
            callback_url: Some(webhook.clone()),
            fallback_url: None,
            status_callback_url: None,
            sid: String::new(),
        });
    }
}
