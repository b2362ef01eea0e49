//! A WebSocket to workerd, with a time-out on every read.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use contract::live::ServerFrame;
use tungstenite::Message;
use tungstenite::protocol::Role;

use super::site::{Answer, Socket};

const PATIENCE: Duration = Duration::from_secs(10);

pub struct WebSocket(tungstenite::WebSocket<TcpStream>);

impl WebSocket {
    /// The handshake is made by hand: of a refusal the whole answer is wanted, which the client does not keep.
    pub fn connect(base: &str, path: &str, headers: &[(String, String)]) -> Result<Self, Answer> {
        let host = base.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut request = format!(
            "GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        );
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        stream.write_all(format!("{request}\r\n").as_bytes()).unwrap();
        let answer = read_head(&mut stream);
        if answer.status == 101 {
            return Ok(Self(tungstenite::WebSocket::from_raw_socket(
                stream,
                Role::Client,
                None,
            )));
        }
        let length = answer
            .header("content-length")
            .map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        stream.read_exact(&mut body).unwrap();
        Err(Answer { body, ..answer })
    }
}

/// Byte by byte: what follows the head belongs to whoever reads on.
fn read_head(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        bytes.extend(byte);
    }
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut parsed = httparse::Response::new(&mut headers);
    assert!(parsed.parse(&bytes).unwrap().is_complete());
    Answer {
        status: parsed.code.unwrap(),
        headers: parsed
            .headers
            .iter()
            .map(|header| {
                (
                    header.name.to_ascii_lowercase(),
                    String::from_utf8_lossy(header.value).into_owned(),
                )
            })
            .collect(),
        body: Vec::new(),
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

    fn next_within(&mut self, time: Duration) -> Option<ServerFrame> {
        self.0.get_ref().set_read_timeout(Some(time)).unwrap();
        let read = self.0.read();
        self.0.get_ref().set_read_timeout(Some(PATIENCE)).unwrap();
        match read {
            Ok(Message::Text(text)) => Some(serde_json::from_str(&text).unwrap()),
            _ => None,
        }
    }

    fn is_closed(&mut self) -> bool {
        loop {
            match self.0.read() {
                // Told before that.
                Ok(Message::Text(_)) => {}
                Ok(Message::Close(Some(frame))) => return u16::from(frame.code) == 4009,
                _ => return false,
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
