//! The files' port on R2. Bytes cross into wasm only on their way up from a browser, a piece at a time.

use js_sys::Uint8Array;
use server::ports::Later;
use server::ports::blobs::{BlobError, Blobs, Chunks, Copied, Download, Stored};
use server::{Failure, Fault};
use wasm_bindgen::JsValue;
use worker::send::{SendFuture, SendWrapper};

use crate::glue::{self, blobs};

/// What goes on after an answer has thirty seconds.
const TIME_OUT_MS: u32 = 25_000;

pub(crate) struct R2(SendWrapper<JsValue>);

impl R2 {
    pub(crate) const fn new(binding: JsValue) -> Self {
        Self(SendWrapper(binding))
    }

    async fn write(&self, key: &str, length: Option<u64>, body: &mut dyn Chunks) -> Result<Stored, Failure> {
        let writer = blobs::open_blob(&self.0, key, length.map(|length| length as f64));
        let written = async {
            while let Some(chunk) = body.next().await? {
                blobs::write_blob(&writer, Uint8Array::from(chunk.as_ref()))
                    .await
                    .map_err(|error| fault(&error))?;
            }
            blobs::end(&writer).await.map_err(|error| fault(&error))
        }
        .await;
        if written.is_err()
            && let Err(error) = blobs::abort_blob(&writer).await
        {
            log::warn!("an upload was not broken off: {}", glue::reason(&error));
        }
        written
    }
}

fn fault(error: &JsValue) -> Failure {
    Fault::Storage(format!("R2: {}", glue::reason(error))).into()
}

fn blob_error(error: &JsValue) -> BlobError {
    BlobError(glue::reason(error))
}

impl Blobs for R2 {
    fn copy<'a>(&'a self, download: Download, key: &'a str) -> Later<'a, Result<Copied, BlobError>> {
        Box::pin(SendFuture::new(async move {
            let Download {
                url,
                authorization,
                most_bytes,
            } = download;
            blobs::copy(&self.0, key, &url, authorization, most_bytes, TIME_OUT_MS)
                .await
                .map_err(|error| blob_error(&error))
        }))
    }

    fn put<'a>(
        &'a self,
        key: &'a str,
        length: Option<u64>,
        body: &'a mut dyn Chunks,
    ) -> Later<'a, Result<Stored, Failure>> {
        Box::pin(SendFuture::new(self.write(key, length, body)))
    }

    fn delete(&self, keys: Vec<String>) -> Later<'_, Result<(), BlobError>> {
        Box::pin(SendFuture::new(async move {
            let keys = serde_json::to_string(&keys).map_err(|error| BlobError(error.to_string()))?;
            blobs::delete_blobs(&self.0, &keys)
                .await
                .map_err(|error| blob_error(&error))
        }))
    }
}
