//! One step of a sending number's dispatcher: settle what is in doubt, send what is due, say when to come back.
//! All its state is rows, so a step may be cut short anywhere and taken again.

use domain::ids::{CompanyId, MessageId};
use domain::{Address, Segments, Timestamp};
use serde::Deserialize;

use super::hand_over::{DOUBT_AFTER, hand_over_all};
use super::line::Line;
use super::reconcile::{GIVE_UP_AFTER, reconcile};
use super::scheduled::store as scheduled;
use super::sent::{Sent, read_views};
use super::store::{self, OutboxRow};
use crate::campaigns::send::{OnLine, send_campaigns, stop_all};
use crate::integrations::senders::{Sender, Senders};
use crate::ports::database::{Rows, column};
use crate::{App, Failure, media};

/// Rows a step takes at most.
const STEP: u32 = 50;
/// Requests to Twilio at once: it counts them by account (20429), and a Worker has six connections.
pub const AT_ONCE: u32 = 5;
/// After this many, Twilio is taken to be away.
const MOST_UNANSWERED: u32 = 3;

/// `public_url`: for the receipts of what is sent. Answers when there is something to do next.
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
        stop_all(app, company, number).await?;
        return Ok(None);
    };
    let doubtful = app
        .database
        .query(store::in_doubt(company, number, app.now() - DOUBT_AFTER))
        .await?
        .all::<OutboxRow>()?;
    let mut unanswered = 0;
    for row in doubtful {
        match reconcile(app, &sender, &row).await {
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
    let mut line = Line::of(&sender);
    let taken = send_due(app, public_url, company, &sender, &mut line).await?;
    let on = OnLine {
        app,
        public_url,
        company,
        sender: &sender,
    };
    let next_campaign = send_campaigns(&on, &mut line, STEP.saturating_sub(taken)).await?;
    let next_row = next(app, company, number, &line).await?;
    Ok(next_row.into_iter().chain(next_campaign).min())
}

/// Single messages first, whatever campaigns wait: somebody scheduled them for now, or wrote them just before.
/// Answers how many were taken.
async fn send_due(
    app: &App,
    public_url: &str,
    company: &CompanyId,
    sender: &Sender,
    line: &mut Line,
) -> Result<u32, Failure> {
    let credentials = sender.credentials(app)?;
    let number = sender.address.to_string();
    let mut taken = 0;
    while taken < STEP && line.is_free(app.now()) {
        // No more than are asked for at once: the doubt about a message counts from its own request to Twilio.
        let now = app.now();
        let [answered, opted_out, spent] = scheduled::stop_due(company, &number, now);
        let batch = vec![
            answered,
            opted_out,
            spent,
            store::claim_due(company, &number, now, AT_ONCE.min(STEP - taken)),
            scheduled::bring_up(company, &number, now),
        ];
        let rows = app.database.commit(batch).await?;
        let [answered, opted_out, spent, due, _] = rows.as_slice() else {
            break;
        };
        for stopped in [answered, opted_out, spent] {
            tell_stopped(app, company, stopped).await?;
        }
        let mut due = due.all::<OutboxRow>()?;
        // `RETURNING` keeps no order; an id is made of the time at which it is to leave.
        due.sort_by(|one, other| one.id.cmp(&other.id));
        if due.is_empty() {
            break;
        }
        taken += u32::try_from(due.len()).unwrap_or(STEP);
        for row in &due {
            line.take(app.now(), Segments::of(&row.body).segments);
        }
        let handed = hand_over_all(app, &credentials, public_url, &due).await;
        let mut batch = Vec::new();
        for (row, handed) in due.iter().zip(&handed) {
            line.learn(app, handed);
            batch.extend(handed.outcome(app, row).0);
        }
        batch.push(line.statement(company, &number));
        let recorded = batch.len();
        for row in &due {
            batch.extend(store::views(company, &row.id));
        }
        let rows = match app.database.commit(batch).await {
            Ok(rows) => rows,
            Err(error) => {
                log::error!("{} outcomes were not recorded: {error}", due.len());
                break;
            }
        };
        for views in rows.get(recorded..).unwrap_or_default().chunks(2) {
            if let Some(sent) = read_views(app, views)? {
                tell(app, company, &sent).await;
            }
        }
    }
    Ok(taken)
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
    // Of a campaign that nobody has answered.
    if !sent.is_listed() {
        return;
    }
    if let Err(error) = app.live.tell(company, vec![sent.event()]).await {
        log::warn!("the browsers were not told: {error}");
    }
}

async fn next(
    app: &App,
    company: &CompanyId,
    number: &str,
    line: &Line,
) -> Result<Option<Timestamp>, Failure> {
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
        _ => row.at.map(|at| at.max(line.free_at())),
    });
    Ok(times.min())
}
