//! The campaigns' part of a dispatcher's step: whose turn it is, as fast as the line bears, until something says stop.

use std::time::Duration;

use contract::ProblemCode;
use domain::audit::AuditAction;
use domain::campaign::{CampaignState, JUDGED_TOGETHER, PauseReason};
use domain::ids::{CompanyId, ContactId, ConversationId, MediaId, MessageId};
use domain::zones::Zone;
use domain::{Channel, MessageBody, Segments, Timestamp, template};

use super::store::claims::{self, Candidate, Claim, Claimed, Claims};
use super::store::{self, CampaignRow};
use crate::audit::Actor;
use crate::figures::spending;
use crate::integrations::senders::{Pace, Sender};
use crate::ports::database::{Rows, Statement};
use crate::sending::dispatch::AT_ONCE;
use crate::sending::hand_over::hand_over_all;
use crate::sending::line::Line;
use crate::sending::rules::{self, Allowed};
use crate::sending::store::{OutboxMedia, OutboxRow};
use crate::{App, Failure, Fault};

/// The first ones are judged after this long, whatever receipts are still missing.
const CANARY_WAITS: Duration = Duration::from_secs(120);
/// How often they are looked at meanwhile.
const CANARY_LOOKS: Duration = Duration::from_secs(5);

/// Where a step works.
pub struct OnLine<'a> {
    pub app: &'a App,
    pub public_url: &'a str,
    pub company: &'a CompanyId,
    pub sender: &'a Sender,
}

/// At most `most` messages; answers when there is something to do next.
pub async fn send_campaigns(
    on: &OnLine<'_>,
    line: &mut Line,
    mut most: u32,
) -> Result<Option<Timestamp>, Failure> {
    let (app, number) = (on.app, on.sender.address.to_string());
    let mut batch = vec![
        rules::chosen(on.company),
        spending::is_spent(on.company, app.now()),
    ];
    batch.extend(store::start_and_list(on.company, &number, app.now()));
    let rows = app.database.commit(batch).await?;
    let [allowed, spent, _, campaigns] = rows.as_slice() else {
        return Err(Fault::Storage("not every answer came back".to_owned()).into());
    };
    let allowed = Allowed::read(allowed)?;
    let is_spent = spending::read(spent)?;
    let mut next: Option<Timestamp> = None;
    for campaign in campaigns.all::<CampaignRow>()? {
        let at = match campaign.state {
            CampaignState::Running if is_spent && campaign.waiting > 0 => {
                stop(app, on.company, &campaign, PauseReason::SpendCap).await?;
                None
            }
            CampaignState::Running => advance(on, &allowed, line, &mut most, &campaign).await?,
            _ => Some(campaign.send_at),
        };
        next = next.into_iter().chain(at).min();
    }
    Ok(next)
}

/// One campaign's part of the step, and when to come back to it.
async fn advance(
    on: &OnLine<'_>,
    allowed: &Allowed,
    line: &mut Line,
    most: &mut u32,
    campaign: &CampaignRow,
) -> Result<Option<Timestamp>, Failure> {
    let app = on.app;
    if campaign.waiting == 0 {
        // Whatever became of them: where nobody waits, there is nothing to stop.
        let finish = store::finish(on.company, &campaign.id, app.now());
        app.database.query(finish).await?;
        // Those in doubt bring the dispatcher back by themselves.
        return Ok(None);
    }
    if let Some(reason) = campaign.tally().alarm() {
        stop(app, on.company, campaign, reason).await?;
        return Ok(None);
    }
    let canary = match Canary::of(campaign, app.now()) {
        Canary::Waits(at) => {
            if campaign.canary_until.is_none() {
                let until = store::await_canary(on.company, &campaign.id, app.now() + CANARY_WAITS);
                app.database.query(until).await?;
            }
            return Ok(Some(at));
        }
        Canary::Passed => {
            let end = store::end_canary(on.company, &campaign.id);
            app.database.query(end).await?;
            None
        }
        Canary::Goes(left) => Some(left),
        Canary::None => {
            if campaign.tally().judged >= JUDGED_TOGETHER {
                app.database
                    .query(store::count_anew(on.company, &campaign.id))
                    .await?;
            }
            None
        }
    };
    let mut left = canary.unwrap_or(u32::MAX).min(*most);
    let hours = Hours::of(campaign, app.now());
    if !line.is_free(app.now()) || *most == 0 {
        return Ok(Some(
            hours.opens.map_or(line.free_at(), |at| at.max(line.free_at())),
        ));
    }
    let candidates = app
        .database
        .query(claims::candidates(&campaign.id, &hours.open, left))
        .await?
        .all::<Candidate>()?;
    let nobody = candidates.is_empty();
    for group in candidates.chunks(AT_ONCE as usize) {
        if !line.is_free(app.now()) || left == 0 {
            break;
        }
        let taken = send_group(on, allowed, line, campaign, group).await?;
        left = left.saturating_sub(taken);
        *most = most.saturating_sub(taken);
    }
    // Whoever waits elsewhere sleeps still; with nobody there either, only the counters are late.
    Ok(Some(match hours.opens {
        Some(at) if nobody => at,
        // Whoever is counted and not there would be asked for again and again.
        None if nobody => app.now() + CANARY_LOOKS,
        _ => line.free_at().max(app.now()),
    }))
}

/// What holds a running campaign back, and until about when; `None` when it goes on.
pub fn waits_until(
    campaign: &CampaignRow,
    pace: Pace,
    somebody_awake: bool,
    now: Timestamp,
) -> Option<Timestamp> {
    match campaign.state {
        CampaignState::Scheduled => return Some(campaign.send_at),
        CampaignState::Running if campaign.waiting > 0 => {}
        _ => return None,
    }
    if let Canary::Waits(at) = Canary::of(campaign, now) {
        return Some(campaign.canary_until.unwrap_or(at));
    }
    let hours = Hours::of(campaign, now);
    let told_to_wait = (pace.setbacks > 0 && pace.free_at > now).then_some(pace.free_at);
    told_to_wait.max(hours.opens.filter(|_| !somebody_awake))
}

/// Whether somebody waits where it is not night.
pub async fn is_somebody_awake(app: &App, campaign: &CampaignRow) -> Result<bool, Failure> {
    let open = Hours::of(campaign, app.now()).open;
    let one = claims::candidates(&campaign.id, &open, 1);
    Ok(!app.database.query(one).await?.is_empty())
}

/// Whether the first ones may go, or are looked at.
enum Canary {
    None,
    /// So many may still go.
    Goes(u32),
    Waits(Timestamp),
    Passed,
}

impl Canary {
    fn of(campaign: &CampaignRow, now: Timestamp) -> Self {
        if campaign.canary == 0 {
            return Self::None;
        }
        let out = campaign.tally().judged + campaign.sending;
        if out < campaign.canary {
            return Self::Goes(u32::try_from(campaign.canary - out).unwrap_or(u32::MAX));
        }
        let over = campaign.canary_until.is_some_and(|until| until <= now);
        // Each has its last word: none is in doubt, none waits for a receipt.
        let settled = campaign.sending == 0 && campaign.sent == 0;
        if over || settled {
            return Self::Passed;
        }
        Self::Waits(
            campaign
                .canary_until
                .map_or(now + CANARY_LOOKS, |until| until.min(now + CANARY_LOOKS)),
        )
    }
}

/// Where people may be written to now.
struct Hours {
    /// A JSON array of zones.
    open: String,
    /// When the next zone wakes up.
    opens: Option<Timestamp>,
}

impl Hours {
    fn of(campaign: &CampaignRow, now: Timestamp) -> Self {
        let Some(quiet) = campaign.quiet_hours() else {
            return Self {
                open: zones_json(&campaign.zones),
                opens: None,
            };
        };
        let (mut open, mut opens) = (Vec::new(), None);
        for name in &campaign.zones {
            // A number of no country, such as a satellite telephone's, keeps no hours that we know.
            let zone = Zone::parse(name).unwrap_or_else(|_| Zone::utc());
            let local = zone.local(now);
            match quiet.left(local.minute_of_day()) {
                None => open.push(name.clone()),
                Some(minutes) => {
                    // To the minute's beginning; should the clocks change meanwhile, it is looked at again then.
                    let into_minute = now.as_millis().rem_euclid(60_000).unsigned_abs();
                    let at = now + Duration::from_secs(u64::from(minutes) * 60)
                        - Duration::from_millis(into_minute);
                    opens = opens.into_iter().chain([at]).min();
                }
            }
        }
        Self {
            open: zones_json(&open),
            opens,
        }
    }
}

fn zones_json(zones: &[String]) -> String {
    serde_json::to_string(zones).unwrap_or_else(|_| "[]".to_owned())
}

/// Claims these, asks Twilio for all of them at once, records what it said. Answers how many were taken.
async fn send_group(
    on: &OnLine<'_>,
    allowed: &Allowed,
    line: &mut Line,
    campaign: &CampaignRow,
    group: &[Candidate],
) -> Result<u32, Failure> {
    let (app, number) = (on.app, on.sender.address.to_string());
    let credentials = on.sender.credentials(app)?;
    let (mut claims, mut refused) = (Vec::new(), Vec::new());
    for candidate in group {
        match write(app, allowed, campaign, candidate) {
            Ok(claim) => claims.push(claim),
            Err(code) => refused.push((candidate.id, code)),
        }
    }
    let json = |value: serde_json::Result<String>| value.map_err(|error| Fault::Internal(error.to_string()));
    let claims_json = json(serde_json::to_string(&claims))?;
    let mut batch: Vec<Statement> = Vec::new();
    if !refused.is_empty() {
        batch.push(claims::refuse(
            &campaign.id,
            &json(serde_json::to_string(&refused))?,
        ));
    }
    let now = app.now();
    batch.extend(claims::claim(&Claims {
        company: on.company,
        campaign: &campaign.id,
        integration: &on.sender.integration.id,
        claims: &claims_json,
        needs_window: campaign.channel == Channel::Whatsapp,
        now,
    }));
    let rows = app.database.commit(batch).await?;
    let claimed = rows
        .last()
        .map(Rows::all::<Claimed>)
        .transpose()?
        .unwrap_or_default();
    let outbox: Vec<OutboxRow> = claims
        .into_iter()
        .filter(|claim| claimed.iter().any(|row| row.message_id == claim.message))
        .map(|claim| {
            line.take(now, claim.segments);
            outbox_row(on, campaign, claim, now)
        })
        .collect();
    let handed = hand_over_all(app, &credentials, on.public_url, &outbox).await;
    let mut batch = Vec::new();
    for (row, handed) in outbox.iter().zip(&handed) {
        line.learn(app, handed);
        batch.extend(handed.outcome(app, row).0);
    }
    batch.push(line.statement(on.company, &number));
    if let Err(error) = app.database.commit(batch).await {
        // They are in doubt, and Twilio's list or their receipts settle them.
        log::error!(
            "{}: {} outcomes were not recorded: {error}",
            campaign.id,
            outbox.len()
        );
    }
    Ok(u32::try_from(group.len()).unwrap_or(AT_ONCE))
}

/// The text for one person, or why there is none.
fn write(app: &App, allowed: &Allowed, campaign: &CampaignRow, to: &Candidate) -> Result<Claim, ProblemCode> {
    // Asked again: what the company allows may have changed since the list came in.
    if to
        .address
        .phone_number()
        .is_some_and(|number| !allowed.takes(number))
    {
        return Err(ProblemCode::CountryNotAllowed);
    }
    let text = super::view::rendered(&campaign.body, to.name.as_deref(), to.variables.as_deref())
        .map_err(|_: template::MissingVariables| ProblemCode::MissingVariable)?;
    // Files may stand alone.
    if !(text.trim().is_empty() && campaign.media_url.is_some()) && MessageBody::new(&text).is_err() {
        return Err(ProblemCode::MessageTooLong);
    }
    Ok(Claim {
        recipient: to.id,
        message: app.new_id(MessageId::new),
        contact: app.new_id(ContactId::new),
        conversation: app.new_id(ConversationId::new),
        medium: campaign.media_url.is_some().then(|| app.new_id(MediaId::new)),
        identity: to.address.identity(),
        address: to.address.clone(),
        name: to.name.clone(),
        segments: Segments::of(&text).segments,
        body: text,
    })
}

fn outbox_row(on: &OnLine<'_>, campaign: &CampaignRow, claim: Claim, now: Timestamp) -> OutboxRow {
    let medium = claim.medium.zip(campaign.media_url.clone());
    OutboxRow {
        id: claim.message,
        company_id: on.company.clone(),
        sender: on.sender.address.clone(),
        recipient: claim.address,
        body: claim.body,
        media: medium
            .map(|(id, url)| OutboxMedia {
                id,
                url: Some(url),
                content_type: String::new(),
                file_name: None,
            })
            .into_iter()
            .collect(),
        validity_seconds: campaign.validity_seconds,
        template: None,
        attempts: 1,
        claimed_at: Some(now),
        created_at: now,
    }
}

/// Every campaign of a number that is the company's no longer.
pub async fn stop_all(app: &App, company: &CompanyId, number: &str) -> Result<(), Failure> {
    let at_work = app.database.query(store::at_work(company, number)).await?;
    for campaign in at_work.all::<CampaignRow>()? {
        stop(app, company, &campaign, PauseReason::SenderGone).await?;
    }
    Ok(())
}

/// The circuit breaker: nobody else is written to until a person has looked.
async fn stop(
    app: &App,
    company: &CompanyId,
    campaign: &CampaignRow,
    reason: PauseReason,
) -> Result<(), Failure> {
    log::warn!("{}: pauses by itself: {}", campaign.id, reason.as_str());
    let entry = campaign
        .entry(app, company, Actor::system(), AuditAction::ChangeCampaign)
        .detail("paused", Some(reason.as_str()));
    app.database
        .commit(vec![
            store::pause(company, &campaign.id, reason),
            entry.if_changed(),
        ])
        .await?;
    Ok(())
}
