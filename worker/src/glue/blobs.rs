//! `blobs.js`, typed.

use js_sys::{Array, Uint8Array};
use server::ports::blobs::{Copied, Stored};
use wasm_bindgen::prelude::{JsCast, JsValue, wasm_bindgen};

#[wasm_bindgen(module = "/src/glue/blobs.js")]
extern "C" {
    #[wasm_bindgen(js_name = openBlob)]
    pub(crate) fn open_blob(bucket: &JsValue, key: &str, length: Option<f64>) -> JsValue;
    #[wasm_bindgen(catch, js_name = writeBlob)]
    pub(crate) async fn write_blob(writer: &JsValue, chunk: Uint8Array) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_name = endBlob)]
    async fn end_blob(writer: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = abortBlob)]
    pub(crate) async fn abort_blob(writer: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_name = copyBlob)]
    async fn copy_blob(
        bucket: &JsValue,
        key: &str,
        url: &str,
        authorization: Option<String>,
        most: f64,
        milliseconds: u32,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = deleteBlobs)]
    pub(crate) async fn delete_blobs(bucket: &JsValue, keys: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_name = serveBlob)]
    async fn serve_blob(
        bucket: &JsValue,
        key: &str,
        offset: f64,
        length: f64,
        whole: bool,
        status: u16,
        headers: &str,
    ) -> Result<JsValue, JsValue>;
}

pub(crate) struct Part<'a> {
    pub(crate) key: &'a str,
    pub(crate) offset: u64,
    pub(crate) length: u64,
    pub(crate) whole: bool,
}

/// `None` when the bucket does not have it.
pub(crate) async fn serve(
    bucket: &JsValue,
    part: &Part<'_>,
    status: u16,
    headers: &str,
) -> Result<Option<web_sys::Response>, JsValue> {
    let answer = serve_blob(
        bucket,
        part.key,
        part.offset as f64,
        part.length as f64,
        part.whole,
        status,
        headers,
    )
    .await?;
    Ok(answer.dyn_into().ok())
}

pub(crate) async fn end(writer: &JsValue) -> Result<Stored, JsValue> {
    Ok(stored(&end_blob(writer).await?.unchecked_into(), 0))
}

pub(crate) async fn copy(
    bucket: &JsValue,
    key: &str,
    url: &str,
    authorization: Option<String>,
    most: u64,
    milliseconds: u32,
) -> Result<Copied, JsValue> {
    let answer: Array = copy_blob(bucket, key, url, authorization, most as f64, milliseconds)
        .await?
        .unchecked_into();
    let kind = answer.get(0).as_string().unwrap_or_default();
    Ok(match kind.as_str() {
        "stored" => Copied::Stored(stored(&answer, 1)),
        "redirect" => Copied::Redirect(answer.get(1).as_string().unwrap_or_default()),
        "too_large" => Copied::TooLarge,
        _ => Copied::Status(answer.get(1).as_f64().unwrap_or_default() as u16),
    })
}

/// Size, hash and beginning, from that place on.
fn stored(parts: &Array, from: u32) -> Stored {
    Stored {
        size: parts.get(from).as_f64().unwrap_or_default() as u64,
        sha256: parts.get(from + 1).as_string().unwrap_or_default(),
        head: parts
            .get(from + 2)
            .dyn_ref::<Uint8Array>()
            .map(Uint8Array::to_vec)
            .unwrap_or_default(),
    }
}
