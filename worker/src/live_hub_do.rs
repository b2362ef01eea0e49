//! The hub of a company: a shell around `server::live::hub`, with hibernating sockets and its own SQLite.
//! <https://developers.cloudflare.com/durable-objects/best-practices/websockets/>

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::time::Duration;

use contract::live::{ClientFrame, PING, PONG};
use domain::Timestamp;
use domain::ids::{MessageId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use server::Fault;
use server::live::hub::{self, EventLog, Listener, RingCheck, Told};
use server::ports::database::{Statement, Value};
use server::ports::{CanRing, PROOF_OF_LIFE};
use server::recorder::log::{Look, Table, WebhookLog};
use worker::{
    Delay, DurableObject, Env, Request, Response, Result, SqlStorage, SqlStorageValue, State, WebSocket,
    WebSocketIncomingMessage, WebSocketPair, WebSocketRequestResponsePair, durable_object,
};

/// Between two looks at who has answered.
const LOOK_AGAIN: Duration = Duration::from_millis(15);
/// In one statement, which binds at most 100 values: <https://developers.cloudflare.com/durable-objects/platform/limits/>.
const FRAMES_AT_ONCE: usize = 50;
/// Between two looks at what is too old.
const EXPIRE_AFTER: Duration = Duration::from_secs(3600);
/// Closed because the browser does not read; it reconnects when it can.
const TOO_SLOW: u16 = 4008;

type Publish =
    fn(&dyn EventLog, Timestamp, &[Box<RawValue>]) -> std::result::Result<(u64, Vec<String>), Fault>;

#[durable_object]
pub struct LiveHub {
    state: State,
    log: SqlLog,
    /// None where its table could not be made.
    webhooks: Option<WebhookLog<SqlLog>>,
    /// Calls whose browsers are being asked; in memory, because it lasts less than a second.
    ringing: RefCell<HashMap<MessageId, RingCheck>>,
    /// Whether an alarm is set that forgets what is too old: spares a look at each event.
    expires: Cell<bool>,
    /// How long a caller waits for browsers that do not answer; `RING_CHECK_MS` says otherwise on machines that are too
    /// slow to be measured by it.
    proof_of_life: Duration,
}

/// Who signed out, was deactivated or lost a role must not go on listening. The browser comes back at once, is let in
/// again if it still may, and resumes.
const COME_IN_AGAIN: u16 = 4009;
/// Should nobody have told the hub to let go, a socket is closed after this long, before it is told anything.
const ADMITTED_FOR_MS: f64 = 10.0 * 60_000.0;

/// What a socket carries through hibernation.
#[derive(Serialize, Deserialize)]
struct Attachment {
    acknowledged: u64,
    /// When it was let in, UTC in milliseconds.
    since: f64,
    listener: Option<Listener>,
}

/// What the Worker says of whom it let in; a browser's own query does not reach the hub.
#[derive(Deserialize)]
struct Admitted {
    since: Option<u64>,
    user: Option<UserId>,
    #[serde(default)]
    name: String,
}

impl DurableObject for LiveHub {
    fn new(state: State, env: Env) -> Self {
        let sql = state.storage().sql();
        let created = sql.exec(
            "CREATE TABLE IF NOT EXISTS events (seq INTEGER PRIMARY KEY, frame TEXT NOT NULL)",
            None,
        );
        if let Err(error) = created {
            log::error!("the hub has no table: {error}");
        }
        match WebSocketRequestResponsePair::new(PING, PONG) {
            Ok(pair) => state.set_websocket_auto_response(&pair),
            Err(error) => log::error!("the hub cannot answer pings in its sleep: {error:?}"),
        }
        let webhooks = WebhookLog::open(SqlLog(state.storage().sql()));
        if let Err(fault) = &webhooks {
            log::error!("the hub has no table for webhooks: {fault}");
        }
        Self {
            log: SqlLog(sql),
            webhooks: webhooks.ok(),
            ringing: RefCell::default(),
            expires: Cell::new(false),
            proof_of_life: env
                .var("RING_CHECK_MS")
                .ok()
                .and_then(|ms| ms.to_string().parse().ok())
                .map_or(PROOF_OF_LIFE, Duration::from_millis),
            state,
        }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let publish = match request.path().as_str() {
            "/publish" => Some(hub::publish as Publish),
            "/forget" => Some(hub::publish_and_forget as Publish),
            _ => None,
        };
        if let Some(publish) = publish {
            let text = request.text().await?;
            self.expire_later().await?;
            let done = Told::parse(&text).and_then(|told| {
                self.publish(publish, &told.events)?;
                self.record(&told)
            });
            return match done {
                Ok(()) => Response::empty(),
                Err(fault) => Response::error(fault.to_string(), 500),
            };
        }
        if request.path() == "/webhooks" {
            let look: Look = serde_json::from_str(&request.text().await?)?;
            return match self.webhooks().and_then(|webhooks| webhooks.look(&look)) {
                Ok(found) => Response::from_json(&found),
                Err(fault) => Response::error(fault.to_string(), 500),
            };
        }
        if request.path() == "/let-go" {
            self.let_go(&request.text().await?);
            return Response::empty();
        }
        if request.path() == "/ring" {
            let call: MessageId = request
                .text()
                .await?
                .parse()
                .map_err(|_| worker::Error::RustError("not a call".to_owned()))?;
            return Response::from_json(&self.who_can_ring(call).await?);
        }
        let admitted: Admitted = request.query()?;
        match self.accept(admitted) {
            Ok(response) => response,
            Err(fault) => Response::error(fault.to_string(), 500),
        }
    }

    async fn alarm(&self) -> Result<Response> {
        self.expires.set(false);
        let webhooks_left = self.webhooks().and_then(|webhooks| webhooks.expire(now()));
        let left = hub::expire(&self.log, now()).and_then(|left| Ok(webhooks_left? || left));
        match left {
            Ok(true) => self.expire_later().await?,
            Ok(false) => {}
            Err(fault) => {
                log::error!("the hub did not forget what is too old: {fault}");
                self.expire_later().await?;
            }
        }
        Response::empty()
    }

    async fn websocket_message(&self, socket: WebSocket, message: WebSocketIncomingMessage) -> Result<()> {
        let (WebSocketIncomingMessage::String(text), Some(mut attachment)) = (message, attachment(&socket))
        else {
            return Ok(());
        };
        match hub::heard(&text) {
            Some(ClientFrame::Ack { seq }) => {
                attachment.acknowledged = seq;
                socket.serialize_attachment(attachment)
            }
            Some(ClientFrame::Look { conversation, typing }) => {
                let Some(listener) = &mut attachment.listener else {
                    return Ok(());
                };
                listener.looks_at = conversation;
                listener.typing = typing;
                listener.looked_at = js_sys::Date::now();
                let listener = listener.clone();
                socket.serialize_attachment(attachment)?;
                self.pass_on(&socket, &listener)
            }
            Some(ClientFrame::CanRing { call, busy }) => {
                let check = &mut *self.ringing.borrow_mut();
                if let (Some(listener), Some(check)) = (&attachment.listener, check.get_mut(&call)) {
                    check.note(&listener.user, busy);
                }
                Ok(())
            }
            Some(ClientFrame::CannotRing { call }) => {
                if let Some(check) = self.ringing.borrow_mut().get_mut(&call) {
                    check.note_absent();
                }
                Ok(())
            }
            None => Ok(()),
        }
    }

    async fn websocket_close(
        &self,
        socket: WebSocket,
        code: usize,
        _reason: String,
        _clean: bool,
    ) -> Result<()> {
        // Completes the handshake; 1005 and 1006 may not be sent (RFC 6455 §7.4.1).
        let code = u16::try_from(code)
            .ok()
            .filter(|code| !matches!(code, 1005 | 1006 | 1015));
        socket.close(code.or(Some(1000)), Option::<String>::None)
    }

    async fn websocket_error(&self, _socket: WebSocket, error: worker::Error) -> Result<()> {
        log::warn!("a live socket broke: {error}");
        Ok(())
    }
}

impl LiveHub {
    /// Without a wait in between, so that no event falls between greeting and listening.
    fn accept(&self, admitted: Admitted) -> std::result::Result<Result<Response>, Fault> {
        let frames = hub::greet(&self.log, admitted.since)?;
        let listener = admitted.user.map(|user| Listener {
            user,
            name: admitted.name,
            looks_at: None,
            typing: false,
            looked_at: 0.0,
        });
        let newest = self.log.newest()?;
        Ok((|| {
            let pair = WebSocketPair::new()?;
            self.state.accept_web_socket(&pair.server);
            pair.server.serialize_attachment(Attachment {
                acknowledged: newest,
                since: js_sys::Date::now(),
                listener,
            })?;
            for frame in frames {
                pair.server.send_with_str(frame)?;
            }
            Response::from_websocket(pair.client)
        })())
    }

    /// Tells the colleagues what one looks at, and that one who else is there.
    fn pass_on(&self, from: &WebSocket, listener: &Listener) -> Result<()> {
        let text = |listener: &Listener| {
            listener
                .presence()
                .map_err(|fault| worker::Error::RustError(fault.to_string()))
        };
        let told = text(listener)?;
        let now = js_sys::Date::now();
        for socket in self.state.get_websockets() {
            let Some(other) = attachment(&socket).and_then(|attachment| attachment.listener) else {
                continue;
            };
            // One's own other tabs are no colleagues.
            if other.user == listener.user {
                continue;
            }
            if let Err(error) = socket.send_with_str(&told) {
                log::warn!("a browser was not told who is there: {error}");
            }
            if listener
                .looks_at
                .as_ref()
                .is_some_and(|conversation| other.is_at(conversation, now))
            {
                from.send_with_str(text(&other)?)?;
            }
        }
        Ok(())
    }

    /// Asks every browser of a person, and waits until all have answered, no longer than a caller may.
    async fn who_can_ring(&self, call: MessageId) -> Result<Vec<CanRing>> {
        let question = RingCheck::ask(&call).map_err(|fault| worker::Error::RustError(fault.to_string()))?;
        let people = self
            .state
            .get_websockets()
            .into_iter()
            .filter(|socket| attachment(socket).is_some_and(|attachment| attachment.listener.is_some()));
        // One that cannot be sent to will not answer either.
        let asked = people
            .filter(|socket| socket.send_with_str(&question).is_ok())
            .count();
        self.ringing
            .borrow_mut()
            .insert(call.clone(), RingCheck::of(asked));
        let started = js_sys::Date::now();
        let goes_on = || {
            let waited = Duration::from_millis((js_sys::Date::now() - started) as u64);
            let ringing = self.ringing.borrow();
            let check = ringing.get(&call);
            check.is_some_and(|check| check.goes_on(waited, self.proof_of_life))
        };
        while goes_on() {
            Delay::from(LOOK_AGAIN).await;
        }
        let check = self.ringing.borrow_mut().remove(&call);
        Ok(check.map(RingCheck::into_answer).unwrap_or_default())
    }

    /// `user`: empty for those who are nobody.
    fn let_go(&self, user: &str) {
        for socket in self.state.get_websockets() {
            let listener = attachment(&socket).and_then(|attachment| attachment.listener);
            if listener.as_ref().map_or("", |listener| listener.user.as_str()) == user {
                close(&socket, COME_IN_AGAIN, "come in again");
            }
        }
    }

    fn webhooks(&self) -> std::result::Result<&WebhookLog<SqlLog>, Fault> {
        self.webhooks
            .as_ref()
            .ok_or_else(|| Fault::Storage("there is no table for webhooks".to_owned()))
    }

    fn record(&self, told: &Told) -> std::result::Result<(), Fault> {
        if told.webhooks.is_empty() && told.forget.is_none() {
            return Ok(());
        }
        let webhooks = self.webhooks()?;
        webhooks.keep(&told.webhooks)?;
        told.forget.iter().try_for_each(|forget| webhooks.forget(forget))
    }

    /// An hour after what was told is a day old at the latest.
    async fn expire_later(&self) -> Result<()> {
        if self.expires.replace(true) {
            return Ok(());
        }
        let storage = self.state.storage();
        if storage.get_alarm().await?.is_none() {
            storage.set_alarm(EXPIRE_AFTER).await?;
        }
        Ok(())
    }

    fn publish(&self, publish: Publish, events: &[Box<RawValue>]) -> std::result::Result<(), Fault> {
        if events.is_empty() {
            return Ok(());
        }
        let (newest, frames) = publish(&self.log, now(), events)?;
        for socket in self.state.get_websockets() {
            let Some(attachment) = attachment(&socket) else {
                continue;
            };
            if js_sys::Date::now() - attachment.since > ADMITTED_FOR_MS {
                close(&socket, COME_IN_AGAIN, "come in again");
                continue;
            }
            if !hub::keeps_up(attachment.acknowledged, newest) {
                close(&socket, TOO_SLOW, "too slow");
                continue;
            }
            for frame in &frames {
                if let Err(error) = socket.send_with_str(frame) {
                    log::warn!("a browser was not told: {error}");
                }
            }
        }
        Ok(())
    }
}

fn now() -> Timestamp {
    Timestamp::from_millis(js_sys::Date::now() as i64)
}

fn attachment(socket: &WebSocket) -> Option<Attachment> {
    socket.deserialize_attachment::<Attachment>().ok().flatten()
}

/// It may be gone already.
fn close(socket: &WebSocket, code: u16, reason: &str) {
    if let Err(error) = socket.close(Some(code), Some(reason)) {
        log::warn!("a socket was not closed: {error}");
    }
}

struct SqlLog(SqlStorage);

#[derive(Deserialize)]
struct SeqRow {
    seq: Option<u64>,
}

#[derive(Deserialize)]
struct FrameRow {
    frame: String,
}

fn fault(error: impl std::fmt::Display) -> Fault {
    Fault::Storage(error.to_string())
}

impl SqlLog {
    fn seq(&self, sql: &str) -> std::result::Result<Option<u64>, Fault> {
        let rows = self
            .0
            .exec(sql, None)
            .map_err(fault)?
            .to_array::<SeqRow>()
            .map_err(fault)?;
        Ok(rows.into_iter().next().and_then(|row| row.seq))
    }
}

impl Table for SqlLog {
    fn run(&self, statement: &Statement) -> std::result::Result<Vec<String>, Fault> {
        #[derive(Deserialize)]
        struct Row {
            record: String,
        }
        let values = statement.values.iter().map(|value| match value {
            Value::Null => SqlStorageValue::Null,
            Value::Integer(number) => SqlStorageValue::Float(*number as f64),
            Value::Text(text) => SqlStorageValue::String(text.clone()),
        });
        let rows = self
            .0
            .exec(&statement.sql, Some(values.collect()))
            .map_err(fault)?
            .to_array::<Row>()
            .map_err(fault)?;
        Ok(rows.into_iter().map(|row| row.record).collect())
    }
}

impl EventLog for SqlLog {
    fn newest(&self) -> std::result::Result<u64, Fault> {
        Ok(self.seq("SELECT max(seq) AS seq FROM events")?.unwrap_or(0))
    }

    fn oldest(&self) -> std::result::Result<Option<u64>, Fault> {
        self.seq("SELECT min(seq) AS seq FROM events")
    }

    fn put(&self, first: u64, frames: &[String]) -> std::result::Result<(), Fault> {
        let mut numbers = first..;
        for frames in frames.chunks(FRAMES_AT_ONCE) {
            let sql = format!(
                "INSERT OR REPLACE INTO events (seq, frame) VALUES {}",
                vec!["(?, ?)"; frames.len()].join(", ")
            );
            let values = frames.iter().zip(&mut numbers).flat_map(|(frame, seq)| {
                [
                    SqlStorageValue::Float(seq as f64),
                    SqlStorageValue::String(frame.clone()),
                ]
            });
            self.0.exec(&sql, values.collect::<Vec<_>>()).map_err(fault)?;
        }
        Ok(())
    }

    fn after(&self, seq: u64) -> std::result::Result<Vec<String>, Fault> {
        let values = vec![SqlStorageValue::Float(seq as f64)];
        let cursor = self
            .0
            .exec("SELECT frame FROM events WHERE seq > ? ORDER BY seq", values)
            .map_err(fault)?;
        Ok(cursor
            .to_array::<FrameRow>()
            .map_err(fault)?
            .into_iter()
            .map(|row| row.frame)
            .collect())
    }

    fn forget_before(&self, seq: u64) -> std::result::Result<(), Fault> {
        let values = vec![SqlStorageValue::Float(seq as f64)];
        self.0
            .exec("DELETE FROM events WHERE seq < ?", values)
            .map(drop)
            .map_err(fault)
    }
}
