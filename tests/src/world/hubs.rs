//! The companies' live hubs in this process: the product's own hub logic, with queues for sockets.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use contract::live::{LiveEvent, PING, PONG, ServerFrame};
use domain::Timestamp;
use domain::ids::CompanyId;
use serde_json::value::to_raw_value;
use server::Fault;
use server::live::hub::{self, EventLog};
use server::native::MovedClock;
use server::ports::{Clock, Later, Live};

use super::site::Socket;

#[derive(Clone)]
pub struct Hubs {
    clock: Arc<MovedClock>,
    hubs: Arc<Mutex<HashMap<CompanyId, Hub>>>,
    silent: Arc<AtomicBool>,
}

#[derive(Default)]
struct Hub {
    log: Log,
    sockets: Vec<Queue>,
}

type Queue = Arc<Mutex<VecDeque<String>>>;

impl Hubs {
    pub fn new(clock: Arc<MovedClock>) -> Self {
        Self {
            clock,
            hubs: Arc::default(),
            silent: Arc::default(),
        }
    }

    pub fn connect(&self, company: &CompanyId, since: Option<u64>) -> HubSocket {
        let mut hubs = self.hubs.lock().unwrap();
        let hub = hubs.entry(company.clone()).or_default();
        let queue: Queue = Arc::new(Mutex::new(hub::greet(&hub.log, since).unwrap().into()));
        hub.sockets.push(Arc::clone(&queue));
        HubSocket(queue)
    }

    pub fn silence(&self) {
        self.silent.store(true, Ordering::Relaxed);
    }

    fn publish(&self, now: Timestamp, company: &CompanyId, events: &[LiveEvent]) {
        let mut hubs = self.hubs.lock().unwrap();
        let hub = hubs.entry(company.clone()).or_default();
        let events: Vec<_> = events.iter().map(|event| to_raw_value(event).unwrap()).collect();
        let (_, frames) = hub::publish(&hub.log, now, &events).unwrap();
        for socket in &hub.sockets {
            socket.lock().unwrap().extend(frames.iter().cloned());
        }
    }
}

impl Live for Hubs {
    fn tell<'a>(&'a self, company: &'a CompanyId, events: Vec<LiveEvent>) -> Later<'a, Result<(), String>> {
        if self.silent.load(Ordering::Relaxed) {
            return Box::pin(std::future::ready(Err("the hub does not answer".to_owned())));
        }
        self.publish(self.clock.now(), company, &events);
        Box::pin(std::future::ready(Ok(())))
    }
}

pub struct HubSocket(Queue);

impl Socket for HubSocket {
    fn next(&mut self) -> ServerFrame {
        serde_json::from_str(&self.next_text()).unwrap()
    }

    fn send(&mut self, text: &str) {
        if text == PING {
            self.0.lock().unwrap().push_back(PONG.to_owned());
        } else {
            assert!(
                hub::acknowledged(text).is_some(),
                "the hub does not understand {text}"
            );
        }
    }

    fn next_text(&mut self) -> String {
        self.0
            .lock()
            .unwrap()
            .pop_front()
            .expect("a frame: in process it is there at once or never")
    }

    fn is_silent_for(&mut self, _: Duration) -> bool {
        self.0.lock().unwrap().is_empty()
    }
}

#[derive(Default)]
struct Log(Mutex<BTreeMap<u64, String>>);

impl EventLog for Log {
    fn newest(&self) -> Result<u64, Fault> {
        Ok(self.0.lock().unwrap().last_key_value().map_or(0, |(seq, _)| *seq))
    }
    fn oldest(&self) -> Result<Option<u64>, Fault> {
        Ok(self.0.lock().unwrap().first_key_value().map(|(seq, _)| *seq))
    }
    fn append(&self, seq: u64, frame: &str) -> Result<(), Fault> {
        self.0.lock().unwrap().insert(seq, frame.to_owned());
        Ok(())
    }
    fn after(&self, seq: u64) -> Result<Vec<String>, Fault> {
        Ok(self
            .0
            .lock()
            .unwrap()
            .range(seq + 1..)
            .map(|(_, frame)| frame.clone())
            .collect())
    }
    fn forget_before(&self, seq: u64) -> Result<(), Fault> {
        self.0.lock().unwrap().retain(|known, _| *known >= seq);
        Ok(())
    }
}
