//! `/signal`: the socket of the browser's Voice SDK.

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::get;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

use super::Shared;
use super::wire::Wire;

/// The SDK gives a socket up that is silent for 15 s.
const HEARTBEAT: Duration = Duration::from_secs(5);

#[derive(Clone)]
struct Signalling {
    shared: Arc<Shared>,
    wire: Arc<Wire>,
}

pub(super) fn routes(shared: Arc<Shared>, wire: Arc<Wire>) -> Router {
    Router::new()
        .route("/signal", get(upgrade))
        .with_state(Signalling { shared, wire })
}

async fn upgrade(State(signalling): State<Signalling>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |socket| speak(signalling, socket))
}

async fn speak(Signalling { shared, wire }: Signalling, mut socket: WebSocket) {
    let session = shared.with(|twilio, _| twilio.signal_opened());
    let (frames, mut outgoing) = mpsc::unbounded_channel();
    wire.attach(session, frames);
    let mut beat = tokio::time::interval(HEARTBEAT);
    loop {
        let sent = tokio::select! {
            frame = outgoing.recv() => match frame {
                Some(frame) => socket.send(Message::text(frame.to_string())).await,
                None => break,
            },
            _ = beat.tick() => socket.send(Message::text("\n")).await,
            incoming = socket.recv() => match incoming {
                Some(Ok(Message::Text(text))) => {
                    shared.with(|twilio, now| twilio.signalled(now, session, text.as_str()));
                    Ok(())
                }
                Some(Ok(_)) => Ok(()),
                Some(Err(_)) | None => break,
            },
        };
        if sent.is_err() {
            break;
        }
    }
    wire.detach(session);
    shared.with(|twilio, _| twilio.signal_closed(session));
}
