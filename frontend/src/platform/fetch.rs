//! HTTP to our own origin (<https://fetch.spec.whatwg.org/>).

use std::time::Duration;

use js_sys::Uint8Array;
use leptos::prelude::set_timeout_with_handle;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestInit, Response};

/// Longer than the server waits for Twilio, so that its own answer arrives first.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Request {
    pub method: &'static str,
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Option<String>,
}

pub struct Answer {
    pub status: u16,
    pub text: String,
}

/// No whole answer arrived: offline, cut or too slow. What the server did is unknown.
pub struct Unreachable;

impl From<JsValue> for Unreachable {
    fn from(_: JsValue) -> Self {
        Self
    }
}

pub async fn send(request: Request) -> Result<Answer, Unreachable> {
    let abort = AbortController::new()?;
    let headers = Headers::new()?;
    for (name, value) in &request.headers {
        headers.set(name, value)?;
    }
    let options = RequestInit::new();
    options.set_method(request.method);
    options.set_headers(&headers);
    options.set_signal(Some(&abort.signal()));
    if let Some(body) = request.body {
        options.set_body(&JsValue::from_str(&body));
    }
    let window = web_sys::window().ok_or(Unreachable)?;
    let timer = set_timeout_with_handle(move || abort.abort(), PATIENCE)?;
    let outcome = receive(&window, &request.url, &options).await;
    timer.clear();
    outcome
}

/// A file of ours; `None` when the server does not give it.
pub async fn file(url: &str) -> Result<Option<Vec<u8>>, Unreachable> {
    let window = web_sys::window().ok_or(Unreachable)?;
    let response: Response = JsFuture::from(window.fetch_with_str(url)).await?.dyn_into()?;
    if !response.ok() {
        return Ok(None);
    }
    let buffer = JsFuture::from(response.array_buffer()?).await?;
    Ok(Some(Uint8Array::new(&buffer).to_vec()))
}

async fn receive(window: &web_sys::Window, url: &str, options: &RequestInit) -> Result<Answer, Unreachable> {
    let response = JsFuture::from(window.fetch_with_str_and_init(url, options)).await?;
    let response: Response = response.dyn_into()?;
    let text = JsFuture::from(response.text()?).await?;
    Ok(Answer {
        status: response.status(),
        text: text.as_string().unwrap_or_default(),
    })
}
