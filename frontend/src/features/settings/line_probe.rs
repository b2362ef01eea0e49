//! Sends a signed request of our own to the public address, as Twilio would, and tells what came of it.

use contract::lines::{ProbeKind, ProbeLine, ProbeRequest};
use contract::{Nothing, ProblemCode};
use domain::ids::IntegrationId;

use crate::client::Client;
use crate::locales::HealthTexts;
use crate::platform::{clock, fetch};

#[derive(Clone)]
pub struct Outcome {
    pub arrived: bool,
    pub words: String,
}

pub async fn try_line(client: Client, id: &IntegrationId, kind: ProbeKind, texts: &HealthTexts) -> Outcome {
    let what = match kind {
        ProbeKind::Message => texts.probed_message,
        ProbeKind::Call => texts.probed_call,
    };
    let (arrived, how) = match client
        .call::<ProbeLine>(id, &Nothing {}, &ProbeRequest { kind })
        .await
    {
        // It takes nothing of the kind: nothing is wrong with it.
        Err(failure) if failure.code() == Some(ProblemCode::NoSender) => (true, texts.not_tried.to_owned()),
        Err(_) => (false, texts.unreachable.to_owned()),
        Ok(probe) => {
            let started = clock::now();
            let request = fetch::Request {
                method: "POST",
                url: probe.url,
                headers: vec![
                    ("content-type", "application/x-www-form-urlencoded".to_owned()),
                    ("x-twilio-signature", probe.signature),
                ],
                body: Some(probe.body),
            };
            match fetch::send(request).await {
                Ok(answer) if answer.status == 200 => {
                    let took = clock::now().since(started).as_millis();
                    (true, (texts.arrived)(u32::try_from(took).unwrap_or(u32::MAX)))
                }
                Ok(_) => (false, texts.refused.to_owned()),
                Err(fetch::Unreachable) => (false, texts.unreachable.to_owned()),
            }
        }
    };
    Outcome {
        arrived,
        words: format!("{what} {how}"),
    }
}
