//! The SQL of campaigns.

pub mod claims;
pub mod recipients;

use domain::campaign::{CampaignState, PauseReason, QuietHours, Tally};
use domain::ids::{CampaignId, CompanyId, IntegrationId, UserId};
use domain::{Address, Channel, Timestamp};
use serde::Deserialize;

use crate::ports::database::{Statement, column};

#[derive(Clone, Deserialize)]
pub struct CampaignRow {
    pub id: CampaignId,
    pub name: String,
    pub channel: Channel,
    pub number: Address,
    pub body: String,
    pub media_url: Option<String>,
    pub state: CampaignState,
    pub pause_reason: Option<PauseReason>,
    #[serde(deserialize_with = "column::millis")]
    pub send_at: Timestamp,
    quiet_from: Option<u16>,
    quiet_to: Option<u16>,
    pub validity_seconds: Option<u32>,
    #[serde(deserialize_with = "column::json")]
    pub zones: Vec<String>,
    pub canary: i64,
    #[serde(deserialize_with = "column::millis_or_null")]
    pub canary_until: Option<Timestamp>,
    pub total: i64,
    pub waiting: i64,
    pub sending: i64,
    pub sent: i64,
    pub delivered: i64,
    pub failed: i64,
    judged: i64,
    judged_filtered: i64,
    judged_opted_out: i64,
    judged_unregistered: i64,
    judged_failed: i64,
    pub author_name: Option<String>,
    #[serde(deserialize_with = "column::millis")]
    pub created_at: Timestamp,
    #[serde(deserialize_with = "column::millis_or_null")]
    pub started_at: Option<Timestamp>,
    #[serde(deserialize_with = "column::millis_or_null")]
    pub finished_at: Option<Timestamp>,
}

impl CampaignRow {
    pub fn quiet_hours(&self) -> Option<QuietHours> {
        let (from, to) = self.quiet_from.zip(self.quiet_to)?;
        QuietHours::new(from, to).ok()
    }

    pub const fn tally(&self) -> Tally {
        Tally {
            judged: self.judged,
            filtered: self.judged_filtered,
            opted_out: self.judged_opted_out,
            unregistered: self.judged_unregistered,
            failed: self.judged_failed,
        }
    }
}

const CAMPAIGN: &str = "c.*, coalesce(u.name, c.client_identity) AS author_name";
const CAMPAIGN_FROM: &str = "campaigns c LEFT JOIN users u ON u.id = c.author_id";

/// A campaign that nobody sees yet, so that its recipients have something to belong to.
pub fn begin(id: &CampaignId, company: &CompanyId, now: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO campaigns (id, company_id, name, channel, number, body, state, send_at, created_at)
         VALUES (?1, ?2, '', 'sms', '', '', 'storing', ?3, ?3)",
    )
    .bind(id)
    .bind(company)
    .bind(now)
}

/// What was not known until the whole request had come in.
pub struct Plan<'a> {
    pub id: &'a CampaignId,
    pub company: &'a CompanyId,
    pub name: &'a str,
    pub channel: Channel,
    pub integration: &'a IntegrationId,
    pub number: &'a Address,
    pub body: &'a str,
    pub media_url: Option<&'a str>,
    pub send_at: Timestamp,
    pub quiet_hours: Option<QuietHours>,
    pub validity_seconds: Option<u32>,
    /// A JSON array.
    pub zones: &'a str,
    pub canary: i64,
    pub author: Option<&'a UserId>,
    pub client_identity: &'a str,
    pub now: Timestamp,
}

/// Makes it a campaign, with its counters; answers its id.
pub fn activate(plan: &Plan<'_>) -> Statement {
    let count = |state: &str| {
        format!("(SELECT count(*) FROM recipients WHERE campaign_id = ?1 AND state = '{state}')")
    };
    Statement::new(format!(
        "UPDATE campaigns SET name = ?3, channel = ?4, integration_id = ?5, number = ?6, body = ?7, media_url = ?8,
           send_at = ?9, quiet_from = ?10, quiet_to = ?11, validity_seconds = ?12, zones = ?13, canary = ?14,
           author_id = ?15, client_identity = ?16,
           state = CASE WHEN ?9 > ?17 THEN 'scheduled' ELSE 'running' END,
           started_at = CASE WHEN ?9 > ?17 THEN NULL ELSE ?17 END,
           waiting = {}, failed = {}, total = (SELECT count(*) FROM recipients WHERE campaign_id = ?1)
         WHERE id = ?1 AND company_id = ?2 AND state = 'storing' RETURNING id",
        count("waiting"),
        count("failed"),
    ))
    .bind(plan.id)
    .bind(plan.company)
    .bind(plan.name)
    .bind(plan.channel.as_str())
    .bind(plan.integration)
    .bind(plan.number.to_string())
    .bind(plan.body)
    .bind(plan.media_url)
    .bind(plan.send_at)
    .bind(plan.quiet_hours.map(|hours| i64::from(hours.from)))
    .bind(plan.quiet_hours.map(|hours| i64::from(hours.to)))
    .bind(plan.validity_seconds.map(i64::from))
    .bind(plan.zones)
    .bind(plan.canary)
    .bind(plan.author)
    .bind(plan.client_identity)
    .bind(plan.now)
}

/// One that was not taken in after all.
pub fn discard(company: &CompanyId, id: &CampaignId) -> Statement {
    Statement::new("DELETE FROM campaigns WHERE id = ?1 AND company_id = ?2 AND state = 'storing'")
        .bind(id)
        .bind(company)
}

/// Part of the clean-up: what a request that broke off left behind.
pub fn discard_half_stored(before: Timestamp) -> Statement {
    Statement::new(
        "DELETE FROM campaigns INDEXED BY campaigns_half_stored WHERE state = 'storing' AND created_at < ?1",
    )
    .bind(before)
}

pub fn one(company: &CompanyId, id: &CampaignId) -> Statement {
    Statement::new(format!(
        "SELECT {CAMPAIGN} FROM {CAMPAIGN_FROM} WHERE c.id = ?1 AND c.company_id = ?2 AND c.state <> 'storing'"
    ))
    .bind(id)
    .bind(company)
}

/// Newest first, after `before`.
pub fn list(company: &CompanyId, before: Option<&str>, limit: u32) -> Statement {
    // Every id sorts below `~`.
    Statement::new(format!(
        "SELECT {CAMPAIGN} FROM {CAMPAIGN_FROM} WHERE c.company_id = ?1 AND c.id < ?2 AND c.state <> 'storing'
         ORDER BY c.id DESC LIMIT {limit}"
    ))
    .bind(company)
    .bind(before.unwrap_or("~"))
}

/// Starts what is due of one number, and answers what is at work there, the oldest first.
pub fn start_and_list(company: &CompanyId, number: &str, now: Timestamp) -> Vec<Statement> {
    vec![
        Statement::new(
            "UPDATE campaigns INDEXED BY campaigns_at_work SET state = 'running', started_at = ?3
             WHERE company_id = ?1 AND number = ?2 AND state IN ('scheduled', 'running') AND state = 'scheduled' AND send_at <= ?3",
        )
        .bind(company)
        .bind(number)
        .bind(now),
        at_work(company, number),
    ]
}

/// What runs or will run from a number, the oldest first.
pub fn at_work(company: &CompanyId, number: &str) -> Statement {
    Statement::new(format!(
        "SELECT {CAMPAIGN} FROM campaigns c INDEXED BY campaigns_at_work LEFT JOIN users u ON u.id = c.author_id
         WHERE c.company_id = ?1 AND c.number = ?2 AND c.state IN ('scheduled', 'running') ORDER BY c.id"
    ))
    .bind(company)
    .bind(number)
}

/// Over, once nobody waits and nobody is in doubt.
pub fn finish(company: &CompanyId, id: &CampaignId, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE campaigns SET state = CASE WHEN sent + delivered = 0 THEN 'failed' ELSE 'completed' END, finished_at = ?3
         WHERE id = ?1 AND company_id = ?2 AND state = 'running' AND waiting = 0 AND sending = 0",
    )
    .bind(id)
    .bind(company)
    .bind(now)
}

/// Answers the id when it was at work.
pub fn pause(company: &CompanyId, id: &CampaignId, reason: PauseReason) -> Statement {
    Statement::new(
        "UPDATE campaigns SET state = 'paused', pause_reason = ?3
         WHERE id = ?1 AND company_id = ?2 AND state IN ('scheduled', 'running') RETURNING id",
    )
    .bind(id)
    .bind(company)
    .bind(reason.as_str())
}

/// Goes on, and the breaker counts anew: whoever resumes has looked at what it saw.
pub fn resume(company: &CompanyId, id: &CampaignId, now: Timestamp) -> Statement {
    Statement::new(format!(
        "UPDATE campaigns SET state = CASE WHEN send_at > ?3 THEN 'scheduled' ELSE 'running' END, pause_reason = NULL,
           started_at = coalesce(started_at, CASE WHEN send_at > ?3 THEN NULL ELSE ?3 END), canary_until = NULL, {COUNT_ANEW}
         WHERE id = ?1 AND company_id = ?2 AND state = 'paused' RETURNING id"
    ))
    .bind(id)
    .bind(company)
    .bind(now)
}

pub fn cancel(company: &CompanyId, id: &CampaignId, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE campaigns SET state = 'canceled', pause_reason = NULL, finished_at = ?3
         WHERE id = ?1 AND company_id = ?2 AND state IN ('scheduled', 'running', 'paused') RETURNING id",
    )
    .bind(id)
    .bind(company)
    .bind(now)
}

/// A campaign that is over works again when somebody waits again; one that pauses goes on pausing.
pub fn reopen(company: &CompanyId, id: &CampaignId) -> Statement {
    Statement::new(format!(
        "UPDATE campaigns SET state = 'running', finished_at = NULL, canary = 0, {COUNT_ANEW}
         WHERE id = ?1 AND company_id = ?2 AND state IN ('completed', 'failed') AND waiting > 0"
    ))
    .bind(id)
    .bind(company)
}

const COUNT_ANEW: &str =
    "judged = 0, judged_filtered = 0, judged_opted_out = 0, judged_unregistered = 0, judged_failed = 0";

pub fn count_anew(company: &CompanyId, id: &CampaignId) -> Statement {
    Statement::new(format!(
        "UPDATE campaigns SET {COUNT_ANEW} WHERE id = ?1 AND company_id = ?2"
    ))
    .bind(id)
    .bind(company)
}

/// The first ones are out: they are judged at that time at the latest.
pub fn await_canary(company: &CompanyId, id: &CampaignId, until: Timestamp) -> Statement {
    Statement::new("UPDATE campaigns SET canary_until = ?3 WHERE id = ?1 AND company_id = ?2")
        .bind(id)
        .bind(company)
        .bind(until)
}

pub fn end_canary(company: &CompanyId, id: &CampaignId) -> Statement {
    Statement::new("UPDATE campaigns SET canary = 0, canary_until = NULL WHERE id = ?1 AND company_id = ?2")
        .bind(id)
        .bind(company)
}

/// Numbers whose campaigns have begun or should have, whoever's they are: for the sweep.
pub fn overdue(now: Timestamp) -> Statement {
    Statement::new(
        "SELECT DISTINCT company_id, number AS sender FROM campaigns INDEXED BY campaigns_due
         WHERE state IN ('scheduled', 'running') AND send_at <= ?1 LIMIT 200",
    )
    .bind(now)
}
