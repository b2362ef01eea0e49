//! Signed texts of customers, as Twilio posts them.

use std::sync::atomic::{AtomicU64, Ordering};

use twilio::signature::sign;
use twilio::{AccountSid, AuthToken, MessageSid, Params};

/// Each comes from one of so many customers.
pub(crate) const CUSTOMERS: u64 = 500;

pub(crate) struct Webhooks {
    pub(crate) account: AccountSid,
    pub(crate) token: AuthToken,
    /// What Twilio believes to be our address; the signature covers it.
    pub(crate) public_url: String,
    pub(crate) number: &'static str,
    pub(crate) next: AtomicU64,
}

pub(crate) struct Webhook {
    pub(crate) headers: String,
    pub(crate) body: String,
}

impl Webhooks {
    pub(crate) fn next(&self) -> Webhook {
        let n = self.next.fetch_add(1, Ordering::Relaxed);
        self.text(
            n,
            &format!("Bonjour, est-ce que ma commande {n} est prête ? Merci d'avance."),
            None,
        )
    }

    /// One that can be told from all others.
    pub(crate) fn numbered(&self, text: &str) -> Webhook {
        self.text(self.next.fetch_add(1, Ordering::Relaxed), text, None)
    }

    /// With a file that that Twilio has.
    pub(crate) fn with_file(&self, twilio: &str) -> Webhook {
        let n = self.next.fetch_add(1, Ordering::Relaxed);
        let account = self.account.as_str();
        let file = format!("{twilio}/2010-04-01/Accounts/{account}/Messages/MM{n:032x}/Media/ME{n:032x}");
        self.text(n, "Voici le plan.", Some(&file))
    }

    fn text(&self, n: u64, text: &str, file: Option<&str>) -> Webhook {
        let sid = MessageSid::new(u128::from(n) << 64 | 0xbe_9c4);
        let customer = format!("+336399{:05}", n % CUSTOMERS);
        let mut params = Params::new();
        for (name, value) in [
            ("ToCountry", "FR"),
            ("ToState", ""),
            ("SmsMessageSid", sid.as_str()),
            ("NumMedia", if file.is_some() { "1" } else { "0" }),
            ("ToCity", ""),
            ("FromZip", ""),
            ("SmsSid", sid.as_str()),
            ("FromState", ""),
            ("SmsStatus", "received"),
            ("FromCity", ""),
            ("Body", text),
            ("FromCountry", "FR"),
            ("To", self.number),
            ("ToZip", ""),
            ("NumSegments", "1"),
            ("MessageSid", sid.as_str()),
            ("AccountSid", self.account.as_str()),
            ("From", &customer),
            ("ApiVersion", "2010-04-01"),
        ] {
            params.push(name, value);
        }
        if let Some(file) = file {
            params.push("MediaContentType0", "application/pdf");
            params.push("MediaUrl0", file);
        }
        let signature = sign(&self.token, &format!("{}/handle_sms", self.public_url), &params);
        Webhook {
            headers: format!(
                "Content-Type: application/x-www-form-urlencoded\r\nX-Twilio-Signature: {signature}\r\n\
                 User-Agent: TwilioProxy/1.1\r\nI-Twilio-Idempotency-Token: {n:036}\r\n"
            ),
            body: params.encode(),
        }
    }
}
