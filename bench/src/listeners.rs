//! From the POST of a customer's text to the browsers' sockets.

use std::net::TcpStream;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tungstenite::client::IntoClientRequest;
use tungstenite::http::HeaderValue;
use tungstenite::{Message, WebSocket, client};

use crate::app::App;
use crate::http::Connection;
use crate::load::Sample;
use crate::report::Report;
use crate::serve::PUBLIC_URL;

/// A browser acknowledges at least this often; the hub cuts off one that does not.
const ACKNOWLEDGE_EVERY: usize = 25;

pub(crate) fn measure(app: &App, report: &mut Report) -> Result<()> {
    report.heading(
        "From POST to socket",
        &["listeners", "", "p50 ms", "p99 ms", "last p50"],
    );
    for (listeners, probes) in [(1, 200), (100, 60), (500, 30)] {
        let (seen, arrivals) = channel();
        let mut connected = Vec::new();
        for _ in 0..listeners {
            connected.push(connect(app)?);
        }
        for socket in connected {
            let seen = seen.clone();
            thread::spawn(move || listen(socket, &seen));
        }
        let (every, last) = probe(app, listeners, probes, &arrivals)?;
        let [_, p50, p99] = every.columns();
        let columns = [String::new(), p50, p99, format!("{:.2}", last.p50())];
        report.row(&format!("a text comes in            {listeners:>3}"), &columns);
    }
    Ok(())
}

fn connect(app: &App) -> Result<WebSocket<TcpStream>> {
    let address = format!("{}/api/live", app.direct().replace("http://", "ws://"));
    let mut request = address.as_str().into_client_request()?;
    request
        .headers_mut()
        .insert("Cookie", HeaderValue::from_str(&app.cookie)?);
    request
        .headers_mut()
        .insert("Origin", HeaderValue::from_static(PUBLIC_URL));
    let host = app.direct().replace("http://", "");
    let stream = TcpStream::connect(host.trim_end_matches('/'))?;
    stream.set_nodelay(true)?;
    let (mut socket, _) = client(request, stream).context("the live socket was refused")?;
    let hello = socket.read()?;
    if !hello.to_text()?.contains("hello") {
        bail!("the live socket greeted with {hello}");
    }
    Ok(socket)
}

/// Ends with the connection, that is with the Worker.
fn listen(mut socket: WebSocket<TcpStream>, seen: &Sender<(Instant, String)>) {
    let mut count = 0;
    while let Ok(message) = socket.read() {
        let now = Instant::now();
        let Ok(text) = message.to_text() else { continue };
        count += 1;
        if count % ACKNOWLEDGE_EVERY == 0
            && let Some(seq) = serde_json::from_str::<Value>(text)
                .ok()
                .and_then(|frame| frame.get("seq")?.as_u64())
        {
            let ack = format!(r#"{{"type":"ack","seq":{seq}}}"#);
            if socket.send(Message::text(ack)).is_err() {
                return;
            }
        }
        if seen.send((now, text.to_owned())).is_err() {
            return;
        }
    }
}

/// What every listener saw, and when the last one did.
fn probe(
    app: &App,
    listeners: usize,
    probes: usize,
    arrivals: &Receiver<(Instant, String)>,
) -> Result<(Sample, Sample)> {
    let mut connection = Connection::open(&app.direct())?;
    let (mut every, mut last) = (Vec::new(), Vec::new());
    let began = Instant::now();
    for probe in 0..probes {
        let mark = format!("probe {listeners}-{probe}.");
        let webhook = app.webhooks().numbered(&mark);
        let start = Instant::now();
        let answer = connection.send("POST", "/handle_sms", &webhook.headers, &webhook.body)?;
        if answer.status != 200 {
            bail!("a text was answered {}", answer.status);
        }
        let mut arrived = 0;
        while arrived < listeners {
            let (at, text) = arrivals
                .recv_timeout(Duration::from_secs(10))
                .with_context(|| format!("{arrived} of {listeners} listeners were told of a text"))?;
            if text.contains(&mark) {
                arrived += 1;
                every.push(at - start);
                if arrived == listeners {
                    last.push(at - start);
                }
            }
        }
    }
    Ok((
        Sample::of(every, began.elapsed()),
        Sample::of(last, began.elapsed()),
    ))
}
