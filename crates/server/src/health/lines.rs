//! Looking at a line and setting it right: plan, apply, read back.

use contract::ProblemCode;
use contract::lines::{AccountState, CheckLine, ConfigureLine, Configured, LineView, Point, Verdict};
use contract::live::LiveEvent;
use domain::AuditAction;
use domain::ids::CompanyId;
use twilio::applications::PutApplication;
use twilio::messaging::{UpdateService, UpdateWhatsappSender};
use twilio::phone_numbers::UpdateIncomingPhoneNumber;
use twilio::sid::{ApplicationSid, Credentials, MessagingServiceSid, PhoneNumberSid};

use super::found::Found;
use super::points::{Judged, Mend, judge};
use super::store as health;
use super::wiring::Wiring;
use crate::audit::Entry;
use crate::integrations::store::IntegrationRow;
use crate::integrations::twilio_call::{call as ask, credentials};
use crate::integrations::{read, store};
use crate::live::tell_later;
use crate::web::{Answer, Call};
use crate::{App, Failure};

pub async fn check(call: Call<CheckLine>) -> Result<Answer<LineView>, Failure> {
    let row = read::find(&call.app, call.caller.company()?, &call.id).await?;
    let wiring = Wiring::new(&call.meta.public_url);
    let line = look(&call.app, &row, &wiring).await?;
    call.app.database.query(health::note(&row, &line)?).await?;
    Ok(Answer::ok(line))
}

/// What cannot be asked is part of the answer.
pub async fn look(app: &App, row: &IntegrationRow, wiring: &Wiring) -> Result<LineView, Failure> {
    let found = async {
        let credentials = opened(app, row)?;
        Found::look(app, &credentials, row, wiring)
            .await
            .map_err(Failure::from)
    };
    match found.await {
        Ok(found) => {
            let judged = judge(&found, row, wiring);
            Ok(view(app, row, wiring, Ok((&found, judged))))
        }
        Err(failure) => match failure.code() {
            code @ (ProblemCode::TwilioCredentialsRefused
            | ProblemCode::TwilioUnreachable
            | ProblemCode::CredentialsUnreadable) => Ok(view(app, row, wiring, Err(code))),
            _ => Err(failure),
        },
    }
}

/// A token that another key has sealed is a matter of this line, not of the request.
fn opened(app: &App, row: &IntegrationRow) -> Result<Credentials, Failure> {
    credentials(app, row).map_err(|fault| {
        log::error!("the credentials of {} cannot be read: {fault}", row.id);
        ProblemCode::CredentialsUnreadable.into()
    })
}

fn view(
    app: &App,
    row: &IntegrationRow,
    wiring: &Wiring,
    found: Result<(&Found, Vec<Judged>), ProblemCode>,
) -> LineView {
    let (account, points, problem) = match found {
        Ok((found, judged)) => {
            let account = AccountState {
                name: found.account.friendly_name.clone(),
                status: found.account.status.as_str().to_owned(),
                kind: found.account.kind.clone().unwrap_or_default(),
            };
            let points = judged.into_iter().map(|judged| judged.point).collect();
            (Some(account), points, None)
        }
        Err(problem) => (None, Vec::new(), Some(problem)),
    };
    LineView {
        integration_id: row.id.clone(),
        name: row.name.clone(),
        checked_at: app.now(),
        public_url: wiring.public_url().to_owned(),
        account,
        problem,
        points,
    }
}

pub async fn configure(call: Call<ConfigureLine>) -> Result<Answer<Configured>, Failure> {
    let (app, company) = (&call.app, call.caller.company()?);
    let mut row = read::find(app, company, &call.id).await?;
    let wiring = Wiring::new(&call.meta.public_url);
    let credentials = opened(app, &row)?;
    let found = Found::look(app, &credentials, &row, &wiring).await?;
    let judged = judge(&found, &row, &wiring);
    let changes: Vec<Point> = judged
        .iter()
        .filter(|judged| judged.mend.is_some())
        .map(|judged| judged.point.clone())
        .collect();
    if call.body.dry_run || changes.is_empty() {
        let line = view(app, &row, &wiring, Ok((&found, judged)));
        return Ok(Answer::ok(Configured { changes, line }));
    }
    let mut done = Done::default();
    let applied = apply(app, &credentials, &found, judged, &wiring, &mut done).await;
    // What was changed is noted even when the rest failed.
    note(&call, company, &row, &done).await?;
    applied?;
    if let Some(sid) = &done.application {
        row.twiml_app_sid = Some(sid.to_string());
    }
    tell_later(app, &call.meta.after, company, vec![LiveEvent::ConfigChanged]);
    let line = look(app, &row, &wiring).await?;
    app.database.query(health::note(&row, &line)?).await?;
    // What Twilio did not keep is no change.
    let kept = |change: &Point| !is_still_open(&line, change);
    let changes = changes.into_iter().filter(kept).collect();
    Ok(Answer::ok(Configured { changes, line }))
}

fn is_still_open(line: &LineView, change: &Point) -> bool {
    line.with(Verdict::Mendable).any(|point| {
        (point.subject, point.setting, &point.name) == (change.subject, change.setting, &change.name)
    })
}

#[derive(Default)]
struct Done {
    /// In words, for the audit trail.
    subjects: Vec<String>,
    application: Option<ApplicationSid>,
}

async fn apply(
    app: &App,
    credentials: &Credentials,
    found: &Found,
    judged: Vec<Judged>,
    wiring: &Wiring,
    done: &mut Done,
) -> Result<(), Failure> {
    // One request for each thing, with all that it needs.
    for (_, resource) in &found.numbers {
        let Some(resource) = resource else { continue };
        let settings = of(&judged, resource.sid.as_str(), |mend| match mend {
            Mend::Number(setting, value) => Some((*setting, value.clone())),
            _ => None,
        });
        if !settings.is_empty() {
            let sid = PhoneNumberSid::clone(&resource.sid);
            // Noted before: when the answer is lost, it may have been done.
            done.subjects.push(resource.phone_number.to_string());
            ask(app, credentials, &UpdateIncomingPhoneNumber { sid, settings }).await?;
        }
    }
    if judged.iter().any(|judged| judged.mend == Some(Mend::Application)) {
        let put = PutApplication {
            sid: found.application.as_ref().map(|known| known.sid.clone()),
            friendly_name: wiring.application_name(),
            voice_url: wiring.outgoing_webhook(),
            voice_fallback_url: wiring.outgoing_fallback(),
            status_callback: wiring.call_status(),
        };
        done.subjects.push(put.friendly_name.clone());
        let application = ask(app, credentials, &put).await?;
        done.application = Some(application.sid);
    }
    for (service, _) in &found.services {
        let settings = of(&judged, service.sid.as_str(), |mend| match mend {
            Mend::Service(setting, value) => Some((*setting, value.clone())),
            _ => None,
        });
        if !settings.is_empty() {
            let sid = MessagingServiceSid::clone(&service.sid);
            done.subjects.push(service.sid.to_string());
            ask(app, credentials, &UpdateService { sid, settings }).await?;
        }
    }
    for sender in found.senders.values() {
        let sid = sender.sid.clone();
        let differs = of(&judged, &sid, |mend| (*mend == Mend::Sender).then_some(()));
        if !differs.is_empty() {
            let webhook = wiring.sender_webhook();
            done.subjects.push(sender.sender_id.clone());
            ask(app, credentials, &UpdateWhatsappSender { sid, webhook }).await?;
        }
    }
    Ok(())
}

fn of<T>(judged: &[Judged], sid: &str, wanted: impl Fn(&Mend) -> Option<T>) -> Vec<T> {
    judged
        .iter()
        .filter(|judged| judged.point.sid.as_deref() == Some(sid))
        .filter_map(|judged| judged.mend.as_ref().and_then(&wanted))
        .collect()
}

async fn note(
    call: &Call<ConfigureLine>,
    company: &CompanyId,
    row: &IntegrationRow,
    done: &Done,
) -> Result<(), Failure> {
    if done.subjects.is_empty() {
        return Ok(());
    }
    let app: &App = &call.app;
    let mut batch = Vec::new();
    if let Some(sid) = &done.application {
        batch.push(store::set_application(&row.id, sid.as_str(), app.now()));
    }
    let entry = Entry::new(app, company, &call.caller, AuditAction::ConfigureLine)
        .subject(&row.name)
        .detail("set", Some(done.subjects.join(", ")))
        .detail("address", Some(&call.meta.public_url));
    batch.push(entry.statement());
    app.database.commit(batch).await?;
    app.accounts.forget();
    Ok(())
}
