//! The one WebSocket of this tab: events of the company as they happen, and what to do when it is cut.
//! The socket is a hint and HTTP the truth: after a gap the stores fetch again.

mod backoff;

use std::time::Duration;

use contract::live::{ACKNOWLEDGE_EVERY, ClientFrame, LiveEvent, PING, PONG, ServerFrame};
use domain::Timestamp;
use domain::ids::{ConversationId, MessageId, UserId};
use leptos::prelude::*;

use crate::platform::socket::{Socket, SocketEvent};
use crate::platform::{clock, page, random};

const PING_EVERY: Duration = Duration::from_secs(25);
const PONG_WITHIN: Duration = Duration::from_secs(10);
/// A page that slept longer than this may have been cut off without noticing.
const ASLEEP: Duration = Duration::from_secs(60);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    Connecting,
    Open,
    Lost,
}

/// What a colleague looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    pub user: UserId,
    pub name: String,
    pub conversation: Option<ConversationId>,
    pub typing: bool,
}

/// What the stores do with what comes.
#[derive(Clone, Copy)]
pub struct Listener {
    pub on_event: Callback<LiveEvent>,
    pub on_presence: Callback<Colleague>,
    /// A call asks whether it can ring here: `None` that it cannot, else whether another call goes on.
    pub on_ring_check: Callback<MessageId, Option<bool>>,
    /// Something may have been missed.
    pub on_gap: Callback<()>,
    /// The connection cannot be made: is the session still there?
    pub on_trouble: Callback<()>,
}

#[derive(Clone, Copy)]
pub struct Live {
    listener: Listener,
    link: RwSignal<Link>,
    /// When the view was last known to be true.
    fresh_at: RwSignal<Timestamp>,
    inner: StoredValue<Inner, LocalStorage>,
}

#[derive(Default)]
struct Inner {
    socket: Option<Socket>,
    /// Counts connections: a timer of an earlier one does nothing.
    connection: u32,
    attempt: u32,
    /// The last event seen.
    since: Option<u64>,
    unacknowledged: u64,
    awaits_pong: bool,
}

impl Live {
    /// Connects, and stays so until the owner of this call is gone.
    pub fn provide(listener: Listener) -> Self {
        let live = Self {
            listener,
            link: RwSignal::new(Link::Connecting),
            fresh_at: RwSignal::new(clock::now()),
            inner: StoredValue::new_local(Inner::default()),
        };
        provide_context(live);
        live.connect();
        let woken = StoredValue::new_local(Some(page::watch_visibility(move || live.wake())));
        let online = window_event_listener(leptos::ev::online, move |_| live.wake());
        on_cleanup(move || {
            woken.try_update_value(Option::take);
            online.remove();
            live.inner.try_update_value(|inner| {
                inner.connection += 1;
                inner.socket = None;
            });
        });
        live
    }

    pub fn link(self) -> Link {
        self.link.get()
    }

    pub fn is_lost(self) -> bool {
        self.link.get_untracked() == Link::Lost
    }

    pub fn fresh_at(self) -> Timestamp {
        self.fresh_at.get_untracked()
    }

    /// Tries at once.
    pub fn retry(self) {
        self.inner.update_value(|inner| inner.attempt = 0);
        self.connect();
    }

    fn connect(self) {
        let Some((connection, since)) = self.inner.try_update_value(|inner| {
            inner.connection += 1;
            inner.awaits_pong = false;
            (inner.connection, inner.since)
        }) else {
            return;
        };
        let path = match since {
            Some(since) => format!("/api/live?since={since}"),
            None => "/api/live".to_owned(),
        };
        let socket = Socket::open(&path, move |event| {
            if self.is_current(connection) {
                self.receive(connection, event);
            }
        });
        match socket {
            Ok(socket) => self.inner.update_value(|inner| inner.socket = Some(socket)),
            Err(_) => self.lost(),
        }
    }

    fn is_current(self, connection: u32) -> bool {
        self.inner
            .try_with_value(|inner| inner.connection == connection)
            .unwrap_or(false)
    }

    fn receive(self, connection: u32, event: SocketEvent) {
        match event {
            SocketEvent::Opened => self.beat(connection),
            SocketEvent::Closed => self.lost(),
            SocketEvent::Text(text) => {
                self.fresh_at.set(clock::now());
                if text == PONG {
                    self.inner.update_value(|inner| inner.awaits_pong = false);
                } else if let Ok(frame) = serde_json::from_str::<ServerFrame>(&text) {
                    self.take(frame);
                } else {
                    // A newer server may say what this page does not know: the truth is fetched, and the events after
                    // it are not waited for in vain.
                    self.inner.update_value(|inner| inner.since = None);
                    self.listener.on_gap.run(());
                    self.lost();
                }
            }
        }
    }

    fn take(self, frame: ServerFrame) {
        match frame {
            ServerFrame::Hello { seq, resumed } => {
                self.inner.update_value(|inner| {
                    inner.attempt = 0;
                    if !resumed {
                        inner.since = Some(seq);
                    }
                });
                // The hub may not have been told of all that happened while it was cut: what resumes is fetched, too.
                let was_lost = self.link.get_untracked() == Link::Lost;
                self.link.set(Link::Open);
                if was_lost || !resumed {
                    self.listener.on_gap.run(());
                }
            }
            ServerFrame::Presence {
                user,
                name,
                conversation,
                typing,
            } => self.listener.on_presence.run(Colleague {
                user,
                name,
                conversation,
                typing,
            }),
            // Its caller waits until every tab has answered.
            ServerFrame::RingCheck { call } => {
                let answer = match self.listener.on_ring_check.run(call.clone()) {
                    Some(busy) => ClientFrame::CanRing { call, busy },
                    None => ClientFrame::CannotRing { call },
                };
                self.say(&answer);
            }
            ServerFrame::Event { seq, event, .. } => {
                let since = self.inner.with_value(|inner| inner.since);
                match since {
                    Some(since) if seq <= since => {}
                    // A hole: connected anew, after a pause, so that a server that leaves one each time is not besieged.
                    Some(since) if seq > since + 1 => self.lost(),
                    _ => {
                        self.acknowledge(seq);
                        self.listener.on_event.run(event);
                    }
                }
            }
        }
    }

    /// Tells the hub, if it is there: what is told this way may be lost.
    pub fn say(self, frame: &ClientFrame) {
        if let Ok(frame) = serde_json::to_string(frame) {
            self.inner
                .with_value(|inner| inner.socket.as_ref().is_some_and(|socket| socket.send(&frame)));
        }
    }

    fn acknowledge(self, seq: u64) {
        self.inner.update_value(|inner| {
            inner.since = Some(seq);
            inner.unacknowledged += 1;
            if inner.unacknowledged >= ACKNOWLEDGE_EVERY / 2
                && let Ok(frame) = serde_json::to_string(&ClientFrame::Ack { seq })
                && inner.socket.as_ref().is_some_and(|socket| socket.send(&frame))
            {
                inner.unacknowledged = 0;
            }
        });
    }

    /// Pings now and every [`PING_EVERY`], as long as this connection lasts.
    fn beat(self, connection: u32) {
        if !self.is_current(connection) {
            return;
        }
        self.ping(connection);
        set_timeout(move || self.beat(connection), PING_EVERY);
    }

    fn ping(self, connection: u32) {
        let sent = self.inner.try_update_value(|inner| {
            inner.awaits_pong = true;
            inner.socket.as_ref().is_some_and(|socket| socket.send(PING))
        });
        if sent != Some(true) {
            return;
        }
        set_timeout(
            move || {
                let silent = self.is_current(connection) && self.inner.with_value(|inner| inner.awaits_pong);
                if silent {
                    self.lost();
                }
            },
            PONG_WITHIN,
        );
    }

    fn lost(self) {
        let Some((attempt, connection)) = self.inner.try_update_value(|inner| {
            inner.socket = None;
            inner.connection += 1;
            inner.attempt += 1;
            (inner.attempt, inner.connection)
        }) else {
            return;
        };
        if self.link.get_untracked() != Link::Lost {
            self.link.set(Link::Lost);
        }
        if attempt % 4 == 2 {
            self.listener.on_trouble.run(());
        }
        let pause = backoff::pause(attempt, random::fraction());
        set_timeout(
            move || {
                if self.is_current(connection) {
                    self.connect();
                }
            },
            pause,
        );
    }

    /// The page is looked at again, or the network is back.
    fn wake(self) {
        if !page::is_visible() {
            return;
        }
        let slept = clock::now().since(self.fresh_at.get_untracked()) > ASLEEP;
        if slept || self.link.get_untracked() == Link::Lost {
            self.retry();
        }
    }
}

pub fn use_live() -> Live {
    expect_context()
}
