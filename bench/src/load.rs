//! So many connections at once, each sending the next webhook as soon as the last one was answered.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail};

use crate::http::Connection;
use crate::webhook::{CUSTOMERS, Webhook, Webhooks};

const ROUND: Duration = Duration::from_millis(600);
/// Answers of each connection that do not count.
const WARM_UP: usize = 10;

/// What some rounds took.
#[derive(Default)]
pub(crate) struct Sample {
    latencies: Vec<Duration>,
    elapsed: Duration,
}

impl Sample {
    pub(crate) fn of(latencies: Vec<Duration>, elapsed: Duration) -> Self {
        Self { latencies, elapsed }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.latencies.extend(other.latencies);
        self.elapsed += other.elapsed;
    }

    /// Milliseconds.
    pub(crate) fn p50(&self) -> f64 {
        self.percentile(50)
    }

    /// Seconds.
    pub(crate) fn longest(&self) -> f64 {
        self.latencies
            .iter()
            .max()
            .map_or(f64::NAN, Duration::as_secs_f64)
    }

    pub(crate) fn p95(&self) -> f64 {
        self.percentile(95)
    }

    pub(crate) fn count(&self) -> usize {
        self.latencies.len()
    }

    pub(crate) fn p99(&self) -> f64 {
        self.percentile(99)
    }

    fn percentile(&self, percent: usize) -> f64 {
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        let rank = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
        sorted.get(rank).map_or(f64::NAN, Duration::as_secs_f64) * 1000.0
    }

    pub(crate) fn columns(&self) -> [String; 3] {
        let per_second = self.latencies.len() as f64 / self.elapsed.as_secs_f64();
        [
            format!("{per_second:.0}"),
            format!("{:.2}", self.p50()),
            format!("{:.2}", self.p99()),
        ]
    }
}

pub(crate) fn run(origin: &str, path: &str, at_once: usize, webhooks: &Webhooks) -> Result<Sample> {
    let start = Instant::now();
    let latencies = thread::scope(|scope| {
        let senders: Vec<_> = (0..at_once)
            .map(|_| scope.spawn(|| send(origin, path, webhooks)))
            .collect();
        let mut all = Vec::new();
        for sender in senders {
            all.extend(sender.join().map_err(|_| anyhow!("a sender panicked"))??);
        }
        anyhow::Ok(all)
    })?;
    Ok(Sample::of(latencies, start.elapsed()))
}

/// One text of each customer: afterwards they are known, as most who write to a company are.
pub(crate) fn introduce_customers(origin: &str, path: &str, webhooks: &Webhooks) -> Result<()> {
    let mut connection = Connection::open(origin)?;
    for _ in 0..CUSTOMERS {
        post(&mut connection, path, &webhooks.next())?;
    }
    Ok(())
}

fn send(origin: &str, path: &str, webhooks: &Webhooks) -> Result<Vec<Duration>> {
    let mut connection = Connection::open(origin)?;
    let mut latencies = Vec::new();
    let mut sent = 0;
    let mut end = Instant::now() + ROUND;
    while Instant::now() < end {
        let webhook = webhooks.next();
        let took = post(&mut connection, path, &webhook)?;
        sent += 1;
        if sent == WARM_UP {
            end = Instant::now() + ROUND;
            latencies.clear();
        } else {
            latencies.push(took);
        }
    }
    Ok(latencies)
}

pub(crate) fn post(connection: &mut Connection, path: &str, webhook: &Webhook) -> Result<Duration> {
    let start = Instant::now();
    let answer = connection.send("POST", path, &webhook.headers, &webhook.body)?;
    let took = start.elapsed();
    if answer.status != 200 {
        bail!(
            "{path} was answered {}: {}",
            answer.status,
            String::from_utf8_lossy(&answer.body)
        );
    }
    Ok(took)
}
