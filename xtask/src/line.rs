//! `cargo xtask configure` and `cargo xtask check-line`: a deployment's lines at Twilio, by its own API.

use std::env;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::http::{Client, Refused};
use crate::{arguments, deploy};

/// A Twilio account of a company.
pub(crate) struct Line {
    /// Acts in its company.
    client: Client,
    id: String,
    name: String,
    account: String,
}

pub(crate) fn configure(mut given: Vec<String>) -> Result<()> {
    let dry_run = arguments::take_switch(&mut given, "--dry-run");
    configure_all(&mut lines(given)?, dry_run)
}

/// One that Twilio refuses is no reason to leave the others.
fn configure_all(lines: &mut [Line], dry_run: bool) -> Result<()> {
    let mut failed = 0;
    for line in lines {
        if let Err(error) = line.configure(dry_run) {
            println!("  ✗ {error:#}");
            failed += 1;
        }
    }
    if failed > 0 {
        let what = if failed == 1 { "account" } else { "accounts" };
        bail!("{failed} Twilio {what} could not be set up");
    }
    Ok(())
}

/// The end of a deployment: every connected account leads there. Answers whether there is any.
pub(crate) fn connect(address: &str, token: &str) -> Result<bool> {
    let mut lines = of_deployment(address, token)?;
    configure_all(&mut lines, false)?;
    Ok(!lines.is_empty())
}

pub(crate) fn check(given: Vec<String>) -> Result<()> {
    let mut unwell = 0;
    for line in &mut lines(given)? {
        println!("\n{}", line.name);
        let view = line.client.get(&format!("/api/health/lines/{}", line.id))?;
        if let Some(problem) = view.get("problem").and_then(Value::as_str) {
            println!("  ✗ Twilio could not be asked: {problem}");
            unwell += 1;
            continue;
        }
        for point in list(&view, "/points") {
            let is_good = is(point, "good");
            println!(
                "  {} {}",
                if is_good { '✓' } else { '✗' },
                described(point, "now")
            );
            unwell += i32::from(!is_good);
        }
        for kind in ["message", "call"] {
            match probe(line, kind) {
                Ok(ms) => println!("  ✓ a signed {kind} of our own came in and was noted in {ms} ms"),
                Err(error)
                    if error
                        .downcast_ref::<Refused>()
                        .is_some_and(|no| no.is("no_sender")) =>
                {
                    println!("  – no number of this line takes a {kind}: not tried");
                }
                Err(error) => {
                    println!("  ✗ a signed {kind} of our own did not come in: {error:#}");
                    unwell += 1;
                }
            }
        }
    }
    if unwell > 0 {
        let what = if unwell == 1 {
            "1 thing is not as it should be".to_owned()
        } else {
            format!("{unwell} things are not as they should be")
        };
        bail!("{what}: `cargo xtask configure` sets right what can be");
    }
    Ok(())
}

/// Sends it as Twilio would, and answers how long that took.
fn probe(line: &mut Line, kind: &str) -> Result<u128> {
    let probe = line.post("probe", &json!({ "kind": kind }))?;
    let text = |name: &str| {
        probe
            .get(name)
            .and_then(Value::as_str)
            .with_context(|| format!("no {name}"))
    };
    let started = Instant::now();
    let answer = minreq::post(text("url")?)
        .with_timeout(15)
        .with_header("Content-Type", "application/x-www-form-urlencoded")
        .with_header("X-Twilio-Signature", text("signature")?)
        .with_body(text("body")?)
        .send()?;
    if answer.status_code != 200 {
        bail!("{}: {}", answer.status_code, answer.as_str().unwrap_or_default());
    }
    Ok(started.elapsed().as_millis())
}

impl Line {
    /// `AC…`
    pub(crate) fn account(&self) -> &str {
        &self.account
    }

    /// Sets it up at Twilio, and says what was, or with `dry_run` would be, changed.
    pub(crate) fn configure(&mut self, dry_run: bool) -> Result<()> {
        println!("\n{}", self.name);
        let done = self.post("configure", &json!({ "dry_run": dry_run }))?;
        let changes = list(&done, "/changes");
        if changes.is_empty() {
            println!("  nothing to change");
        }
        let (verb, when) = if dry_run {
            ("would set", "now")
        } else {
            ("set", "before")
        };
        for change in changes {
            println!("  {verb} {}", described(change, when));
        }
        for point in list(&done, "/line/points")
            .iter()
            .filter(|point| is(point, "by_hand"))
        {
            println!("  by hand, at Twilio: {}", described(point, "now"));
        }
        Ok(())
    }

    fn post(&mut self, what: &str, body: &Value) -> Result<Value> {
        self.client
            .post(&format!("/api/health/lines/{}/{what}", self.id), body)
    }
}

/// All of the deployment that is named, or that was deployed from here.
fn lines(mut given: Vec<String>) -> Result<Vec<Line>> {
    let environment = arguments::take_value(&mut given, "--env")?;
    let url = match given.first() {
        Some(url) if !url.starts_with("--") => Some(given.remove(0)),
        _ => None,
    };
    arguments::none(&given)?;
    let (known, kept) = deploy::known(environment.as_deref())?;
    let url = url
        .or(known)
        .context("name the deployment: its URL is not known here")?;
    let token = env::var("ADMIN_TOKEN")
        .ok()
        .filter(|token| !token.is_empty())
        .or(kept);
    let token = token.context("set ADMIN_TOKEN: the deployment's own is not known here")?;
    let lines = of_deployment(url.trim_end_matches('/'), &token)?;
    if lines.is_empty() {
        bail!("no Twilio account is connected at {url} yet: connect one in its settings");
    }
    Ok(lines)
}

/// All accounts that are connected there, of every company.
pub(crate) fn of_deployment(url: &str, token: &str) -> Result<Vec<Line>> {
    let mut root = Client::with_token(url, token);
    let mut lines = Vec::new();
    for company in array(&root.get("/api/companies")?) {
        let mut client = root.in_company(&text(company, "id")?);
        for integration in array(&client.get("/inbox/integrations")?) {
            lines.push(Line {
                client: root.in_company(&text(company, "id")?),
                id: text(integration, "id")?,
                name: format!("{}, {}", text(company, "name")?, text(integration, "name")?),
                account: text(integration, "account_id")?,
            });
        }
    }
    Ok(lines)
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).map(array).unwrap_or_default()
}

fn text(value: &Value, name: &str) -> Result<String> {
    let text = value.get(name).and_then(Value::as_str);
    text.map(str::to_owned)
        .with_context(|| format!("an answer without {name}"))
}

fn is(point: &Value, verdict: &str) -> bool {
    point.get("verdict").and_then(Value::as_str) == Some(verdict)
}

/// `07 55 53 00 01, message_webhook: https://… (now: nothing)`
fn described(point: &Value, when: &str) -> String {
    let word = |name: &str| {
        point
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or("nothing")
            .to_owned()
    };
    let head = format!("{}, {}: {}", word("name"), word("setting"), word("expected"));
    if is(point, "good") {
        return head;
    }
    format!("{head} ({when}: {})", word("actual"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_told_with_what_there_is_now() {
        let mut point = json!({
            "name": "07 55 53 00 01", "setting": "message_webhook", "expected": "https://a.example/handle_sms",
            "actual": null, "verdict": "mendable",
        });
        assert_eq!(
            described(&point, "now"),
            "07 55 53 00 01, message_webhook: https://a.example/handle_sms (now: nothing)"
        );
        point["verdict"] = "good".into();
        assert!(!described(&point, "now").contains("now"));
    }
}
