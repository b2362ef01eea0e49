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

/// After so many bytes others are let in: what has arrived already is read without waiting, and without a wait workerd
/// takes no other request.
const TURN: usize = 512 * 1024;

pub(crate) struct StreamedBody {
    /// A `ReadableStreamDefaultReader`.
    reader: SendWrapper<JsValue>,
    reading: Option<Later<'static, Result<Option<Vec<u8>>, String>>>,
    /// Since others were let in.
    read: usize,
}

impl StreamedBody {
    pub(crate) const fn new(reader: JsValue) -> Self {
        Self {
            reader: SendWrapper(reader),
            reading: None,
            read: 0,
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
        let lets_others_in = self.read >= TURN;
        let reading = self.reading.get_or_insert_with(|| {
            Box::pin(SendFuture::new(async move {
                if lets_others_in {
                    glue::pause(0).await;
                }
                glue::read_chunk(&reader)
                    .await
                    .map_err(|error| glue::reason(&error))
            }))
        });
        let read = ready!(reading.as_mut().poll(context));
        self.reading = None;
        if lets_others_in {
            self.read = 0;
        }
        if let Ok(Some(bytes)) = &read {
            self.read += bytes.len();
        }
        Poll::Ready(match read {
            Ok(Some(bytes)) => Some(Ok(Frame::data(bytes.into()))),
            Ok(None) => None,
            Err(reason) => Some(Err(std::io::Error::other(reason))),
        })
    }
}
