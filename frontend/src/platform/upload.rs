//! Sending a file with progress (<https://xhr.spec.whatwg.org/>): `fetch` does not tell how much has left.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Blob, ProgressEvent, XmlHttpRequest};

use super::fetch::{Answer, Unreachable};

/// A file on its way. Dropping it stops it.
pub struct Upload {
    request: XmlHttpRequest,
    ended: Rc<RefCell<Ended>>,
    on_progress: Closure<dyn FnMut(ProgressEvent)>,
    on_end: Closure<dyn FnMut()>,
}

#[derive(Default)]
struct Ended {
    yes: bool,
    waker: Option<Waker>,
}

/// `on_progress` is told the part that has left, from 0 to 1.
pub fn send(
    url: &str,
    headers: &[(&str, String)],
    bytes: &Blob,
    on_progress: impl Fn(f64) + 'static,
) -> Result<Upload, Unreachable> {
    let request = XmlHttpRequest::new()?;
    request.open_with_async("POST", url, true)?;
    for (name, value) in headers {
        request.set_request_header(name, value)?;
    }
    let ended = Rc::new(RefCell::new(Ended::default()));
    let on_progress = Closure::new(move |event: ProgressEvent| {
        if event.length_computable() && event.total() > 0.0 {
            on_progress(event.loaded() / event.total());
        }
    });
    let on_end = Closure::new({
        let ended = ended.clone();
        move || {
            let mut ended = ended.borrow_mut();
            ended.yes = true;
            if let Some(waker) = ended.waker.take() {
                waker.wake();
            }
        }
    });
    request
        .upload()?
        .set_onprogress(Some(on_progress.as_ref().unchecked_ref()));
    // After an answer, an error and an abort alike.
    request.set_onloadend(Some(on_end.as_ref().unchecked_ref()));
    request.send_with_opt_blob(Some(bytes))?;
    Ok(Upload {
        request,
        ended,
        on_progress,
        on_end,
    })
}

/// Stops an upload from elsewhere than where it is waited for, which then is told that no answer came.
pub struct Stop(XmlHttpRequest);

impl Stop {
    pub fn now(&self) {
        // One that has ended is left alone by the browser.
        let _ = self.0.abort();
    }
}

impl Upload {
    pub fn stop(&self) -> Stop {
        Stop(self.request.clone())
    }
}

impl Future for Upload {
    type Output = Result<Answer, Unreachable>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut ended = self.ended.borrow_mut();
        if !ended.yes {
            ended.waker = Some(context.waker().clone());
            return Poll::Pending;
        }
        // 0: no answer came.
        Poll::Ready(match self.request.status() {
            Ok(status) if status > 0 => Ok(Answer {
                status,
                text: self.request.response_text().ok().flatten().unwrap_or_default(),
            }),
            _ => Err(Unreachable),
        })
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        self.request.set_onloadend(None);
        if let Ok(upload) = self.request.upload() {
            upload.set_onprogress(None);
        }
        self.stop().now();
        // They may be running: they die after the current event.
        let listeners = (
            std::mem::replace(&mut self.on_progress, Closure::new(|_| {})),
            std::mem::replace(&mut self.on_end, Closure::new(|| {})),
        );
        leptos::prelude::set_timeout(move || drop(listeners), std::time::Duration::ZERO);
    }
}

impl Unpin for Upload {}
