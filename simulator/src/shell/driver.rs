//! Does in real time what the core says is due: webhooks, and files to fetch.

use axum::body::Body;
use axum::http::{Request, header};
use http_body_util::{BodyExt, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use std::sync::Arc;
use std::time::Duration;

use super::wire::Wire;
use super::{Shared, now};
use crate::deliveries::{Delivery, Outcome};
use crate::media::{FetchOutcome, MediaFetch};

/// Twilio reads no more of an answer (error 11750).
const MOST_ANSWER_BYTES: usize = 64 * 1024;
const MOST_MEDIA_BYTES: usize = 32_000_000;
const MEDIA_TIMEOUT: Duration = Duration::from_secs(15);
/// workerd closes a connection that was idle for five seconds. A webhook that is written at that very moment would be lost.
const IDLE: Duration = Duration::from_secs(3);

type HttpClient = Client<HttpConnector, Body>;

fn client(connect_timeout: Duration) -> HttpClient {
    let mut connector = HttpConnector::new();
    connector.set_connect_timeout(Some(connect_timeout));
    connector.set_nodelay(true);
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE)
        .build(connector)
}

pub(super) async fn drive(shared: Arc<Shared>, wire: Arc<Wire>) {
    let usual = client(Duration::from_secs(5));
    loop {
        let (deliveries, fetches, next) =
            shared.quietly(|twilio, now| (twilio.due(now), twilio.fetches_due(now), twilio.next_due()));
        for (call, turn, url) in wire.carry_out(&shared) {
            let (client, shared) = (usual.clone(), Arc::clone(&shared));
            tokio::spawn(async move {
                let file = tokio::time::timeout(MEDIA_TIMEOUT, get_file(&client, &url)).await;
                let file = file.ok().flatten();
                shared.with(|twilio, now| twilio.sound_fetched(now, &call, turn, file.as_deref()));
            });
        }
        for delivery in deliveries {
            // A connect time-out of its own (the `ct` override) needs a connector of its own.
            let client = if delivery.connect_timeout == Duration::from_secs(5) {
                usual.clone()
            } else {
                client(delivery.connect_timeout)
            };
            let shared = Arc::clone(&shared);
            tokio::spawn(async move {
                let id = delivery.id;
                let outcome = deliver(&client, delivery).await;
                shared.with(|twilio, now| twilio.delivered(id, now, &outcome));
            });
        }
        for fetch in fetches {
            let (client, shared) = (usual.clone(), Arc::clone(&shared));
            tokio::spawn(async move {
                let outcome = tokio::time::timeout(MEDIA_TIMEOUT, get(&client, &fetch)).await;
                let outcome = outcome.ok().flatten().unwrap_or(FetchOutcome::Failed);
                shared.with(|twilio, now| twilio.fetched(fetch.id, now, outcome));
            });
        }
        let wait = next.map_or(Duration::from_secs(3600), |next| next.since(now()));
        tokio::select! {
            () = shared.wake.notified() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

async fn deliver(client: &HttpClient, delivery: Delivery) -> Outcome {
    let request = Request::builder()
        .method(delivery.method.as_str())
        .uri(&delivery.url)
        .header(header::USER_AGENT, "TwilioProxy/1.1")
        .header(header::ACCEPT, "*/*")
        .header(header::CONTENT_TYPE, delivery.content_type)
        .header("X-Twilio-Signature", &delivery.signature)
        .header("I-Twilio-Idempotency-Token", &delivery.idempotency_token)
        .body(Body::from(delivery.body));
    let Ok(request) = request else {
        return Outcome::ConnectFailed; // a webhook URL that is none
    };
    let answered = tokio::time::timeout(delivery.read_timeout, async {
        let response = client
            .request(request)
            .await
            .map_err(|error| error.is_connect())?;
        let (parts, body) = response.into_parts();
        let body = Limited::new(body, MOST_ANSWER_BYTES)
            .collect()
            .await
            .map_err(|_| false)?;
        Ok::<_, bool>(Outcome::Answered {
            status: parts.status.as_u16(),
            content_type: parts
                .headers
                .get(header::CONTENT_TYPE)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned),
            body: String::from_utf8_lossy(&body.to_bytes()).into_owned(),
        })
    });
    match answered.await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(true)) => Outcome::ConnectFailed,
        // Connected, and then no whole answer.
        Ok(Err(false)) | Err(_) => Outcome::TimedOut,
    }
}

/// What `<Play>` plays.
async fn get_file(client: &HttpClient, url: &str) -> Option<Vec<u8>> {
    let response = client.get(url.parse().ok()?).await.ok()?;
    if !response.status().is_success() {
        return None;
    }
    let body = Limited::new(response.into_body(), MOST_MEDIA_BYTES);
    Some(body.collect().await.ok()?.to_bytes().to_vec())
}

async fn get(client: &HttpClient, fetch: &MediaFetch) -> Option<FetchOutcome> {
    let response = client.get(fetch.url.parse().ok()?).await.ok()?;
    let (parts, body) = response.into_parts();
    let bytes = Limited::new(body, MOST_MEDIA_BYTES)
        .collect()
        .await
        .ok()?
        .to_bytes();
    Some(FetchOutcome::Answered {
        status: parts.status.as_u16(),
        content_type: parts
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned),
        bytes: bytes.to_vec(),
    })
}
