//! The one workerd of the test binary, and the port by which it reaches each story's own simulated Twilio.

use std::collections::HashMap;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, OnceLock};

use simulator::{ApiHttpRequest, Config, Delays, Twilio};
use twilio::sid::{AccountSid, MediaSid};

use super::rest_server::{self, RestAnswer, RestRequest};
use super::workerd::{News, Workerd, unique, wall_clock};
use super::{ADMIN_TOKEN, ENCRYPTION_KEY, World, deliver_due};

type Accounts = Mutex<HashMap<String, Arc<Mutex<Twilio>>>>;

fn accounts() -> &'static Accounts {
    static ACCOUNTS: OnceLock<Accounts> = OnceLock::new();
    ACCOUNTS.get_or_init(Accounts::default)
}

/// From now on requests for this account reach this Twilio.
pub fn register(account: &AccountSid, twilio: &Arc<Mutex<Twilio>>) {
    accounts()
        .lock()
        .unwrap()
        .insert(account.to_string(), Arc::clone(twilio));
}

/// Where every simulated Twilio is reached.
pub fn api_base() -> &'static str {
    static BASE: OnceLock<String> = OnceLock::new();
    BASE.get_or_init(|| rest_server::serve(answer))
}

static WORKERD: OnceLock<Arc<Workerd>> = OnceLock::new();

pub fn world() -> World {
    let workerd = WORKERD.get_or_init(|| Arc::new(start().0));
    World::new(Arc::clone(workerd) as _, new_twilio())
}

/// A Twilio that is reached at [`api_base`].
pub fn new_twilio() -> Arc<Mutex<Twilio>> {
    Arc::new(Mutex::new(Twilio::new(Config {
        seed: unique(),
        api_base: api_base().to_owned(),
        media_base: api_base().to_owned(),
        delays: Delays {
            sent_ms: 20,
            delivered_ms: 20,
            read_ms: 20,
        },
    })))
}

/// Another workerd, with its own state.
pub fn start() -> (Workerd, Receiver<News>) {
    Workerd::start(&[
        ("ADMIN_TOKEN", ADMIN_TOKEN),
        ("ENCRYPTION_KEY", ENCRYPTION_KEY),
        ("TWILIO_API_BASE", api_base()),
        ("ALLOWED_ORIGINS", super::FRIENDLY_ORIGIN),
    ])
}

/// By the account in the path, or by the file on the media's own origin; a path of the newer parts of the API has none:
/// there the credentials tell.
fn twilio_of(path: &str, authorization: Option<&str>) -> Option<Arc<Mutex<Twilio>>> {
    let accounts = accounts().lock().unwrap();
    let newer = [
        &[twilio::content::CONTENT_PATHS],
        &twilio::messaging::MESSAGING_PATHS[..],
    ]
    .concat();
    if newer.iter().any(|start| path.starts_with(start)) {
        let (user, _) = twilio::sid::read_authorization(authorization?)?;
        return accounts.get(user.as_str()).cloned();
    }
    let medium = path.trim_start_matches('/').split('?').next()?;
    match MediaSid::parse(medium) {
        Ok(sid) => {
            let mut all = accounts.values();
            all.find(|twilio| twilio.lock().unwrap().medium(&sid).is_some())
                .cloned()
        }
        Err(_) => {
            let account = path.split('/').nth(3)?.trim_end_matches(".json");
            accounts.get(account).cloned()
        }
    }
}

fn answer(request: &RestRequest) -> Option<RestAnswer> {
    let header = |name: &str| {
        request
            .headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
    };
    let twilio = twilio_of(&request.path, header("authorization").as_deref())?;
    let asked = ApiHttpRequest {
        method: request.method.clone(),
        path_and_query: request.path.clone(),
        authorization: header("authorization"),
        content_type: header("content-type"),
        body: request.body.clone(),
    };
    let now = wall_clock();
    let response = if request.path.starts_with("/ME") {
        twilio.lock().unwrap().serve_media(now, &asked)
    } else {
        twilio.lock().unwrap().handle(now, &asked)
    };
    if !response.delay.is_zero()
        && let Some(workerd) = WORKERD.get()
    {
        // Its webhooks overtake it.
        deliver_due(&**workerd, &twilio, now + response.delay);
    }
    let headers = response
        .headers
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    (!response.connection_lost).then_some(RestAnswer {
        status: response.status,
        headers,
        body: response.body,
    })
}
