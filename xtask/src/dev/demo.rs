//! A company to look at: made once, through the same doors that people and Twilio use.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::state::State;
use crate::command::timed;
use crate::http::Client;

pub(crate) const EMAIL: &str = "receptionist@example.com";

/// The simulator's own demo account and its French number.
const ACCOUNT: &str = "AC11111111111111111111111111111111";
const AUTH_TOKEN: &str = "22222222222222222222222222222222";
/// Its API key and TwiML application: what calls in the browser need.
const KEY: [&str; 2] = [
    "SK33333333333333333333333333333333",
    "44444444444444444444444444444444",
];
const APPLICATION: &str = "AP77777777777777777777777777777777";
const NUMBERS: [&str; 2] = ["+33755530001", "+18195550002"];

enum Line {
    Customer(&'static str),
    Us(&'static str),
}
use Line::{Customer, Us};

struct Conversation {
    /// 06 39 98 is reserved for fiction in France.
    number: &'static str,
    name: Option<&'static str>,
    lines: &'static [Line],
}

const CONVERSATIONS: [Conversation; 6] = [
    Conversation {
        number: "+33639980215",
        name: Some("Nadia Benali"),
        lines: &[
            Customer("Bonjour, est-ce que les croquettes rénales de Félix sont arrivées ?"),
            Us("Bonjour Nadia, oui, elles vous attendent à l’accueil. Nous fermons à 19 h."),
        ],
    },
    Conversation {
        number: "+33639980112",
        name: Some("Camille Moreau"),
        lines: &[
            Customer(
                "Bonjour, Noisette a bien dormi après son opération mais elle ne mange pas encore. C’est normal ?",
            ),
            Us(
                "Bonjour Camille, oui, c’est fréquent le premier jour. Proposez-lui une petite portion tiède ce soir. \
                 Si elle refuse encore demain matin, appelez-nous.",
            ),
            Customer("Merci beaucoup ! Je fais ça et je vous tiens au courant."),
        ],
    },
    Conversation {
        number: "+33639980384",
        name: Some("Thomas Girard"),
        lines: &[
            Us(
                "Bonjour, rappel de votre rendez-vous demain à 15 h avec le Dr Lacroix. Répondez OUI pour confirmer.",
            ),
            Customer("OUI"),
            Customer("Par contre nous aurons peut-être 10 minutes de retard, désolé 🙏"),
        ],
    },
    Conversation {
        number: "+33639980447",
        name: None,
        lines: &[Customer("bonjour vous êtes ouverts samedi ?")],
    },
    Conversation {
        number: "+33639980561",
        name: Some("Julien Petit"),
        lines: &[Customer(
            "Bonjour, je voudrais prendre rendez-vous pour le vaccin de mon chat. Auriez-vous une place jeudi après 17 h ?",
        )],
    },
    Conversation {
        number: "+18195550143",
        name: Some("Geneviève Tremblay"),
        lines: &[Customer(
            "Allô ! On arrive de Gatineau en août avec Pixel. Il faut quels papiers pour le faire garder ?",
        )],
    },
];

/// There from the first row of the demo company to its last: whoever was stopped in between left half of it.
const UNFINISHED: &str = "demo-unfinished";

pub(crate) fn seed_once(state: &State, admin_token: &str, app: &str, phone: &str) -> Result<()> {
    const INCOMPLETE: &str = "the demo company is incomplete: start with --fresh";
    let unfinished = state.path(UNFINISHED);
    if unfinished.exists() {
        bail!(INCOMPLETE);
    }
    let mut browser = Client::new(app);
    let session = browser.get("/api/session")?;
    if session.get("setup_required").and_then(Value::as_bool) != Some(true) {
        return Ok(());
    }
    fs::write(&unfinished, "")?;
    timed("making the demo company", || {
        seed(
            state.demo_password(),
            admin_token,
            &mut browser,
            &mut Client::new(phone),
        )
    })
    .context(INCOMPLETE)?;
    Ok(fs::remove_file(&unfinished)?)
}

fn seed(password: &str, admin_token: &str, browser: &mut Client, simulator: &mut Client) -> Result<()> {
    browser.post(
        "/api/setup",
        &json!({
            "admin_token": admin_token,
            "company_name": "Clinique vétérinaire des Tilleuls",
            "name": "Claire Fontaine",
            "email": EMAIL,
            "password": password,
            "language": "fr",
        }),
    )?;
    browser.post(
        "/inbox/integrations",
        &json!({
            "name": "Twilio (simulé)",
            "integration_type": "sms",
            "account_id": ACCOUNT,
            "auth_token": AUTH_TOKEN,
            "api_key_sid": KEY[0],
            "api_key_secret": KEY[1],
            "twiml_app_sid": APPLICATION,
            "phone_number": NUMBERS[0],
            "phone_numbers": NUMBERS,
            "default_region": "FR",
            "is_active": true,
            "is_default": true,
        }),
    )?;
    for conversation in &CONVERSATIONS {
        let ours = if conversation.number.starts_with("+1") {
            NUMBERS[1]
        } else {
            NUMBERS[0]
        };
        for line in conversation.lines {
            match *line {
                Customer(text) => {
                    let message = json!({"from": conversation.number, "to": ours, "body": text});
                    simulator.post("/sim/texts", &message)?;
                    wait_for(browser, conversation.number, text)?;
                }
                Us(text) => {
                    let message = json!({
                        "source": "sms",
                        "phone_number": conversation.number,
                        "from": ours,
                        "message": text,
                        "is_from_client": false,
                    });
                    browser.post("/inbox/conversations", &message)?;
                }
            }
        }
    }
    name_contacts(browser)
}

/// A customer's text arrives by a webhook, so its turn in the conversation has to be awaited.
fn wait_for(browser: &mut Client, customer: &str, text: &str) -> Result<()> {
    let beginning: String = text.chars().take(40).collect();
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let arrived = conversations(browser)?.iter().any(|conversation| {
            let preview = conversation
                .pointer("/last_message/preview")
                .and_then(Value::as_str);
            number_of(conversation) == Some(customer)
                && preview.is_some_and(|words| words.starts_with(&beginning))
        });
        if arrived {
            return Ok(());
        }
        if Instant::now() > deadline {
            bail!("the text of {customer} did not arrive within ten seconds");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn name_contacts(browser: &mut Client) -> Result<()> {
    for conversation in conversations(browser)? {
        let id = conversation
            .get("id")
            .and_then(Value::as_str)
            .context("a conversation without an id")?;
        let known = CONVERSATIONS
            .iter()
            .find(|known| Some(known.number) == number_of(&conversation));
        if let Some(name) = known.and_then(|known| known.name) {
            browser.patch(
                &format!("/inbox/conversations/{id}"),
                &json!({"contact_name": name}),
            )?;
        }
    }
    Ok(())
}

fn conversations(browser: &mut Client) -> Result<Vec<Value>> {
    let page = browser.get("/inbox/conversations?limit=200")?;
    page.get("items")
        .and_then(Value::as_array)
        .cloned()
        .context("no list of conversations")
}

fn number_of(conversation: &Value) -> Option<&str> {
    conversation.pointer("/contact/address").and_then(Value::as_str)
}
