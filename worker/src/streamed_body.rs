//! A request's body that is read a piece at a time, for uploads: it never stands whole in wasm's memory, which would
//! never shrink again.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::Bytes;
use http_body::{Body, Frame};
use server::ports::Later;
use wasm_bindgen::JsValue;
use worker::send::{SendFuture, SendWrapper};

use crate::glue;

pub(crate) struct StreamedBody {
    /// A `ReadableStreamDefaultReader`.
    reader: SendWrapper<JsValue>,
    reading: Option<Later<'static, Result<Option<Vec<u8>>, String>>>,
}

impl StreamedBody {
    pub(crate) const fn new(reader: JsValue) -> Self {
        Self {
            reader: SendWrapper(reader),
            reading: None,
        }
    }
}

impl Body for StreamedBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        let reader = self.reader.0.clone();
        let reading = self.reading.get_or_insert_with(|| {
            Box::pin(SendFuture::new(async move {
                glue::read_chunk(&reader)
                    .await
                    .map_err(|error| glue::reason(&error))
            }))
        });
        let read = ready!(reading.as_mut().poll(context));
        self.reading = None;
        Poll::Ready(match read {
            Ok(Some(bytes)) => Some(Ok(Frame::data(bytes.into()))),
            Ok(None) => None,
            Err(reason) => Some(Err(std::io::Error::other(reason))),
        })
    }
}
