//! Edgeline on its own workerd, with a company and its number.

use std::path::Path;
use std::sync::atomic::AtomicU64;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use twilio::{AccountSid, AuthToken};

use crate::http::Connection;
use crate::serve::{ADMIN_TOKEN, PUBLIC_URL, Serve};
use crate::webhook::Webhooks;

const ACCOUNT: u128 = 0xbe9c_0001;
const TOKEN: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const NUMBER: &str = "+33755530001";

pub(crate) struct App {
    pub(crate) serve: Serve,
    /// Of the signed-in administrator.
    pub(crate) cookie: String,
    webhooks: Webhooks,
}

impl App {
    pub(crate) fn start(root: &Path, state: &Path, variables: &[(&str, &str)]) -> Result<Self> {
        let serve = Serve::start(root, state, None, variables)?;
        let account = AccountSid::new(ACCOUNT);
        let cookie = sign_up(&serve.direct, &account).context("making a company")?;
        let webhooks = Webhooks {
            account,
            token: AuthToken::new(TOKEN),
            public_url: PUBLIC_URL.to_owned(),
            number: NUMBER,
            next: AtomicU64::new(0),
        };
        Ok(Self {
            serve,
            cookie,
            webhooks,
        })
    }

    pub(crate) fn direct(&self) -> String {
        self.serve.direct.clone()
    }

    pub(crate) fn webhooks(&self) -> &Webhooks {
        &self.webhooks
    }

    pub(crate) fn headers(&self) -> String {
        format!("Cookie: {}\r\nOrigin: {PUBLIC_URL}\r\n", self.cookie)
    }
}

fn sign_up(origin: &str, account: &AccountSid) -> Result<String> {
    let mut connection = Connection::open(origin)?;
    let mut cookie = String::new();
    let administrator = json!({
        "admin_token": ADMIN_TOKEN,
        "company_name": "Bench",
        "name": "Bench",
        "email": "bench@example.com",
        "password": "a password of the bench",
    });
    let integration = json!({
        "name": "Bench",
        "integration_type": "sms",
        "account_id": account.as_str(),
        "auth_token": TOKEN,
        "phone_number": NUMBER,
        "is_active": true,
        "is_default": true,
    });
    for (path, body) in [
        ("/api/setup", administrator),
        ("/inbox/integrations", integration),
    ] {
        let headers = format!("Content-Type: application/json\r\nOrigin: {PUBLIC_URL}\r\n{cookie}");
        let answer = connection.send("POST", path, &headers, &Value::to_string(&body))?;
        if !(200..300).contains(&answer.status) {
            bail!(
                "{path} was answered {}: {}",
                answer.status,
                String::from_utf8_lossy(&answer.body)
            );
        }
        if let Some(set) = answer.cookie {
            cookie = format!("Cookie: {set}\r\n");
        }
    }
    let cookie = cookie.trim().strip_prefix("Cookie: ").context("no session")?;
    Ok(cookie.to_owned())
}
