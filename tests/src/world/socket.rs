//! A WebSocket to workerd, with a time-out on every read.

use std::net::TcpStream;
use std::time::Duration;

use contract::live::ServerFrame;
use tungstenite::client::IntoClientRequest;
use tungstenite::http::{HeaderName, HeaderValue};
use tungstenite::{HandshakeError, Message};

use super::site::{Answer, Socket};

const PATIENCE: Duration = Duration::from_secs(10);

pub struct WebSocket(tungstenite::WebSocket<TcpStream>);

impl WebSocket {
    pub fn connect(base: &str, path: &str, headers: &[(String, String)]) -> Result<Self, Answer> {
        let host = base.strip_prefix("http://").unwrap();
        let stream = TcpStream::connect(host).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut request = format!("ws://{host}{path}").into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().append(
                name.parse::<HeaderName>().unwrap(),
                HeaderValue::from_str(value).unwrap(),
            );
        }
        match tungstenite::client(request, stream) {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(HandshakeError::Failure(tungstenite::Error::Http(response))) => {
                let (parts, body) = response.into_parts();
                Err(Answer {
                    status: parts.status.as_u16(),
                    headers: Vec::new(),
                    body: body.unwrap_or_default(),
                })
            }
            Err(error) => panic!("{error}"),
        }
    }
}

impl Socket for WebSocket {
    fn next(&mut self) -> ServerFrame {
        let text = self.next_text();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    fn send(&mut self, text: &str) {
        self.0.send(Message::text(text)).unwrap();
    }

    fn next_text(&mut self) -> String {
        loop {
            match self.0.read().expect("a frame in time") {
                Message::Text(text) => return text.as_str().to_owned(),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("a text frame was expected, not {other:?}"),
            }
        }
    }

    fn is_silent_for(&mut self, time: Duration) -> bool {
        self.0.get_ref().set_read_timeout(Some(time)).unwrap();
        let silent = match self.0.read() {
            Err(tungstenite::Error::Io(error)) => {
                matches!(
                    error.kind(),
                    std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                )
            }
            _ => false,
        };
        self.0.get_ref().set_read_timeout(Some(PATIENCE)).unwrap();
        silent
    }
}
