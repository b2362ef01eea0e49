//! Twilio accounts read lately. A change elsewhere shows after `FRESH_FOR` at the latest; a signature that does
//! not match makes it read again at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::ids::{CompanyId, IntegrationId};
use domain::{Address, Region, Timestamp};
use twilio::sid::AuthToken;

use super::store::{self, KnownRow};
use crate::{App, Failure};

const FRESH_FOR: Duration = Duration::from_secs(30);
/// Strangers may name any account: the cache stays small.
const MOST_ACCOUNTS: usize = 256;

/// An integration, as a webhook needs it.
pub struct KnownIntegration {
    pub id: IntegrationId,
    pub company: CompanyId,
    pub auth_token: AuthToken,
    pub region: Region,
    pub numbers: Vec<Address>,
    pub is_active: bool,
    /// For the flight recorder; 0: not at all.
    pub keep_webhooks_days: u32,
}

type Known = Arc<Vec<KnownIntegration>>;

#[derive(Default)]
pub struct AccountCache(Mutex<HashMap<String, (Timestamp, Known)>>);

/// Whether a look-up may use what was read before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    Cached,
    Now,
}

impl AccountCache {
    /// The integrations of a Twilio account, and whether they came from memory.
    pub async fn find(app: &App, account_sid: &str, freshness: Freshness) -> Result<(Known, bool), Failure> {
        if freshness == Freshness::Cached
            && let Some(known) = app.accounts.recall(account_sid, app.now())
        {
            return Ok((known, true));
        }
        let rows = app
            .database
            .query(store::of_account(account_sid))
            .await?
            .all::<KnownRow>()?;
        let known = rows
            .into_iter()
            .map(|row| KnownIntegration::read(app, row))
            .collect::<Result<Vec<_>, _>>()?;
        let known = Arc::new(known);
        app.accounts.remember(account_sid, app.now(), &known);
        Ok((known, false))
    }

    pub fn recall(&self, account_sid: &str, now: Timestamp) -> Option<Known> {
        let accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (read_at, known) = accounts.get(account_sid)?;
        (now.since(*read_at) < FRESH_FOR).then(|| Arc::clone(known))
    }

    /// However long ago it was read.
    pub fn recall_old(&self, account_sid: &str) -> Option<Known> {
        let accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        accounts.get(account_sid).map(|(_, known)| Arc::clone(known))
    }

    fn remember(&self, account_sid: &str, now: Timestamp, known: &Known) {
        let mut accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if accounts.len() >= MOST_ACCOUNTS {
            accounts.clear();
        }
        if !known.is_empty() {
            accounts.insert(account_sid.to_owned(), (now, Arc::clone(known)));
        }
    }

    /// After a change made here, so that it shows at once where it was made.
    pub fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl KnownIntegration {
    fn read(app: &App, known: KnownRow) -> Result<Self, Failure> {
        let row = known.integration;
        let token = app
            .settings
            .keys
            .open(&store::auth_token_context(&row.id), &row.auth_token_sealed)?;
        Ok(Self {
            numbers: row.numbers()?.into_iter().map(|number| number.address).collect(),
            auth_token: AuthToken::new(&token),
            id: row.id,
            company: row.company_id,
            region: row.default_region,
            is_active: row.is_active,
            keep_webhooks_days: known.keep_webhooks_days,
        })
    }
}
