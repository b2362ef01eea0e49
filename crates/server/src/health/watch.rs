//! The sweep looks at each line again every few hours: what somebody changed at Twilio is found before a customer does.

use std::time::Duration;

use contract::lines::Point;
use contract::live::LiveEvent;
use contract::push::PushNote;
use domain::{AuditAction, Language};

use super::lines::look;
use super::store::{self, CheckRow};
use super::wiring::Wiring;
use crate::audit::Entry;
use crate::audit::entry::Actor;
use crate::integrations::read;
use crate::push::tell::push_to_administrators;
use crate::{App, Failure};

const AGAIN_AFTER: Duration = Duration::from_secs(6 * 3600);
/// Of one sweep: each asks Twilio a handful of questions.
const AT_ONCE: u32 = 3;

pub async fn sweep(app: &App) -> Result<(), Failure> {
    let due = app
        .database
        .query(store::due(app.now() - AGAIN_AFTER, AT_ONCE))
        .await?
        .all::<CheckRow>()?;
    for before in due {
        // One that fails is no reason to leave the others.
        if let Err(failure) = look_again(app, &before).await {
            log::error!("line {} was not checked: {failure:?}", before.integration_id);
        }
    }
    Ok(())
}

async fn look_again(app: &App, before: &CheckRow) -> Result<(), Failure> {
    let row = read::find(app, &before.company_id, &before.integration_id).await?;
    let url = app.settings.public_url.as_ref().unwrap_or(&before.public_url);
    let line = look(app, &row, &Wiring::new(url)).await?;
    let new: Vec<&Point> = line
        .points
        .iter()
        .filter(|point| point.expected != point.actual && !is_known(point, &before.open_points))
        .collect();
    let mut batch = vec![store::note(&row, &line)?];
    let has_drifted = !new.is_empty() || (line.problem.is_some() && line.problem != before.problem);
    if has_drifted && row.is_active {
        let found: Vec<_> = new.iter().map(|point| point.name.as_str()).collect();
        let entry = Entry::new(app, &row.company_id, Actor::system(), AuditAction::LineDrifted)
            .subject(&row.name)
            .detail("found", Some(found.join(", ")).filter(|found| !found.is_empty()))
            .detail("problem", line.problem.map(store::word).transpose()?);
        batch.push(entry.statement());
    }
    app.database.commit(batch).await?;
    if has_drifted && row.is_active {
        tell(app, &row.company_id, &row.name).await;
    }
    Ok(())
}

/// The same setting, whatever it is now.
fn is_known(point: &Point, known: &[Point]) -> bool {
    known.iter().any(|known| {
        (known.subject, known.setting, &known.name, &known.actual)
            == (point.subject, point.setting, &point.name, &point.actual)
    })
}

async fn tell(app: &App, company: &domain::ids::CompanyId, name: &str) {
    if let Err(error) = app.live.tell(company, vec![LiveEvent::ConfigChanged]).await {
        log::warn!("the browsers were not told: {error}");
    }
    for language in [Language::Fr, Language::En] {
        let note = PushNote {
            title: "Edgeline".to_owned(),
            body: match language {
                Language::Fr => {
                    format!("La ligne « {name} » n’est plus réglée comme elle devrait chez Twilio.")
                }
                Language::En => format!("The line “{name}” is no longer set up at Twilio as it should be."),
            },
            path: "/settings/health".to_owned(),
            tag: "line".to_owned(),
        };
        push_to_administrators(app, company, language, &note).await;
    }
}
