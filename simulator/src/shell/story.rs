//! The one story on real sockets: an app that answers webhooks, the API in front of it, and a connection that breaks.

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header;
use axum::routing::post;
use domain::{Address, PhoneNumber};
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use twilio::api::{ApiResponse, Operation};
use twilio::inbound_message::InboundMessage;
use twilio::messages::{CreateMessage, ListMessages};
use twilio::sid::{AccountSid, AuthToken, Credentials, Secret};
use twilio::signature::{self, SignedBody};
use twilio::status_callback::StatusCallback;
use twilio::{Params, twiml};

use super::{Sockets, run};
use crate::model::Account;
use crate::simulation::{Config, Delays, NewNumber, Twilio};

const TOKEN: &str = "22222222222222222222222222222222";
const FRANCE: &str = "+33755530001";

/// A webhook as the app got it: path, parameters, whether its signature is good.
type Got = (String, Params, bool);

async fn app() -> (String, mpsc::Receiver<Got>) {
    let (sender, receiver) = mpsc::channel(16);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let receive = |State((origin, sender)): State<(String, mpsc::Sender<Got>)>, request: Request| async move {
        let (parts, body) = request.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let params = Params::parse(std::str::from_utf8(&body).unwrap());
        let path = parts.uri.to_string();
        let signature = parts.headers.get("X-Twilio-Signature").unwrap().to_str().unwrap();
        let signed = signature::verify(
            &AuthToken::new(TOKEN),
            &format!("{origin}{path}"),
            SignedBody::Form(&params),
            signature,
        );
        sender.send((path, params, signed)).await.unwrap();
        (
            [(header::CONTENT_TYPE, twiml::CONTENT_TYPE)],
            twiml::EMPTY_RESPONSE,
        )
    };
    let routes = Router::new()
        .route("/{*path}", post(receive))
        .with_state((origin.clone(), sender));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    (origin, receiver)
}

struct Api {
    base: String,
    credentials: Credentials,
    client: Client<HttpConnector, Body>,
}

impl Api {
    async fn call<O: Operation>(&self, operation: &O) -> Option<O::Answer> {
        let request = operation.request(&self.credentials.account_sid);
        let request = Request::builder()
            .method(request.method)
            .uri(format!("{}{}", self.base, request.path))
            .header(header::AUTHORIZATION, self.credentials.authorization())
            .body(Body::from(
                request.body.map(twilio::api::Body::into_text).unwrap_or_default(),
            ))
            .unwrap();
        self.send(request)
            .await
            .map(|response| O::read(&response).unwrap())
    }

    /// `None`: the connection broke.
    async fn send(&self, request: Request) -> Option<ApiResponse> {
        let response = self.client.request(request).await.ok()?;
        Some(ApiResponse {
            status: response.status().as_u16(),
            body: response.into_body().collect().await.ok()?.to_bytes().to_vec(),
        })
    }

    async fn control(&self, method: &str, path: &str, body: &str) -> u16 {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_owned()))
            .unwrap();
        self.send(request).await.unwrap().status
    }
}

async fn next(webhooks: &mut mpsc::Receiver<Got>) -> Got {
    tokio::time::timeout(Duration::from_secs(5), webhooks.recv())
        .await
        .expect("a webhook within five seconds")
        .unwrap()
}

#[tokio::test]
async fn a_customer_writes_the_company_answers_and_a_connection_breaks() {
    let (app, mut webhooks) = app().await;
    let sockets = Sockets::bind(0).await.unwrap();
    let port = sockets.api_address().unwrap().port();
    let base = format!("http://127.0.0.1:{port}");
    let account_sid = AccountSid::parse("AC11111111111111111111111111111111").unwrap();
    let mut twilio = Twilio::new(Config {
        seed: 1,
        api_base: base.clone(),
        media_base: format!("http://{}", sockets.media_address().unwrap()),
        delays: Delays {
            sent_ms: 10,
            delivered_ms: 10,
            read_ms: 10,
        },
    });
    let now = super::now();
    twilio.put_account(Account {
        sid: account_sid.clone(),
        auth_token: TOKEN.into(),
        friendly_name: String::new(),
        keys: Vec::new(),
        test: None,
        created_at: now,
    });
    let number = NewNumber {
        sms: true,
        sms_url: Some(format!("{app}/handle_sms")),
        ..NewNumber::default()
    };
    twilio.put_number(now, &account_sid, PhoneNumber::from_e164(FRANCE).unwrap(), number);
    let (stop, stopped) = oneshot::channel::<()>();
    let file = std::env::temp_dir().join(format!("edgeline-simulator-story-{port}.json"));
    let running = tokio::spawn(run(twilio, sockets, Some(file.clone()), async {
        let _ = stopped.await;
    }));
    let api = Api {
        base,
        credentials: Credentials {
            account_sid,
            secret: Secret::AuthToken(AuthToken::new(TOKEN)),
        },
        client: Client::builder(TokioExecutor::new()).build_http(),
    };

    let text = format!(r#"{{"from":"+33612345678","to":"{FRANCE}","body":"Bonjour"}}"#);
    assert_eq!(api.control("POST", "/sim/texts", &text).await, 201);
    let (path, params, signed) = next(&mut webhooks).await;
    assert_eq!((path.as_str(), signed), ("/handle_sms", true));
    assert_eq!(InboundMessage::from_params(&params).unwrap().body, "Bonjour");

    let mut answer = CreateMessage::new(
        Address::parse(FRANCE),
        Address::parse("+33612345678"),
        "Bonjour !",
    );
    answer.status_callback = Some(format!("{app}/message-status?m=1"));
    api.call(&answer).await.unwrap();
    let mut receipts = Vec::new();
    for _ in 0..2 {
        let (path, params, signed) = next(&mut webhooks).await;
        assert_eq!((path.as_str(), signed), ("/message-status?m=1", true));
        receipts.push(StatusCallback::from_params(&params).unwrap().raw_status);
    }
    receipts.sort(); // two requests under way at once have no order
    assert_eq!(receipts, ["delivered", "sent"]);

    assert_eq!(
        api.control("PATCH", "/sim/misbehaviour", r#"{"drop_after":1}"#)
            .await,
        200
    );
    assert!(api.call(&answer).await.is_none(), "the connection breaks");
    assert_eq!(
        api.call(&ListMessages::new()).await.unwrap().messages.len(),
        3,
        "and yet it was done"
    );
    assert_eq!(
        api.control("PATCH", "/sim/misbehaviour", r#"{"no_such_switch":1}"#)
            .await,
        400
    );
    assert!(
        Sockets::bind(port)
            .await
            .err()
            .unwrap()
            .to_string()
            .contains("is taken")
    );

    stop.send(()).unwrap();
    running.await.unwrap().unwrap();
    let kept = std::fs::read(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    let mut later = Twilio::new(Config {
        seed: 2,
        api_base: String::new(),
        media_base: String::new(),
        delays: Delays::default(),
    });
    later.restore(&kept).unwrap();
    assert_eq!(
        later
            .phone(&PhoneNumber::from_e164("+33612345678").unwrap())
            .len(),
        3
    );
}
