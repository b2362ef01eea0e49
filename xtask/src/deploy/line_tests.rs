//! The end of a deployment: the accounts that are connected there, played over HTTP.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::set_up_lines;

/// Answers each path with what is listed for it, and keeps what it was asked. Lives as long as the tests do.
fn deployment(answers: Vec<(&'static str, u16, Value)>) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut first = String::new();
            reader.read_line(&mut first).unwrap();
            let mut length = 0;
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                if line.trim().is_empty() {
                    break;
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let request = first.trim().trim_end_matches(" HTTP/1.1").to_owned();
            let (_, status, answer) = answers.iter().find(|(path, ..)| *path == request).unwrap();
            let answer = answer.to_string();
            kept.lock()
                .unwrap()
                .push(format!("{request} {}", String::from_utf8(body).unwrap()));
            write!(
                stream,
                "HTTP/1.1 {status} .\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{answer}",
                answer.len()
            )
            .unwrap();
        }
    });
    (address, asked)
}

fn changes(asked: &Mutex<Vec<String>>) -> Vec<String> {
    let asked = asked.lock().unwrap();
    asked
        .iter()
        .filter(|line| line.starts_with("POST"))
        .cloned()
        .collect()
}

const COMPANIES: &str = "GET /api/companies";
const INTEGRATIONS: &str = "GET /inbox/integrations";

#[test]
fn every_connected_account_is_led_to_the_deployment() {
    let integrations = json!([
        {"id": "one", "name": "Standard", "account_id": "AC1"},
        {"id": "two", "name": "Atelier", "account_id": "AC2"},
    ]);
    let nothing = json!({"changes": [], "line": {"points": []}});
    let (address, asked) = deployment(vec![
        (COMPANIES, 200, json!([{"id": "c", "name": "Martin"}])),
        (INTEGRATIONS, 200, integrations),
        // One that Twilio refuses is no reason to leave the other.
        (
            "POST /api/health/lines/one/configure",
            422,
            json!({"code": "twilio_credentials_refused"}),
        ),
        ("POST /api/health/lines/two/configure", 200, nothing),
    ]);
    let failed = set_up_lines(&address, Some("token")).unwrap_err().to_string();
    assert!(failed.starts_with("1 Twilio account"), "{failed}");
    assert_eq!(
        changes(&asked),
        [
            r#"POST /api/health/lines/one/configure {"dry_run":false}"#,
            r#"POST /api/health/lines/two/configure {"dry_run":false}"#,
        ]
    );
}

#[test]
fn without_an_account_or_a_token_there_is_nothing_to_do_yet() {
    let (address, asked) = deployment(vec![(COMPANIES, 200, json!([]))]);
    set_up_lines(&address, Some("token")).unwrap();
    set_up_lines(&address, None).unwrap();
    assert_eq!(changes(&asked), Vec::<String>::new());
    // Taken away since: the deployment stands, and says what is left to do.
    let (address, _) = deployment(vec![(COMPANIES, 401, json!({"code": "wrong_admin_token"}))]);
    set_up_lines(&address, Some("old")).unwrap();
    let (address, _) = deployment(vec![(COMPANIES, 503, json!({"code": "storage_unavailable"}))]);
    set_up_lines(&address, Some("token")).unwrap_err();
}
