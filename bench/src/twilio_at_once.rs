//! A Twilio that takes every message at once, and has a file of a megabyte under every name: what is measured is us.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use anyhow::Result;
use serde_json::json;

use crate::media;

/// In the path of a message's file.
const FILES: &str = "/Media/";

/// Serves until the process ends; answers its address, and counts what it has taken.
pub(crate) fn serve() -> Result<(String, Arc<AtomicU64>)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = format!("http://{}", listener.local_addr()?);
    let taken = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&taken);
    thread::spawn(move || {
        for stream in listener.incoming().map_while(std::result::Result::ok) {
            let counter = Arc::clone(&counter);
            // A connection that workerd closes ends its thread.
            thread::spawn(move || answer_all(stream, &counter).ok());
        }
    });
    Ok((address, taken))
}

fn answer_all(mut stream: TcpStream, taken: &AtomicU64) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    loop {
        let mut length = 0;
        let mut request = String::new();
        if reader.read_line(&mut request)? == 0 {
            return Ok(());
        }
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            if line.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse()?;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        if request.starts_with("GET ") && request.contains(FILES) {
            answer(
                &mut stream,
                "200 OK",
                "application/pdf",
                &media::pdf(media::BYTES),
            )?;
            continue;
        }
        let nth = taken.fetch_add(1, Ordering::Relaxed);
        let message = json!({
            "sid": format!("SM{nth:032x}"), "account_sid": format!("AC{:032x}", 0), "status": "queued",
            "direction": "outbound-api", "num_segments": "1", "num_media": "0", "body": "",
        });
        answer(
            &mut stream,
            "201 Created",
            "application/json",
            &message.to_string(),
        )?;
    }
}

fn answer(stream: &mut TcpStream, status: &str, content_type: &str, body: &str) -> Result<()> {
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all((head + body).as_bytes())?;
    Ok(())
}
