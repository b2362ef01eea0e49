//! The sweep looks at each line again every few hours: what somebody changed at Twilio is found before a customer does.

use contract::ProblemCode;
use contract::lines::Point;
use contract::live::LiveEvent;
use contract::push::PushNote;
use domain::ids::CompanyId;
use domain::{AuditAction, Language};

use super::lines::look;
use super::store::{self, CheckRow};
use super::wiring::Wiring;
use crate::audit::Entry;
use crate::audit::entry::Actor;
use crate::integrations::read;
use crate::push::tell::push_to_administrators;
use crate::{App, Failure};

/// Of one sweep: each asks Twilio a handful of questions.
const AT_ONCE: u32 = 3;

pub async fn sweep(app: &App) -> Result<(), Failure> {
    let due = app
        .database
        .query(store::due(app.now(), AT_ONCE))
        .await?
        .all::<CheckRow>()?;
    for before in due {
        // One that fails is no reason to leave the others.
        if let Err(failure) = look_again(app, &before).await {
            log::error!("line {} was not checked: {failure:?}", before.integration_id);
            app.database
                .query(store::put_off(&before.integration_id, app.now()))
                .await?;
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
    // Twilio has bad moments: only the second look in a row that it does not answer is told.
    let silent = line.problem.filter(|_| before.failed_checks == 1);
    let is_news = row.is_active && (!new.is_empty() || silent.is_some());
    if is_news {
        let found: Vec<_> = new.iter().map(|point| point.name.as_str()).collect();
        let entry = Entry::new(app, &row.company_id, Actor::system(), AuditAction::LineDrifted)
            .subject(&row.name)
            .detail("found", Some(found.join(", ")).filter(|found| !found.is_empty()))
            .detail("problem", silent.map(store::word).transpose()?);
        batch.push(entry.statement());
    }
    app.database.commit(batch).await?;
    if is_news {
        tell(app, &row.company_id, &row.name, silent).await;
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

/// `silent`: why Twilio could not be asked, instead of what it has.
async fn tell(app: &App, company: &CompanyId, name: &str, silent: Option<ProblemCode>) {
    if let Err(error) = app.live.tell(company, vec![LiveEvent::ConfigChanged]).await {
        log::warn!("the browsers were not told: {error}");
    }
    for language in [Language::Fr, Language::En] {
        let note = PushNote {
            title: "Edgeline".to_owned(),
            body: match (language, silent) {
                (Language::Fr, None) => {
                    format!("La ligne «\u{a0}{name}\u{a0}» n’est plus réglée comme elle devrait chez Twilio.")
                }
                (Language::En, None) => {
                    format!("The line “{name}” is no longer set up at Twilio as it should be.")
                }
                (Language::Fr, Some(reason)) => format!(
                    "La ligne «\u{a0}{name}\u{a0}» n’a pas pu être vérifiée deux fois de suite. {}",
                    reason.sentence(language)
                ),
                (Language::En, Some(reason)) => format!(
                    "The line “{name}” could not be checked twice in a row. {}",
                    reason.sentence(language)
                ),
            },
            path: "/settings/health".to_owned(),
            tag: "line".to_owned(),
        };
        push_to_administrators(app, company, language, &note).await;
    }
}
