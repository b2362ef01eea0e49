//! Ports that fail when a story says so: before the work was done, or after it.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::task::Poll;

use domain::Timestamp;
use server::native::{MovedClock, Sqlite};
use server::ports::database::{Database, DatabaseError, Rows, Statement};
use server::ports::{Clock, Later, NoAnswer, TwilioApi};
use simulator::{ApiHttpRequest, Twilio};
use twilio::api::{ApiRequest, ApiResponse};
use twilio::sid::Credentials;

use super::deliver_due;
use super::site::Site;

/// What happens to one call of a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Works,
    FailsBefore,
    /// The work is done, and the caller does not learn it.
    FailsAfter,
}

#[derive(Clone, Default)]
struct Plan(Arc<Mutex<VecDeque<Fate>>>);

impl Plan {
    fn next(&self) -> Fate {
        self.0.lock().unwrap().pop_front().unwrap_or(Fate::Works)
    }
}

#[derive(Clone)]
pub struct FaultyDatabase {
    sqlite: Sqlite,
    plan: Plan,
    calls: Arc<Mutex<Vec<Vec<Statement>>>>,
}

impl FaultyDatabase {
    pub fn new(sqlite: Sqlite) -> Self {
        Self {
            sqlite,
            plan: Plan::default(),
            calls: Arc::default(),
        }
    }

    /// The fates of the next round trips, in order; after them everything works.
    pub fn will(&self, fates: &[Fate]) {
        *self.plan.0.lock().unwrap() = fates.iter().copied().collect();
    }

    /// Every statement since the last time this was asked, by round trip.
    pub fn take_calls(&self) -> Vec<Vec<Statement>> {
        std::mem::take(&mut *self.calls.lock().unwrap())
    }

    pub fn read(&self, query: &str) -> Vec<serde_json::Value> {
        self.run(Statement::new(query.to_owned()))
    }

    /// The steps by which SQLite would do it.
    pub fn explain(&self, statement: &Statement) -> Vec<String> {
        let mut explained = statement.clone();
        explained.sql = format!("EXPLAIN QUERY PLAN {}", statement.sql).into();
        self.run(explained)
            .iter()
            .map(|row| row["detail"].as_str().unwrap().to_owned())
            .collect()
    }

    fn run(&self, statement: Statement) -> Vec<serde_json::Value> {
        let rows = pollster::block_on(self.sqlite.commit(vec![statement])).unwrap();
        rows[0].all().unwrap()
    }
}

impl Database for FaultyDatabase {
    fn commit(&self, statements: Vec<Statement>) -> Later<'_, Result<Vec<Rows>, DatabaseError>> {
        self.calls.lock().unwrap().push(statements.clone());
        Box::pin(async move {
            let lost = || Err(DatabaseError::Unavailable("the story says so".to_owned()));
            match self.plan.next() {
                Fate::Works => self.sqlite.commit(statements).await,
                Fate::FailsBefore => lost(),
                Fate::FailsAfter => {
                    self.sqlite.commit(statements).await?;
                    lost()
                }
            }
        })
    }
}

#[derive(Clone)]
pub struct FaultyTwilio {
    twilio: Arc<Mutex<Twilio>>,
    clock: Arc<MovedClock>,
    site: Arc<OnceLock<Weak<dyn Site>>>,
    plan: Plan,
    list_from: Arc<Mutex<Option<Timestamp>>>,
    pub asked: Arc<Mutex<Vec<ApiRequest>>>,
    /// Requests on their way now, and the most that ever were.
    under_way: Arc<(AtomicUsize, AtomicUsize)>,
}

impl FaultyTwilio {
    pub fn new(twilio: Arc<Mutex<Twilio>>, clock: Arc<MovedClock>) -> Self {
        Self {
            twilio,
            clock,
            site: Arc::default(),
            plan: Plan::default(),
            list_from: Arc::default(),
            asked: Arc::default(),
            under_way: Arc::default(),
        }
    }

    pub fn most_at_once(&self) -> usize {
        self.under_way.1.load(Relaxed)
    }

    /// Until then its list of messages shows nothing, as the real one's does for some seconds.
    pub fn hides_messages_until(&self, time: Timestamp) {
        *self.list_from.lock().unwrap() = Some(time);
    }

    /// Where its webhooks go.
    pub fn reaches(&self, site: Weak<dyn Site>) {
        assert!(self.site.set(site).is_ok());
    }

    pub fn will(&self, fates: &[Fate]) {
        *self.plan.0.lock().unwrap() = fates.iter().copied().collect();
    }

    fn hides(&self, request: &ApiRequest) -> bool {
        let is_list = request.method == "GET" && request.path.contains("/Messages.json");
        is_list
            && self
                .list_from
                .lock()
                .unwrap()
                .is_some_and(|from| self.clock.now() < from)
    }

    fn answer(&self, credentials: &Credentials, request: &ApiRequest) -> Result<ApiResponse, NoAnswer> {
        let asked = ApiHttpRequest::of(request.clone(), credentials);
        let now = self.clock.now();
        let answer = self.twilio.lock().unwrap().handle(now, &asked);
        if !answer.delay.is_zero()
            && let Some(site) = self.site.get().and_then(Weak::upgrade)
        {
            // Its webhooks overtake it.
            deliver_due(&*site, &self.twilio, now + answer.delay);
        }
        if answer.connection_lost {
            return Err(NoAnswer("the connection broke".to_owned()));
        }
        Ok(ApiResponse {
            status: answer.status,
            body: answer.body,
        })
    }
}

impl TwilioApi for FaultyTwilio {
    fn execute<'a>(
        &'a self,
        credentials: &'a Credentials,
        request: ApiRequest,
    ) -> Later<'a, Result<ApiResponse, NoAnswer>> {
        Box::pin(async move {
            self.asked.lock().unwrap().push(request.clone());
            let (now, most) = &*self.under_way;
            most.fetch_max(now.fetch_add(1, Relaxed) + 1, Relaxed);
            others_go_on().await;
            now.fetch_sub(1, Relaxed);
            let lost = || Err(NoAnswer("the story says so".to_owned()));
            match self.plan.next() {
                Fate::Works if self.hides(&request) => Ok(ApiResponse {
                    status: 200,
                    body: br#"{"messages":[]}"#.to_vec(),
                }),
                Fate::Works => self.answer(credentials, &request),
                Fate::FailsBefore => lost(),
                Fate::FailsAfter => {
                    self.answer(credentials, &request)?;
                    lost()
                }
            }
        })
    }
}

/// A request takes a while, in which whatever was begun beside it is begun too.
async fn others_go_on() {
    let mut waited = false;
    poll_fn(|context| {
        if std::mem::replace(&mut waited, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
