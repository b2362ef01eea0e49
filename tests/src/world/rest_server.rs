//! An HTTP/1.1 port for the simulated Twilio, one request per connection: a misbehaving Twilio must be able to break a
//! connection at any moment, which servers made for production do not offer.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

pub struct RestRequest {
    pub method: String,
    /// With the query.
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

pub struct RestAnswer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// `None` breaks the connection without an answer.
type Handler = dyn Fn(&RestRequest) -> Option<RestAnswer> + Send + Sync;

/// Serves until the process ends; answers the address.
pub fn serve(handler: impl Fn(&RestRequest) -> Option<RestAnswer> + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let handler: Arc<Handler> = Arc::new(handler);
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let handler = Arc::clone(&handler);
            thread::spawn(move || {
                // A client that goes away in the middle is none of our business.
                let _ = answer_one(stream, &*handler);
            });
        }
    });
    format!("http://{address}")
}

fn answer_one(mut stream: TcpStream, handler: &Handler) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let Some(request) = read(&mut stream)? else {
        return Ok(());
    };
    let Some(answer) = handler(&request) else {
        return Ok(());
    };
    let mut head = format!(
        "HTTP/1.1 {} Answer\r\nconnection: close\r\ncontent-length: {}\r\n",
        answer.status,
        answer.body.len()
    );
    for (name, value) in &answer.headers {
        if !name.eq_ignore_ascii_case("content-length") {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    stream.write_all(&answer.body)?;
    stream.flush()
}

fn read(stream: &mut TcpStream) -> std::io::Result<Option<RestRequest>> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 16 * 1024];
    loop {
        let count = stream.read(&mut chunk)?;
        if count == 0 {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk[..count]);
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut parsed = httparse::Request::new(&mut headers);
        let Ok(httparse::Status::Complete(head)) = parsed.parse(&bytes) else {
            continue;
        };
        let headers: Vec<(String, String)> = parsed
            .headers
            .iter()
            .map(|header| {
                (
                    header.name.to_ascii_lowercase(),
                    String::from_utf8_lossy(header.value).into_owned(),
                )
            })
            .collect();
        let length = headers
            .iter()
            .find(|(name, _)| name == "content-length")
            .map_or(0, |(_, value)| value.parse().unwrap());
        if bytes.len() < head + length {
            continue;
        }
        return Ok(Some(RestRequest {
            method: parsed.method.unwrap().to_owned(),
            path: parsed.path.unwrap().to_owned(),
            headers,
            body: bytes[head..head + length].to_vec(),
        }));
    }
}
