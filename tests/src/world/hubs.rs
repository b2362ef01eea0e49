//! The companies' live hubs in this process: the product's own hub logic, with queues for sockets.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use contract::live::{ClientFrame, LiveEvent, PING, PONG, ServerFrame};
use domain::Timestamp;
use domain::ids::{CompanyId, ConversationId, MessageId, UserId};
use serde_json::value::{RawValue, to_raw_value};
use server::Fault;
use server::live::connect::ConnectToHub;
use server::live::hub::{self, EventLog, Listener, RingCheck};
use server::native::{MovedClock, Sqlite};
use server::ports::{CanRing, Clock, Later, Live, PROOF_OF_LIFE};
use server::recorder::log::{Forget, Look, Recorded, WebhookLog};

use super::site::Socket;

#[derive(Clone)]
pub struct Hubs {
    clock: Arc<MovedClock>,
    hubs: Arc<Mutex<HashMap<CompanyId, Hub>>>,
    silent: Arc<AtomicBool>,
    ringing: Arc<Mutex<HashMap<MessageId, RingCheck>>>,
}

struct Hub {
    log: Log,
    sockets: Vec<(Queue, Option<Listener>)>,
    webhooks: WebhookLog<Sqlite>,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            log: Log::default(),
            sockets: Vec::new(),
            webhooks: WebhookLog::open(Sqlite::in_memory([]).unwrap()).unwrap(),
        }
    }
}

type Queue = Arc<Mutex<VecDeque<String>>>;

impl Hubs {
    pub fn new(clock: Arc<MovedClock>) -> Self {
        Self {
            clock,
            hubs: Arc::default(),
            silent: Arc::default(),
            ringing: Arc::default(),
        }
    }

    pub fn connect(&self, who: &ConnectToHub) -> HubSocket {
        let mut hubs = self.hubs.lock().unwrap();
        let hub = hubs.entry(who.company.clone()).or_default();
        let queue: Queue = Arc::new(Mutex::new(hub::greet(&hub.log, who.since).unwrap().into()));
        let listener = who.user.clone().map(|user| Listener {
            user,
            name: who.name.clone(),
            looks_at: None,
            typing: false,
            looked_at: 0.0,
        });
        hub.sockets.push((Arc::clone(&queue), listener));
        HubSocket {
            queue,
            company: who.company.clone(),
            user: who.user.clone(),
            hubs: self.clone(),
        }
    }

    fn look(&self, from: &HubSocket, conversation: Option<ConversationId>, typing: bool) {
        let now = self.clock.now().as_millis() as f64;
        let mut hubs = self.hubs.lock().unwrap();
        let hub = hubs.get_mut(&from.company).unwrap();
        let mine = hub
            .sockets
            .iter_mut()
            .find(|(queue, _)| Arc::ptr_eq(queue, &from.queue));
        let Some(listener) = mine.unwrap().1.as_mut() else {
            return;
        };
        listener.looks_at = conversation;
        listener.typing = typing;
        listener.looked_at = now;
        let listener = listener.clone();
        for (queue, other) in &hub.sockets {
            let Some(other) = other.as_ref().filter(|other| other.user != listener.user) else {
                continue;
            };
            queue.lock().unwrap().push_back(listener.presence().unwrap());
            if listener
                .looks_at
                .as_ref()
                .is_some_and(|conversation| other.is_at(conversation, now))
            {
                from.queue.lock().unwrap().push_back(other.presence().unwrap());
            }
        }
    }

    pub fn silence(&self) {
        self.silent.store(true, Ordering::Relaxed);
    }

    /// What an hour's alarm does.
    pub fn expire(&self) {
        for hub in self.hubs.lock().unwrap().values() {
            hub.webhooks.expire(self.clock.now()).unwrap();
        }
    }

    fn with_webhooks<T>(&self, company: &CompanyId, work: impl Fn(&WebhookLog<Sqlite>) -> T) -> T {
        let mut hubs = self.hubs.lock().unwrap();
        work(&hubs.entry(company.clone()).or_default().webhooks)
    }

    fn publish(
        &self,
        company: &CompanyId,
        events: &[LiveEvent],
        publish: impl Fn(&dyn EventLog, Timestamp, &[Box<RawValue>]) -> Result<(u64, Vec<String>), Fault>,
    ) {
        let mut hubs = self.hubs.lock().unwrap();
        let hub = hubs.entry(company.clone()).or_default();
        let events: Vec<_> = events.iter().map(|event| to_raw_value(event).unwrap()).collect();
        let (_, frames) = publish(&hub.log, self.clock.now(), &events).unwrap();
        for (socket, _) in &hub.sockets {
            socket.lock().unwrap().extend(frames.iter().cloned());
        }
    }
}

impl Live for Hubs {
    fn tell<'a>(&'a self, company: &'a CompanyId, events: Vec<LiveEvent>) -> Later<'a, Result<(), String>> {
        if self.silent.load(Ordering::Relaxed) {
            return Box::pin(std::future::ready(Err("the hub does not answer".to_owned())));
        }
        self.publish(company, &events, hub::publish);
        Box::pin(std::future::ready(Ok(())))
    }

    fn tell_and_forget<'a>(
        &'a self,
        company: &'a CompanyId,
        events: Vec<LiveEvent>,
        recorded: Forget,
    ) -> Later<'a, Result<(), String>> {
        self.publish(company, &events, hub::publish_and_forget);
        self.with_webhooks(company, |webhooks| webhooks.forget(&recorded).unwrap());
        Box::pin(std::future::ready(Ok(())))
    }

    fn note(&self, company: &CompanyId, webhook: Recorded) {
        self.with_webhooks(company, |webhooks| {
            webhooks.keep(&[webhook.row().unwrap()]).unwrap();
        });
    }

    fn bring<'a>(&'a self, _company: &'a CompanyId) -> Later<'a, Result<(), String>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn look_up<'a>(&'a self, company: &'a CompanyId, look: Look) -> Later<'a, Result<Vec<Recorded>, String>> {
        let found = self.with_webhooks(company, |webhooks| webhooks.look(&look).unwrap());
        Box::pin(std::future::ready(Ok(found)))
    }

    fn let_go<'a>(
        &'a self,
        company: &'a CompanyId,
        user: Option<&'a UserId>,
    ) -> Later<'a, Result<(), String>> {
        if let Some(hub) = self.hubs.lock().unwrap().get_mut(company) {
            hub.sockets
                .retain(|(_, listener)| listener.as_ref().map(|listener| &listener.user) != user);
        }
        Box::pin(std::future::ready(Ok(())))
    }

    /// The browsers that answer are threads of the story: this waits for them by the clock on the wall.
    fn who_can_ring<'a>(
        &'a self,
        company: &'a CompanyId,
        call: &'a MessageId,
    ) -> Later<'a, Result<Vec<CanRing>, String>> {
        let question = RingCheck::ask(call).unwrap();
        let asked = {
            let mut hubs = self.hubs.lock().unwrap();
            let hub = hubs.entry(company.clone()).or_default();
            let people = hub.sockets.iter().filter(|(_, listener)| listener.is_some());
            people
                .map(|(queue, _)| queue.lock().unwrap().push_back(question.clone()))
                .count()
        };
        self.ringing
            .lock()
            .unwrap()
            .insert(call.clone(), RingCheck::of(asked));
        let mut waited = Duration::ZERO;
        while self.ringing.lock().unwrap()[call].goes_on(waited, PROOF_OF_LIFE) {
            wait(A_MOMENT);
            waited += A_MOMENT;
        }
        // How long a thread took to answer is nobody's affair; the whole wait is the caller's.
        if waited >= PROOF_OF_LIFE {
            self.clock.advance(waited);
        }
        let check = self.ringing.lock().unwrap().remove(call).unwrap();
        Box::pin(std::future::ready(Ok(check.into_answer())))
    }
}

/// How often a thread that plays a part looks whether it is its turn.
const A_MOMENT: Duration = Duration::from_millis(2);

#[expect(
    clippy::disallowed_methods,
    reason = "a browser played by a thread answers in real time"
)]
pub fn wait(time: Duration) {
    std::thread::sleep(time);
}

pub struct HubSocket {
    queue: Queue,
    company: CompanyId,
    user: Option<UserId>,
    hubs: Hubs,
}

impl Socket for HubSocket {
    fn next(&mut self) -> ServerFrame {
        serde_json::from_str(&self.next_text()).unwrap()
    }

    fn send(&mut self, text: &str) {
        if text == PING {
            self.queue.lock().unwrap().push_back(PONG.to_owned());
            return;
        }
        match hub::heard(text).unwrap_or_else(|| panic!("the hub does not understand {text}")) {
            ClientFrame::Ack { .. } => {}
            ClientFrame::Look { conversation, typing } => self.hubs.look(self, conversation, typing),
            ClientFrame::CanRing { call, busy } => {
                let user = self.user.clone().expect("a person's browser");
                if let Some(check) = self.hubs.ringing.lock().unwrap().get_mut(&call) {
                    check.note(&user, busy);
                }
            }
            ClientFrame::CannotRing { call } => {
                if let Some(check) = self.hubs.ringing.lock().unwrap().get_mut(&call) {
                    check.note_absent();
                }
            }
        }
    }

    fn next_text(&mut self) -> String {
        self.queue
            .lock()
            .unwrap()
            .pop_front()
            .expect("a frame: in process it is there at once or never")
    }

    fn next_within(&mut self, time: Duration) -> Option<ServerFrame> {
        let text = self.queue.lock().unwrap().pop_front();
        if text.is_none() {
            wait(time);
        }
        text.map(|text| serde_json::from_str(&text).unwrap())
    }

    fn is_closed(&mut self) -> bool {
        let hubs = self.hubs.hubs.lock().unwrap();
        let mut sockets = hubs[&self.company].sockets.iter();
        !sockets.any(|(queue, _)| Arc::ptr_eq(queue, &self.queue))
    }

    fn is_silent_for(&mut self, _: Duration) -> bool {
        self.queue.lock().unwrap().is_empty()
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
    fn put(&self, first: u64, frames: &[String]) -> Result<(), Fault> {
        self.0
            .lock()
            .unwrap()
            .extend((first..).zip(frames.iter().cloned()));
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
