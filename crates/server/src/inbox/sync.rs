//! `POST /api/sync`: Twilio's own list of messages tells what a webhook missed
//! (<https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources>).
//! Whatever is found is stored as its webhook would have stored it, at its own time; again changes nothing.

mod settle;
pub(crate) mod store;

use std::sync::Arc;
use std::time::Duration;

use contract::live::LiveEvent;
use contract::sync::{Sync, SyncPlace, SyncReport, SyncRequest};
use domain::ids::CompanyId;
use domain::{AuditAction, Timestamp};
use twilio::messages::{ListMessages, MessageResource};

use self::settle::Settled;
use crate::audit::Entry;
use crate::campaigns::restored;
use crate::integrations::store::{self as integrations, IntegrationRow};
use crate::integrations::twilio_call::{call as ask_twilio, credentials};
use crate::live::tell_later;
use crate::own_data::forgotten;
use crate::ports::AfterAnswer;
use crate::web::{Answer, Call};
use crate::{App, Failure};

/// A message may come to Twilio's list late, and a receipt long after its message.
const OVERLAP: Duration = Duration::from_secs(24 * 3600);
/// The first time.
const LOOK_BACK: Duration = Duration::from_secs(7 * 24 * 3600);
const PAGE_SIZE: u32 = 100;
/// Of one call: the rest is the next one's, so that whoever waits sees it go on.
const MOST_PAGES: u32 = 5;
const MOST_STORED: u32 = 100;

pub async fn sync(call: Call<Sync>) -> Result<Answer<SyncReport>, Failure> {
    let (app, company, request) = (&call.app, call.caller.company()?, &call.body);
    let rows = app
        .database
        .commit(vec![integrations::of_company(company), store::synced(company)])
        .await?;
    let [accounts, synced] = rows.as_slice() else {
        return Err(contract::ProblemCode::NoSender.into());
    };
    let synced = synced.all::<store::SyncedRow>()?;
    let mut accounts = accounts.all::<IntegrationRow>()?;
    accounts.retain(|account| account.is_active);
    accounts.sort_by(|a, b| a.id.cmp(&b.id));

    let place = request.place.as_ref();
    let began = place.map_or_else(|| app.now(), |place| place.began);
    let mut run = Reading::new(app, Some(&call.meta.after), company);
    for account in accounts
        .iter()
        .filter(|account| place.is_none_or(|place| account.id >= place.integration_id))
    {
        let here = place.filter(|place| place.integration_id == account.id);
        let last = synced
            .iter()
            .find(|row| row.id == account.id)
            .and_then(|row| row.synced_to);
        let since = match (here, request.since, last) {
            (Some(place), ..) => place.since,
            (None, Some(since), _) => since,
            (None, None, Some(last)) => last - OVERLAP,
            (None, None, None) => began - LOOK_BACK,
        };
        let since = forgotten::within_reach(since, app.now());
        let stopped_at = run.account(account, since, here.map(|place| place.until)).await?;
        if let Some(until) = stopped_at {
            let place = SyncPlace {
                integration_id: account.id.clone(),
                since,
                until,
                began,
            };
            run.report.next = Some(SyncRequest {
                since: request.since,
                place: Some(place),
            });
            break;
        }
        app.database.query(store::note_synced(&account.id, began)).await?;
    }
    let (report, events) = (run.report, run.events);
    note(&call, company, &report).await?;
    tell_later(app, &call.meta.after, company, events);
    Ok(Answer::ok(report))
}

/// Every call that changed something, and the last one of all.
async fn note(call: &Call<Sync>, company: &CompanyId, report: &SyncReport) -> Result<(), Failure> {
    if report.next.is_some() && report.received + report.sent + report.updated == 0 {
        return Ok(());
    }
    let entry = Entry::new(&call.app, company, &call.caller, AuditAction::SyncMessages)
        .detail("received", Some(report.received))
        .detail("sent", Some(report.sent))
        .detail("updated", Some(report.updated));
    call.app.database.query(entry.statement()).await?;
    Ok(())
}

/// One go through Twilio's lists, of as many pages as one call bears.
pub(crate) struct Reading<'a> {
    app: &'a Arc<App>,
    /// Of whoever waits for it.
    after: Option<&'a AfterAnswer>,
    company: &'a CompanyId,
    pub(crate) report: SyncReport,
    pages: u32,
    pub(crate) events: Vec<LiveEvent>,
}

impl<'a> Reading<'a> {
    pub(crate) const fn new(
        app: &'a Arc<App>,
        after: Option<&'a AfterAnswer>,
        company: &'a CompanyId,
    ) -> Self {
        Self {
            app,
            after,
            company,
            report: SyncReport {
                checked: 0,
                received: 0,
                sent: 0,
                updated: 0,
                next: None,
            },
            pages: 0,
            events: Vec::new(),
        }
    }

    /// Answers where to go on when it had to stop.
    pub(crate) async fn account(
        &mut self,
        account: &IntegrationRow,
        since: Timestamp,
        until: Option<Timestamp>,
    ) -> Result<Option<Timestamp>, Failure> {
        let credentials = credentials(self.app, account)?;
        let mut list = ListMessages {
            sent_since: Some(since),
            sent_until: until,
            page_size: Some(PAGE_SIZE),
            ..ListMessages::new()
        };
        loop {
            let page = ask_twilio(self.app, &credentials, &list).await?;
            self.pages += 1;
            self.take(account, &page.messages).await?;
            let Some(next) = page.next_page_uri else {
                return Ok(None);
            };
            let stored = self.report.received + self.report.sent;
            let oldest = page.messages.last().and_then(at);
            if (self.pages >= MOST_PAGES || stored >= MOST_STORED) && oldest.is_some() {
                return Ok(oldest);
            }
            list = ListMessages::next(next);
        }
    }

    async fn take(&mut self, account: &IntegrationRow, messages: &[MessageResource]) -> Result<(), Failure> {
        let (known, forgotten) = store::known(self.app, self.company, messages).await?;
        let numbers: Vec<_> = account
            .numbers()?
            .into_iter()
            .map(|number| number.address)
            .collect();
        let elsewhere: Vec<_> = messages
            .iter()
            .filter(|message| !message.direction.is_inbound())
            .filter(|message| {
                !known
                    .iter()
                    .any(|known| known.external_id == message.sid.as_str())
            })
            .filter_map(|message| Some(message.to.as_ref()?.to_string()))
            .collect();
        let mut unsure = restored::unsure(self.app, self.company, &elsewhere).await?;
        let mut priced = Vec::new();
        let mut before = None;
        // Oldest first, as they came.
        for message in messages.iter().rev() {
            self.report.checked += 1;
            let ours = if message.direction.is_inbound() {
                &message.to
            } else {
                &message.from
            };
            if !ours.as_ref().is_some_and(|ours| numbers.contains(ours)) {
                // Several companies may share an account.
                continue;
            }
            if forgotten.iter().any(|sid| sid == message.sid.as_str()) {
                continue;
            }
            let known = known
                .iter()
                .find(|known| known.external_id == message.sid.as_str());
            if known.is_none_or(|known| known.price_micros.is_none()) && message.price().is_some() {
                priced.push(message);
            }
            let second = at(message).unwrap_or_else(|| self.app.now());
            let at = known.map_or_else(|| after(before, second), |known| known.created_at);
            before = Some((second, at));
            let (settled, event) = settle::settle(self, account, message, known, &mut unsure, at).await?;
            match settled {
                Settled::Known => {}
                Settled::Received => self.report.received += 1,
                Settled::Sent => self.report.sent += 1,
                Settled::Updated => self.report.updated += 1,
            }
            self.events.extend(event);
        }
        if !priced.is_empty() {
            self.app
                .database
                .commit(store::note_prices(self.company, &priced)?)
                .await?;
        }
        Ok(())
    }
}

/// When Twilio had it.
fn at(message: &MessageResource) -> Option<Timestamp> {
    message.date_sent.or(message.date_created)
}

/// Twilio counts in seconds: within one, the order of its list tells what came after what.
fn after(before: Option<(Timestamp, Timestamp)>, second: Timestamp) -> Timestamp {
    match before {
        Some((same, at)) if same == second && at >= second => at + Duration::from_millis(1),
        _ => second,
    }
}
