//! One step of a sending number's dispatcher: settle what is in doubt, send what is due, say when to come back.
//! All its state is rows, so a step may be cut short anywhere and taken again.

use domain::ids::{CompanyId, MessageId};
use domain::{Address, Timestamp};
use serde::Deserialize;

use super::compose::{Sent, read_views};
use super::hand_over::{DOUBT_AFTER, Handed, hand_over};
use super::reconcile::{GIVE_UP_AFTER, reconcile};
use super::scheduled::store as scheduled;
use super::store::{self, OutboxRow};
use crate::integrations::senders::{Sender, Senders};
use crate::ports::database::{Rows, column};
use crate::{App, Failure, media};

/// Rows a step takes at most.
const STEP: u32 = 50;

/// `public_url`: for the receipts of what is sent. Answers when there is something to do next.
/// After this many, Twilio is taken to be away.
const MOST_UNANSWERED: u32 = 3;

pub async fn step(
    app: &App,
    public_url: &str,
    company: &CompanyId,
    number: &str,
) -> Result<Option<Timestamp>, Failure> {
    let next_message = send_and_settle(app, public_url, company, number).await;
    // Files that came to the company wait for the same alarm; a slow download must not hold up the line.
    let next_file = media::receive::step(app, company).await;
    Ok(next_message?.into_iter().chain(next_file).min())
}

async fn send_and_settle(
    app: &App,
    public_url: &str,
    company: &CompanyId,
    number: &str,
) -> Result<Option<Timestamp>, Failure> {
    let senders = Senders::of(app, company).await?;
    let Ok(sender) = senders.owned(&Address::parse(number)) else {
        // The number was taken away: what is due stays visible as pending until it is back.
        log::warn!("{company}: a dispatcher woke for a number that is no longer the company's");
        let before = app.now() - GIVE_UP_AFTER;
        app.database
            .query(store::give_up_all(company, number, before))
            .await?;
        return Ok(None);
    };
    let credentials = sender.credentials(app)?;
    let doubtful = app
        .database
        .query(store::in_doubt(company, number, app.now() - DOUBT_AFTER))
        .await?
        .all::<OutboxRow>()?;
    let mut unanswered = 0;
    for row in doubtful {
        match reconcile(app, &credentials, &row).await {
            Ok(Some(sent)) => tell(app, company, &sent).await,
            Ok(None) => {}
            // One that cannot be read must not hold up the others; a Twilio that does not answer at all would.
            Err(failure) => {
                log::warn!("{}: not reconciled: {failure:?}", row.id);
                unanswered += 1;
                if unanswered == MOST_UNANSWERED {
                    break;
                }
            }
        }
    }
    send_due(app, public_url, company, number, &sender).await?;
    next(app, company, number).await
}

async fn send_due(
    app: &App,
    public_url: &str,
    company: &CompanyId,
    number: &str,
    sender: &Sender,
) -> Result<(), Failure> {
    let credentials = sender.credentials(app)?;
    for _ in 0..STEP {
        // One at a time: the doubt about a message counts from its own request to Twilio.
        let now = app.now();
        let [answered, opted_out] = scheduled::stop_due(company, number, now);
        let batch = vec![
            answered,
            opted_out,
            store::claim_due(company, number, now, 1),
            scheduled::bring_up(company, number, now),
        ];
        let rows = app.database.commit(batch).await?;
        let [answered, opted_out, due, _] = rows.as_slice() else {
            break;
        };
        for stopped in [answered, opted_out] {
            tell_stopped(app, company, stopped).await?;
        }
        let Some(row) = due.first::<OutboxRow>()? else {
            break;
        };
        let handed = hand_over(app, &credentials, public_url, &row).await;
        match handed.record(app, public_url, &row).await {
            Ok(Some(sent)) => tell(app, company, &sent).await,
            Ok(None) => {}
            Err(fault) => log::error!("{}: the outcome was not recorded: {fault}", row.id),
        }
        if matches!(handed, Handed::InDoubt) {
            break;
        }
    }
    Ok(())
}

async fn tell_stopped(app: &App, company: &CompanyId, stopped: &Rows) -> Result<(), Failure> {
    #[derive(Deserialize)]
    struct Stopped {
        id: MessageId,
    }
    for Stopped { id } in stopped.all()? {
        let rows = app.database.commit(store::views(company, &id)).await?;
        if let Some(sent) = read_views(app, &rows)? {
            tell(app, company, &sent).await;
        }
    }
    Ok(())
}

async fn tell(app: &App, company: &CompanyId, sent: &Sent) {
    if let Err(error) = app.live.tell(company, vec![sent.event()]).await {
        log::warn!("the browsers were not told: {error}");
    }
}

async fn next(app: &App, company: &CompanyId, number: &str) -> Result<Option<Timestamp>, Failure> {
    #[derive(Deserialize)]
    struct Next {
        #[serde(deserialize_with = "column::millis_or_null")]
        at: Option<Timestamp>,
        status: String,
    }
    let rows = app
        .database
        .query(store::next_due(company, number))
        .await?
        .all::<Next>()?;
    let soonest = app.now() + DOUBT_AFTER;
    let times = rows.into_iter().filter_map(|row| match row.status.as_str() {
        // A doubt that was not settled just now is looked at again after a pause.
        "claimed" => row.at.map(|at| (at + DOUBT_AFTER).max(soonest)),
        _ => row.at,
    });
    Ok(times.min())
}
