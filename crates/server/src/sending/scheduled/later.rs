//! When a message is to leave, and waking whoever sends it then.

use std::time::Duration;

use contract::ProblemCode;
use domain::ids::{CompanyId, MessageId};
use domain::{Address, Timestamp};

use crate::ports::WakeUp;
use crate::{App, Failure, Refusal};

/// A clock that goes slow must not be refused.
const JUST_NOW: Duration = Duration::from_secs(5 * 60);
const FARTHEST: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// A message is to leave at this time.
#[derive(Clone, Debug)]
pub struct Later {
    pub at: Timestamp,
    /// Every message that a client sends from now on has a greater id; `None`: whatever the client does.
    pub unless_reply_since: Option<MessageId>,
}

impl Later {
    /// `None` for what is to leave at once.
    pub fn asked(app: &App, send_at: Option<Timestamp>, unless_reply: bool) -> Result<Option<Self>, Failure> {
        let Some(at) = send_at else { return Ok(None) };
        let at = check(app, at)?;
        Ok((at > app.now()).then(|| Self {
            at,
            unless_reply_since: unless_reply.then(|| since(app)),
        }))
    }

    /// What makes a request the same as another, for `Idempotency-Key`.
    pub fn identity(send_at: Option<Timestamp>, unless_reply: bool) -> Option<String> {
        send_at.map(|at| format!("{at} {unless_reply}"))
    }

    pub fn at(at: Timestamp) -> Self {
        Self {
            at,
            unless_reply_since: None,
        }
    }

    /// Sorts where the message will stand in its thread.
    pub fn id(&self, app: &App) -> MessageId {
        MessageId::new(self.at, app.random())
    }
}

/// Not long ago, and not in the far future; what has just passed is now.
pub fn check(app: &App, at: Timestamp) -> Result<Timestamp, Failure> {
    let now = app.now();
    if at < now - JUST_NOW || at > now + FARTHEST {
        return Err(Refusal::new(ProblemCode::InvalidSendTime).at("send_at").into());
    }
    Ok(at.max(now))
}

pub fn since(app: &App) -> MessageId {
    MessageId::new(app.now(), 0)
}

/// Should this be lost, the sweep finds the row.
pub async fn wake(app: &App, public_url: &str, company: &CompanyId, sender: &Address, at: Timestamp) {
    let call = WakeUp {
        company: company.clone(),
        sender: sender.to_string(),
        at,
        public_url: public_url.to_owned(),
    };
    if let Err(error) = app.wake.wake(call).await {
        log::warn!("{company}: the dispatcher was not woken: {error}");
    }
}
