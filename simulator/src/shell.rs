//! The simulated Twilio on real sockets, with real time: the REST API, the media's own origin, the webhooks going out,
//! the control endpoints and the customer's phone.

use anyhow::{Context, anyhow};
use domain::Timestamp;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};

use crate::simulation::Twilio;

mod api;
mod control;
mod driver;
pub mod keep;
mod page;
mod serve;
mod signal;
#[cfg(test)]
mod story;
mod voice;
#[cfg(feature = "webrtc")]
mod webrtc;
mod wire;

/// The sockets, bound before the core is made: it must know its own addresses.
pub struct Sockets {
    api: TcpListener,
    media: TcpListener,
}

impl Sockets {
    /// `port` 0 takes any free one. The media's origin always does: nobody has to know it.
    pub async fn bind(port: u16) -> anyhow::Result<Self> {
        let api = TcpListener::bind(("127.0.0.1", port))
            .await
            .map_err(|error| match error.kind() {
                ErrorKind::AddrInUse => {
                    anyhow!("Port {port} is taken: stop what uses it, or choose another with --port.")
                }
                _ => anyhow!("Port {port} cannot be used ({error}): choose another with --port."),
            })?;
        let media = TcpListener::bind(("127.0.0.1", 0))
            .await
            .context("No port is free for the media.")?;
        Ok(Self { api, media })
    }

    pub fn api_address(&self) -> anyhow::Result<SocketAddr> {
        Ok(self.api.local_addr()?)
    }

    pub fn media_address(&self) -> anyhow::Result<SocketAddr> {
        Ok(self.media.local_addr()?)
    }
}

/// The core, and who is to hear when it changes.
pub(crate) struct Shared {
    twilio: Mutex<Twilio>,
    /// Something may be due earlier than thought.
    wake: Notify,
    revision: watch::Sender<u64>,
}

impl Shared {
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Twilio, Timestamp) -> T) -> T {
        let result = self.quietly(work);
        self.wake.notify_one();
        result
    }

    /// Without waking the driver: for the driver itself, and for reading.
    pub(crate) fn quietly<T>(&self, work: impl FnOnce(&mut Twilio, Timestamp) -> T) -> T {
        // A panic elsewhere leaves the core as it was between two steps; going on is better than going silent.
        let mut twilio = self.twilio.lock().unwrap_or_else(PoisonError::into_inner);
        let result = work(&mut twilio, now());
        let revision = twilio.revision();
        drop(twilio);
        self.revision
            .send_if_modified(|known| std::mem::replace(known, revision) != revision);
        result
    }
}

/// Serves until `stop` comes; the state is kept in `state`, if there is such a file, while it changes and at the end.
pub async fn run(
    twilio: Twilio,
    sockets: Sockets,
    state: Option<PathBuf>,
    stop: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let shared = Arc::new(Shared {
        revision: watch::Sender::new(twilio.revision()),
        twilio: Mutex::new(twilio),
        wake: Notify::new(),
    });
    let wire = Arc::new(wire::Wire::open(&shared)?);
    let routes = control::routes(Arc::clone(&shared))
        .merge(signal::routes(Arc::clone(&shared), Arc::clone(&wire)))
        .merge(voice::routes(Arc::clone(&shared), Arc::clone(&wire)));
    let api = tokio::spawn(serve::serve(sockets.api, routes));
    let media = tokio::spawn(serve::serve(
        sockets.media,
        api::media_routes(Arc::clone(&shared)),
    ));
    let driver = tokio::spawn(driver::drive(Arc::clone(&shared), Arc::clone(&wire)));
    let keeper = state
        .clone()
        .map(|file| tokio::spawn(keep::keep(Arc::clone(&shared), file)));
    stop.await;
    for task in [Some(api), Some(media), Some(driver), keeper]
        .into_iter()
        .flatten()
    {
        task.abort();
    }
    match state {
        Some(file) => keep::write(&shared, &file).await,
        None => Ok(()),
    }
}

#[expect(clippy::disallowed_methods, reason = "the shell is where real time comes in")]
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// A seed that is another one at every start.
pub fn seed() -> u64 {
    u64::try_from(now().as_millis()).unwrap_or(1)
}
