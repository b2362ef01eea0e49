//! Webhooks on their way out: signed, retried, sent to the fallback, as Twilio does
//! (<https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides>).

use domain::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use twilio::sid::{AccountSid, AuthToken, CallSid, MessageSid};
use twilio::{Params, signature};

use crate::overrides;
use crate::simulation::Twilio;

/// One HTTP request to make now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub id: u64,
    pub method: String,
    /// Without the fragment; a GET has its parameters in the query.
    pub url: String,
    /// Empty for a GET.
    pub body: String,
    pub content_type: &'static str,
    /// `X-Twilio-Signature`
    pub signature: String,
    /// `I-Twilio-Idempotency-Token`: the same for every attempt of one event.
    pub idempotency_token: String,
    /// 1 for the first.
    pub attempt: u32,
    pub connect_timeout: Duration,
    pub read_timeout: Duration,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Answered {
        status: u16,
        content_type: Option<String>,
        body: String,
    },
    ConnectFailed,
    TimedOut,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Kind {
    Inbound(MessageSid),
    Receipt,
    /// A call asks what to do.
    Call {
        call: CallSid,
        turn: u64,
    },
    /// What a party of a conference is to hear, while it goes on.
    Announcement(CallSid),
}

#[derive(Clone, Debug)]
pub(crate) struct NewDelivery {
    pub(crate) at: Timestamp,
    pub(crate) account: AccountSid,
    pub(crate) url: String,
    pub(crate) method: String,
    pub(crate) fallback_url: Option<String>,
    pub(crate) params: Params,
    pub(crate) kind: Kind,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Pending {
    id: u64,
    at: Timestamp,
    account: AccountSid,
    /// With its fragment.
    url: String,
    method: String,
    fallback_url: Option<String>,
    form: String,
    kind: Kind,
    idempotency_token: String,
    attempt: u32,
    #[serde(skip)]
    in_flight: bool,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Deliveries {
    pending: Vec<Pending>,
    made: u64,
}

impl Deliveries {
    pub(crate) fn next_at(&self) -> Option<Timestamp> {
        self.pending
            .iter()
            .filter(|pending| !pending.in_flight)
            .map(|pending| pending.at)
            .min()
    }
}

/// The copy of a duplicated webhook comes so much later.
const DUPLICATE_AFTER: Duration = Duration::from_millis(300);

impl Twilio {
    pub(crate) fn enqueue(&mut self, new: &NewDelivery) {
        if self.state.misbehaviour.outage {
            let text = format!("not delivered to {} (outage)", new.url);
            self.alert(new.at, 11200, text);
            self.gave_up(new.at, &new.kind);
            return;
        }
        let idempotency_token = self.state.dice.uuid();
        let copies = if self.state.misbehaviour.duplicate_webhooks {
            2
        } else {
            1
        };
        for copy in 0..copies {
            self.state.deliveries.made += 1;
            let pending = Pending {
                id: self.state.deliveries.made,
                at: new.at + DUPLICATE_AFTER * copy,
                account: new.account.clone(),
                url: new.url.clone(),
                method: new.method.clone(),
                fallback_url: new.fallback_url.clone(),
                form: new.params.encode(),
                kind: new.kind.clone(),
                idempotency_token: idempotency_token.clone(),
                attempt: 1,
                in_flight: false,
            };
            self.state.deliveries.pending.push(pending);
        }
    }

    /// The webhooks to send by `now`; each is handed out once and waits for [`Twilio::delivered`].
    pub fn due(&mut self, now: Timestamp) -> Vec<Delivery> {
        self.advance(now);
        let bad = self.state.misbehaviour.bad_signature;
        let accounts = &self.state.accounts;
        let mut due: Vec<_> = self
            .state
            .deliveries
            .pending
            .iter_mut()
            .filter(|pending| !pending.in_flight && pending.at <= now)
            .collect();
        due.sort_by_key(|pending| (pending.at, pending.id));
        due.into_iter()
            .map(|pending| {
                pending.in_flight = true;
                let token = accounts
                    .iter()
                    .find(|account| account.sid == pending.account)
                    .map_or("", |account| account.auth_token.as_str());
                let token = if bad { "not the token" } else { token };
                pending.to_delivery(&AuthToken::new(token))
            })
            .collect()
    }

    /// What came of a delivery: it is done with, tried again, or sent to the fallback.
    pub fn delivered(&mut self, id: u64, now: Timestamp, outcome: &Outcome) {
        let Some(place) = self.state.deliveries.pending.iter().position(|p| p.id == id) else {
            return;
        };
        let mut pending = self.state.deliveries.pending.swap_remove(place);
        let overrides = overrides::read(&pending.url);
        let (again, what) = match outcome {
            Outcome::Answered { status, .. } if (200..300).contains(status) => {
                self.accepted(&pending, now, outcome);
                return;
            }
            Outcome::Answered { status, .. } => {
                let again = (overrides.on_4xx && (400..500).contains(status))
                    || (overrides.on_5xx && (500..600).contains(status));
                (again, format!("answered {status}"))
            }
            Outcome::ConnectFailed => (overrides.on_connect_failure, "could not be reached".to_owned()),
            Outcome::TimedOut => (overrides.on_read_timeout, "did not answer in time".to_owned()),
        };
        let plain_url = pending.plain_url().to_owned();
        if again && pending.attempt <= overrides.retries {
            pending.attempt += 1;
            pending.at = now;
            pending.in_flight = false;
            self.state.deliveries.pending.push(pending);
            return;
        }
        self.alert(now, 11200, format!("{plain_url} {what}"));
        if let Some(fallback) = pending.fallback_url.take().filter(|url| !url.is_empty()) {
            let mut params = Params::parse(&pending.form);
            params.push("ErrorCode", "11200");
            params.push("ErrorUrl", &plain_url);
            pending.form = params.encode();
            pending.url = fallback;
            pending.attempt = 1;
            pending.at = now;
            pending.in_flight = false;
            self.state.deliveries.pending.push(pending);
            return;
        }
        self.gave_up(now, &pending.kind);
    }

    fn gave_up(&mut self, now: Timestamp, kind: &Kind) {
        if let Kind::Call { call, turn } = kind {
            self.call_webhook_failed(now, call.as_str(), *turn);
        }
    }

    fn accepted(&mut self, pending: &Pending, now: Timestamp, outcome: &Outcome) {
        let Outcome::Answered {
            content_type, body, ..
        } = outcome
        else {
            return;
        };
        match &pending.kind {
            Kind::Inbound(sid) => self.reply_by_webhook(now, sid, content_type.as_deref(), body),
            Kind::Call { call, turn } => {
                self.call_answered_by_webhook(now, call.as_str(), *turn, content_type.as_deref(), body);
            }
            Kind::Announcement(call) => self.announced(call.as_str(), content_type.as_deref(), body),
            Kind::Receipt => {}
        }
    }
}

impl Pending {
    fn plain_url(&self) -> &str {
        self.url.split('#').next().unwrap_or_default()
    }

    fn to_delivery(&self, token: &AuthToken) -> Delivery {
        let overrides = overrides::read(&self.url);
        let plain = self.plain_url();
        let get = self.method.eq_ignore_ascii_case("GET");
        let (url, body, signed) = if get {
            let mark = if plain.contains('?') { '&' } else { '?' };
            (
                format!("{plain}{mark}{}", self.form),
                String::new(),
                Params::new(),
            )
        } else {
            (plain.to_owned(), self.form.clone(), Params::parse(&self.form))
        };
        Delivery {
            id: self.id,
            method: if get { "GET" } else { "POST" }.to_owned(),
            signature: signature::sign(token, &url, &signed),
            url,
            body,
            content_type: "application/x-www-form-urlencoded; charset=UTF-8",
            idempotency_token: self.idempotency_token.clone(),
            attempt: self.attempt,
            connect_timeout: Duration::from_millis(overrides.connect_timeout_ms),
            read_timeout: Duration::from_millis(overrides.read_timeout_ms),
        }
    }
}
