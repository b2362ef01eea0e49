//! Sends what is due. Rows are the truth: whoever is cut short leaves a claim that runs out, and the minute's sweep takes
//! up what nobody else did. What arrives twice has the same `webhook-id`.

use std::time::Duration;

use contract::push::PushNote;
use domain::ids::CompanyId;
use domain::{AuditAction, Language};
use futures_util::future::join_all;

use super::store::{self, DueRow, Outcome, Place};
use super::{body, manage, sign};
use crate::audit::Entry;
use crate::audit::entry::Actor;
use crate::ports::{HookAnswer, HookRequest};
use crate::push::tell::push_to_administrators;
use crate::search;
use crate::{App, Failure};

/// Between attempts, as Standard Webhooks proposes: three days and three hours in all.
const PAUSES: [Duration; 9] = [
    Duration::from_secs(5),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(2 * 3600),
    Duration::from_secs(5 * 3600),
    Duration::from_secs(10 * 3600),
    Duration::from_secs(14 * 3600),
    Duration::from_secs(20 * 3600),
    Duration::from_secs(24 * 3600),
];
/// Longer than an attempt can take.
pub const CLAIM_LASTS: Duration = Duration::from_secs(60);
const AT_ONCE: u32 = 20;
/// Of one hook: a Worker has six connections, and one that does not answer keeps each for fifteen seconds.
const OF_A_HOOK: u32 = 3;
/// A sweep begins no further step after this long; the next one goes on.
const A_SWEEP_TAKES: Duration = Duration::from_secs(20);
const STEPS_OF_A_SWEEP: u32 = 50;
/// A hook at which nothing arrived for so long is told nothing more.
const DISABLED_AFTER: Duration = Duration::from_secs(3 * 24 * 3600);
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);
const MOST_KEPT_OF_ANSWER: usize = 500;

/// After an answer: what just happened in this company leaves now. Costs nothing where nobody listens.
pub async fn go_on(app: &App, company: &CompanyId) {
    if let Err(failure) = try_go_on(app, company).await {
        log::warn!("webhooks wait for the sweep: {failure:?}");
    }
}

async fn try_go_on(app: &App, company: &CompanyId) -> Result<(), Failure> {
    let now = app.now();
    if app.hook_listeners.has_none(company, now) {
        return Ok(());
    }
    if app
        .database
        .query(store::is_anybody_told(company))
        .await?
        .is_empty()
    {
        app.hook_listeners.note_none(company, now);
        return Ok(());
    }
    search::index::catch_up(app, search::index::BEFORE_A_SEARCH).await?;
    step(app, Some(company)).await.map(drop)
}

pub async fn sweep(app: &App) -> Result<(), Failure> {
    let began = app.now();
    for _ in 0..STEPS_OF_A_SWEEP {
        if step(app, None).await? == 0 || app.now().since(began) >= A_SWEEP_TAKES {
            break;
        }
    }
    app.database.query(store::forget_old(app.now() - KEPT)).await?;
    Ok(())
}

/// Of one company, or of all. Answers how many were sent.
async fn step(app: &App, company: Option<&CompanyId>) -> Result<usize, Failure> {
    let now = app.now();
    let claim = store::claim_due(company, now, now + CLAIM_LASTS, OF_A_HOOK, AT_ONCE);
    let places = app.database.query(claim).await?.all::<Place>()?;
    if places.is_empty() {
        return Ok(0);
    }
    let places: Vec<_> = places.into_iter().map(|row| row.place).collect();
    send(app, &places).await?;
    Ok(places.len())
}

/// Claimed ones, side by side.
pub async fn send(app: &App, places: &[i64]) -> Result<(), Failure> {
    let due = app
        .database
        .query(store::due(places, app.now()))
        .await?
        .all::<DueRow>()?;
    for result in join_all(due.iter().map(|row| attempt(app, row))).await {
        // Its claim runs out: it is tried again.
        if let Err(failure) = result {
            log::error!("a webhook was not sent: {failure:?}");
        }
    }
    Ok(())
}

async fn attempt(app: &App, due: &DueRow) -> Result<(), Failure> {
    let Some(body) = body::of(app, due).await? else {
        // Deleted before it could be told: there is nothing to say.
        app.database.query(store::drop_one(due.place)).await?;
        return Ok(());
    };
    let answer = app.hooks.post(request(app, due, &body)?).await;
    let now = app.now();
    let (status, text) = match answer {
        Ok(HookAnswer { status, text }) => (Some(status), text),
        Err(reason) => (None, reason),
    };
    let arrived = status.is_some_and(|status| (200..300).contains(&status));
    let pause = usize::try_from(due.attempts - 1)
        .ok()
        .and_then(|nth| PAUSES.get(nth));
    let outcome = Outcome {
        place: due.place,
        body: &body,
        arrived,
        status,
        answer: &text.chars().take(MOST_KEPT_OF_ANSWER).collect::<String>(),
        tried_at: now,
        next_at: pause.filter(|_| !arrived).map(|pause| now + *pause),
    };
    let is_dead = !arrived
        && due
            .failing_since
            .is_some_and(|since| now.since(since) >= DISABLED_AFTER);
    let mut batch = vec![store::record(&outcome)];
    batch.push(if arrived {
        store::note_arrival(&due.hook_id)
    } else {
        store::note_failure(&due.hook_id, now)
    });
    if is_dead {
        let entry =
            Entry::new(app, &due.company_id, Actor::system(), AuditAction::DisableHook).subject(&due.url);
        batch.extend([store::disable(&due.hook_id, now), entry.if_changed()]);
        batch.push(store::give_up_waiting(&due.hook_id));
    }
    app.database.commit(batch).await?;
    if is_dead {
        tell_administrators(app, &due.company_id, &due.url).await;
    }
    Ok(())
}

fn request(app: &App, due: &DueRow, body: &str) -> Result<HookRequest, Failure> {
    let context = manage::context(&due.company_id, &due.hook_id);
    let secrets: Result<Vec<_>, _> = [Some(&due.secret), due.old_secret.as_ref()]
        .into_iter()
        .flatten()
        .map(|sealed| app.settings.keys.open(&context, sealed))
        .collect();
    let seconds = app.now().as_millis() / 1000;
    let signature = sign::signature(&secrets?, due.id.as_str(), seconds, body)?;
    Ok(HookRequest {
        url: due.url.clone(),
        headers: vec![
            ("content-type", "application/json".to_owned()),
            ("user-agent", "Edgeline".to_owned()),
            ("webhook-id", due.id.to_string()),
            ("webhook-timestamp", seconds.to_string()),
            ("webhook-signature", signature),
        ],
        body: body.to_owned(),
    })
}

async fn tell_administrators(app: &App, company: &CompanyId, url: &str) {
    let host = url.split('/').nth(2).unwrap_or(url);
    for language in [Language::Fr, Language::En] {
        let note = PushNote {
            title: "Edgeline".to_owned(),
            body: match language {
                Language::Fr => {
                    format!(
                        "Le webhook vers {host} ne répond plus depuis trois jours\u{a0}: il a été désactivé."
                    )
                }
                Language::En => {
                    format!("The webhook to {host} has not answered for three days: it was disabled.")
                }
            },
            path: "/settings/webhooks".to_owned(),
            tag: "webhook".to_owned(),
        };
        push_to_administrators(app, company, language, &note).await;
    }
}
