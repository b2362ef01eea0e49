//! One request: from JavaScript into the router, and its answer back.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use http_body_util::BodyExt;
use server::live::connect::ConnectToHub;
use server::media::serve::{ServeBlob, lost};
use server::ports::{AfterAnswer, Later};
use server::web::call::BodyTooLarge;
use server::web::misconfigured::misconfigured;
use server::web::panel::ServePanel;
use wasm_bindgen::{JsCast, JsValue};
use worker::send::SendWrapper;
use worker::{Context, Env, Error, Result};

use crate::app;
use crate::glue::blobs::{self, Part};
use crate::glue::{self, ReadBody};
use crate::streamed_body::StreamedBody;

/// The largest body that any endpoint reads into memory.
const MOST_BYTES: u32 = 1024 * 1024;

type Pending = Rc<RefCell<Vec<Later<'static, ()>>>>;

pub(crate) async fn answer(
    native: web_sys::Request,
    env: &Env,
    context: Context,
) -> Result<web_sys::Response> {
    let read = glue::read(&native, MOST_BYTES).await.map_err(Error::from)?;
    let streamed = match &read.body {
        ReadBody::Streamed(reader) => Some(reader.clone()),
        ReadBody::Whole(_) | ReadBody::TooLarge => None,
    };
    let mut request = into_http(read)?;
    let pending = Pending::default();
    request.extensions_mut().insert(collector(&pending));

    let response = match app::of(env) {
        Ok(running) => server::web::serve(&running.app, &running.router, request).await,
        Err(error) => misconfigured(&error, &request, "-"),
    };
    if let Some(reader) = streamed {
        glue::drain(&reader).await;
    }
    run_after_answer(&pending, &context);
    if let Some(blob) = response.extensions().get::<ServeBlob>().cloned() {
        return serve_blob(&glue::binding(env, "MEDIA"), &blob, response).await;
    }
    if let Some(hub) = response.extensions().get::<ConnectToHub>() {
        let hubs = glue::binding(env, "LIVE_HUB");
        let query = hub.query().map_err(|fault| Error::RustError(fault.to_string()))?;
        let answer = glue::forward_to_object(&hubs, hub.company.as_str(), &native, &query)
            .await
            .map_err(Error::from)?;
        return Ok(answer.unchecked_into());
    }
    if response.extensions().get::<ServePanel>().is_some() {
        let answer = glue::fetch_panel(&glue::binding(env, "ASSETS"), &native)
            .await
            .map_err(Error::from)?;
        return Ok(answer.unchecked_into());
    }
    into_native(response).await
}

fn into_http(read: glue::ReadRequest) -> Result<Request> {
    let mut builder = http::Request::builder()
        .method(read.method.as_str())
        .uri(read.url.as_str());
    let mut lines = read.headers.split('\n');
    while let (Some(name), Some(value)) = (lines.next(), lines.next()) {
        builder = builder.header(name, value);
    }
    let too_large = matches!(read.body, ReadBody::TooLarge);
    let body = match read.body {
        ReadBody::Whole(bytes) => Body::from(bytes),
        ReadBody::TooLarge => Body::empty(),
        ReadBody::Streamed(reader) => Body::new(StreamedBody::new(reader)),
    };
    let mut request = builder
        .body(body)
        .map_err(|error| Error::RustError(error.to_string()))?;
    if too_large {
        request.extensions_mut().insert(BodyTooLarge);
    }
    Ok(request)
}

/// Small answers are sent whole: a stream would cost a crossing for each piece.
async fn into_native(response: axum::response::Response) -> Result<web_sys::Response> {
    let (parts, body) = response.into_parts();
    let bytes = body
        .collect()
        .await
        .map_err(|error| Error::RustError(error.to_string()))?
        .to_bytes();
    glue::write_response(parts.status.as_u16(), &lines(&parts.headers), &bytes).map_err(Error::from)
}

/// `name\nvalue` lines.
fn lines(headers: &http::HeaderMap) -> String {
    let mut lines = String::new();
    for (name, value) in headers {
        if let Ok(value) = value.to_str() {
            lines.push_str(name.as_str());
            lines.push('\n');
            lines.push_str(value);
            lines.push('\n');
        }
    }
    lines
}

/// The bytes go from the bucket to the caller without coming through here.
async fn serve_blob(
    bucket: &JsValue,
    blob: &ServeBlob,
    response: axum::response::Response,
) -> Result<web_sys::Response> {
    let part = Part {
        key: &blob.key,
        offset: blob.offset,
        length: blob.length,
        whole: response.status() == http::StatusCode::OK,
    };
    let status = response.status().as_u16();
    match blobs::serve(bucket, &part, status, &lines(response.headers())).await {
        Ok(Some(answer)) => Ok(answer),
        Ok(None) => into_native(lost(blob)).await,
        Err(error) => {
            log::error!("{}: {}", blob.request_id, glue::reason(&error));
            into_native(lost(blob)).await
        }
    }
}

fn collector(pending: &Pending) -> AfterAnswer {
    let pending = SendWrapper(Rc::clone(pending));
    AfterAnswer(Arc::new(move |work| pending.borrow_mut().push(work)))
}

/// Only begun once the answer has left, so that it is never delayed.
fn run_after_answer(pending: &Pending, context: &Context) {
    let work = pending.take();
    if work.is_empty() {
        return;
    }
    context.wait_until(async move {
        glue::pause(0).await;
        for one in work {
            one.await;
        }
    });
}
