//! `dev --tunnel` borrows the account's numbers: what Twilio had is written down before anything is changed, and put
//! back at the end; after a crash, at the next start.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

use super::rest::Rest;
use crate::{line, secret};

/// In the folder of the state; `--fresh` leaves it there.
pub(crate) const FILE: &str = "before-tunnel.json";

/// How often we look whether an account has been connected meanwhile.
const PAUSE: Duration = Duration::from_secs(2);

/// A new name takes some seconds to be known; after these we say that we wait.
const PATIENCE: Duration = Duration::from_secs(30);

/// A kind of thing at Twilio whose settings lead somewhere.
struct Kind {
    /// As Twilio calls their list.
    list: &'static str,
    path: &'static str,
    /// As Twilio names a setting when it answers, and when it is asked.
    settings: &'static [(&'static str, &'static str)],
}

const NUMBERS: Kind = Kind {
    list: "incoming_phone_numbers",
    path: "IncomingPhoneNumbers",
    settings: &[
        ("sms_url", "SmsUrl"),
        ("sms_method", "SmsMethod"),
        ("sms_fallback_url", "SmsFallbackUrl"),
        ("sms_fallback_method", "SmsFallbackMethod"),
        ("sms_application_sid", "SmsApplicationSid"),
        ("voice_url", "VoiceUrl"),
        ("voice_method", "VoiceMethod"),
        ("voice_fallback_url", "VoiceFallbackUrl"),
        ("voice_fallback_method", "VoiceFallbackMethod"),
        ("voice_application_sid", "VoiceApplicationSid"),
        ("status_callback", "StatusCallback"),
        ("status_callback_method", "StatusCallbackMethod"),
    ],
};

const APPLICATIONS: Kind = Kind {
    list: "applications",
    path: "Applications",
    settings: &[
        ("friendly_name", "FriendlyName"),
        ("voice_url", "VoiceUrl"),
        ("voice_method", "VoiceMethod"),
        ("voice_fallback_url", "VoiceFallbackUrl"),
        ("voice_fallback_method", "VoiceFallbackMethod"),
        ("status_callback", "StatusCallback"),
        ("status_callback_method", "StatusCallbackMethod"),
    ],
};

const SERVICES: Kind = Kind {
    list: "services",
    path: "Services",
    settings: &[
        ("inbound_request_url", "InboundRequestUrl"),
        ("inbound_method", "InboundMethod"),
        ("fallback_url", "FallbackUrl"),
        ("fallback_method", "FallbackMethod"),
        ("status_callback", "StatusCallback"),
    ],
};

const KINDS: [&Kind; 3] = [&NUMBERS, &APPLICATIONS, &SERVICES];

impl Kind {
    fn of_all(&self, rest: &Rest) -> String {
        match self.list {
            "services" => rest.of_messaging(&format!("{}?PageSize=1000", self.path)),
            _ => rest.of_account(&format!("{}.json?PageSize=1000", self.path)),
        }
    }

    fn of_one(&self, rest: &Rest, sid: &str) -> String {
        match self.list {
            "services" => rest.of_messaging(&format!("{}/{sid}", self.path)),
            _ => rest.of_account(&format!("{}/{sid}.json", self.path)),
        }
    }

    fn all(&self, rest: &Rest) -> Result<Vec<Value>> {
        let page = rest.get(&self.of_all(rest))?;
        let list = page.get(self.list).and_then(Value::as_array).cloned();
        list.with_context(|| format!("Twilio's answer has no {}", self.list))
    }

    /// What is needed to put it back.
    fn noted(&self, thing: &Value) -> Value {
        let names = self.settings.iter().map(|(name, _)| *name);
        let kept = names
            .chain(["sid"])
            .map(|name| (name.to_owned(), setting(thing, name).into()));
        Value::Object(Map::from_iter(kept))
    }

    fn leads_to(&self, thing: &Value, address: &str) -> bool {
        let mut names = self.settings.iter();
        names.any(|(name, _)| setting(thing, name).starts_with(address))
    }
}

/// Unset texts are `""` or null at Twilio.
fn setting<'a>(thing: &'a Value, name: &str) -> &'a str {
    thing.get(name).and_then(Value::as_str).unwrap_or_default()
}

pub(crate) struct Loan {
    rest: Rest,
    file: PathBuf,
    /// The tunnel's.
    address: String,
    /// The app on this machine, and the token that opens it.
    app: String,
    token: String,
    stage: Stage,
    begun: Instant,
    next_look: Instant,
}

#[derive(PartialEq, Eq)]
enum Stage {
    Unreached { is_said: bool },
    Unconnected { is_said: bool },
    Borrowed,
}

/// Puts back what an earlier run could not.
pub(crate) fn settle(folder: &Path, rest: Option<&Rest>) -> Result<()> {
    let file = folder.join(FILE);
    if !file.exists() {
        return Ok(());
    }
    match rest {
        Some(rest) => put_back(rest, &file).context("what Twilio had before an earlier `dev --tunnel`"),
        None => bail!(
            "an earlier `dev --tunnel` did not put back what Twilio had: give TWILIO_ACCOUNT_SID and \
             TWILIO_AUTH_TOKEN once more, or delete {}",
            file.display()
        ),
    }
}

impl Loan {
    pub(crate) fn new(rest: Rest, folder: &Path, address: &str, app: &str, token: &str) -> Self {
        Self {
            rest,
            file: folder.join(FILE),
            address: address.to_owned(),
            app: app.to_owned(),
            token: token.to_owned(),
            stage: Stage::Unreached { is_said: false },
            begun: Instant::now(),
            next_look: Instant::now(),
        }
    }

    /// One step towards numbers that lead here, when it is time for one.
    pub(crate) fn go_on(&mut self) -> Result<()> {
        if self.stage == Stage::Borrowed || Instant::now() < self.next_look {
            return Ok(());
        }
        if let Stage::Unreached { is_said } = self.stage {
            if is_reached(&self.address) {
                self.stage = Stage::Unconnected { is_said: false };
            } else if !is_said && self.begun.elapsed() > PATIENCE {
                println!("\n  {} does not lead here yet. Still waiting.", self.address);
                self.stage = Stage::Unreached { is_said: true };
            }
        }
        if let Stage::Unconnected { is_said } = self.stage {
            self.stage = self.borrow(is_said)?;
        }
        self.next_look = Instant::now() + PAUSE;
        Ok(())
    }

    fn borrow(&self, is_said: bool) -> Result<Stage> {
        let mut lines = line::of_deployment(&self.app, &self.token)?;
        lines.retain(|line| line.account() == self.rest.account());
        if lines.is_empty() {
            if !is_said {
                println!(
                    "\n  No company has this Twilio account yet: its numbers lead here as soon as one has."
                );
            }
            return Ok(Stage::Unconnected { is_said: true });
        }
        self.write_down()?;
        for line in &mut lines {
            line.configure(false)?;
        }
        println!("\n  Ctrl-C puts back what Twilio had.");
        Ok(Stage::Borrowed)
    }

    fn write_down(&self) -> Result<()> {
        let mut before = Map::new();
        before.insert("account".to_owned(), self.rest.account().into());
        before.insert("address".to_owned(), self.address.as_str().into());
        for kind in KINDS {
            let all = kind.all(&self.rest)?;
            let noted = all.iter().map(|thing| kind.noted(thing)).collect();
            before.insert(kind.list.to_owned(), noted);
        }
        secret::write(&self.file, &Value::Object(before))
    }

    pub(crate) fn give_back(&self) -> Result<()> {
        if !self.file.exists() {
            return Ok(());
        }
        put_back(&self.rest, &self.file).with_context(|| {
            format!(
                "what Twilio had is kept in {}, and put back at the next start",
                self.file.display()
            )
        })
    }
}

/// A tunnel that is not ready yet answers as well, with an error of its own.
fn is_reached(address: &str) -> bool {
    let answer = minreq::get(format!("{address}/healthz")).with_timeout(5).send();
    answer.is_ok_and(|answer| answer.status_code == 200)
}

fn put_back(rest: &Rest, file: &Path) -> Result<()> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let before: Value =
        serde_json::from_str(&text).with_context(|| format!("{} is damaged", file.display()))?;
    let (account, address) = (setting(&before, "account"), setting(&before, "address"));
    if account != rest.account() {
        bail!(
            "it belongs to {account}, and TWILIO_ACCOUNT_SID is {}",
            rest.account()
        );
    }
    for kind in KINDS {
        let known = before.get(kind.list).and_then(Value::as_array);
        let known = known.map(Vec::as_slice).unwrap_or_default();
        for now in kind.all(rest)? {
            // What somebody has led elsewhere meanwhile is no longer ours to set.
            if kind.leads_to(&now, address) {
                put_one_back(rest, kind, known, &now)?;
            }
        }
    }
    fs::remove_file(file).with_context(|| format!("cannot delete {}", file.display()))?;
    println!("Twilio has again what it had before.");
    Ok(())
}

fn put_one_back(rest: &Rest, kind: &Kind, known: &[Value], now: &Value) -> Result<()> {
    let sid = setting(now, "sid");
    let Some(before) = known.iter().find(|known| setting(known, "sid") == sid) else {
        // Made for the tunnel. A number or a service is never made.
        return match kind.list {
            "applications" => rest.delete(&kind.of_one(rest, sid)),
            _ => Ok(()),
        };
    };
    let changed = kind
        .settings
        .iter()
        .filter(|(name, _)| setting(now, name) != setting(before, name));
    let form: Vec<_> = changed
        .map(|(name, asked)| (*asked, setting(before, name)))
        .collect();
    rest.post(&kind.of_one(rest, sid), &form).map(drop)
}
