//! `glue.js`, typed. Nothing else in the Worker calls JavaScript by hand.

pub(crate) mod blobs;

use js_sys::{Array, Uint8Array};
use twilio::api::Body;
use wasm_bindgen::prelude::{JsCast, JsValue, wasm_bindgen};

#[wasm_bindgen(module = "/src/glue.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = readRequest)]
    async fn read_request(request: &web_sys::Request, most: u32) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = readChunk)]
    async fn next_chunk(reader: &JsValue) -> Result<JsValue, JsValue>;
    pub(crate) async fn drain(reader: &JsValue);
    #[wasm_bindgen(catch, js_name = writeResponse)]
    pub(crate) fn write_response(
        status: u16,
        headers: &str,
        body: &[u8],
    ) -> Result<web_sys::Response, JsValue>;
    #[wasm_bindgen(catch)]
    pub(crate) async fn commit(database: &JsValue, statements: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = askTwilio)]
    async fn ask_twilio(
        url: &str,
        method: &str,
        authorization: &str,
        content_type: Option<String>,
        body: Option<String>,
        milliseconds: u32,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch)]
    pub(crate) async fn push(
        url: &str,
        authorization: &str,
        ttl: u32,
        body: &[u8],
        milliseconds: u32,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = tellHook)]
    async fn tell_hook(url: &str, headers: &str, body: &str, milliseconds: u32) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = askObject)]
    pub(crate) async fn ask_object(
        namespace: &JsValue,
        name: &str,
        path: &str,
        body: &str,
    ) -> Result<(), JsValue>;
    /// The same, for what it answers.
    #[wasm_bindgen(catch, js_name = questionObject)]
    pub(crate) async fn question_object(
        namespace: &JsValue,
        name: &str,
        path: &str,
        body: &str,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = forwardToObject)]
    pub(crate) async fn forward_to_object(
        namespace: &JsValue,
        name: &str,
        request: &web_sys::Request,
        query: &str,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = fetchPanel)]
    pub(crate) async fn fetch_panel(assets: &JsValue, request: &web_sys::Request)
    -> Result<JsValue, JsValue>;
    pub(crate) async fn pause(milliseconds: u32);
    #[wasm_bindgen(js_name = fillRandom)]
    pub(crate) fn fill_random(bytes: &mut [u8]);
    pub(crate) fn binding(env: &JsValue, name: &str) -> JsValue;
}

/// A request as it came, read to its end unless it is streamed.
pub(crate) struct ReadRequest {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: String,
    pub(crate) body: ReadBody,
}

pub(crate) enum ReadBody {
    Whole(Vec<u8>),
    /// More than anybody here takes.
    TooLarge,
    /// A reader.
    Streamed(JsValue),
}

/// The next piece of a streamed body.
pub(crate) async fn read_chunk(reader: &JsValue) -> Result<Option<Vec<u8>>, JsValue> {
    let chunk = next_chunk(reader).await?;
    Ok(chunk.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec))
}

pub(crate) async fn read(request: &web_sys::Request, most: u32) -> Result<ReadRequest, JsValue> {
    let parts: Array = read_request(request, most).await?.unchecked_into();
    let text = |index| parts.get(index).as_string().unwrap_or_default();
    Ok(ReadRequest {
        method: text(0),
        url: text(1),
        headers: text(2),
        body: match parts.get(3).dyn_into::<Uint8Array>() {
            Ok(bytes) => ReadBody::Whole(bytes.to_vec()),
            Err(nothing) if nothing.is_null() => ReadBody::TooLarge,
            Err(reader) => ReadBody::Streamed(reader),
        },
    })
}

/// Status and body.
pub(crate) async fn ask(
    url: &str,
    method: &str,
    authorization: &str,
    body: Option<Body>,
    milliseconds: u32,
) -> Result<(u16, Vec<u8>), JsValue> {
    let content_type = body.as_ref().map(|body| body.content_type().to_owned());
    let body = body.map(Body::into_text);
    let answer: Array = ask_twilio(url, method, authorization, content_type, body, milliseconds)
        .await?
        .unchecked_into();
    let status = answer.get(0).as_f64().unwrap_or_default() as u16;
    let body = answer
        .get(1)
        .dyn_ref::<Uint8Array>()
        .map(Uint8Array::to_vec)
        .unwrap_or_default();
    Ok((status, body))
}

/// Status, and how the answer began.
pub(crate) async fn hook(
    url: &str,
    headers: &str,
    body: &str,
    milliseconds: u32,
) -> Result<(u16, String), JsValue> {
    let answer: Array = tell_hook(url, headers, body, milliseconds)
        .await?
        .unchecked_into();
    let status = answer.get(0).as_f64().unwrap_or_default() as u16;
    Ok((status, answer.get(1).as_string().unwrap_or_default()))
}

/// What JavaScript threw, for a log line.
pub(crate) fn reason(error: &JsValue) -> String {
    let message = error
        .dyn_ref::<js_sys::Error>()
        .map(|error| String::from(error.message()));
    message
        .or_else(|| error.as_string())
        .unwrap_or_else(|| format!("{error:?}"))
}
