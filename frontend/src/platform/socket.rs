//! A WebSocket to our own origin. Dropping it closes it and forgets its listeners.

use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, WebSocket};

pub enum SocketEvent {
    Opened,
    Text(String),
    Closed,
}

pub struct Socket {
    inner: WebSocket,
    on_open: Closure<dyn FnMut()>,
    on_message: Closure<dyn FnMut(MessageEvent)>,
    on_close: Closure<dyn FnMut()>,
}

impl Socket {
    /// `path` begins with `/`; the browser follows the page's own scheme (https → wss).
    pub fn open(path: &str, listener: impl Fn(SocketEvent) + Clone + 'static) -> Result<Self, JsValue> {
        let location = web_sys::window().ok_or(JsValue::NULL)?.location();
        let scheme = if location.protocol()? == "https:" {
            "wss"
        } else {
            "ws"
        };
        let inner = WebSocket::new(&format!("{scheme}://{}{path}", location.host()?))?;
        let on_open = Closure::new({
            let listener = listener.clone();
            move || listener(SocketEvent::Opened)
        });
        let on_message = Closure::new({
            let listener = listener.clone();
            move |event: MessageEvent| {
                if let Some(text) = event.data().as_string() {
                    listener(SocketEvent::Text(text));
                }
            }
        });
        let on_close = Closure::new(move || listener(SocketEvent::Closed));
        inner.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        inner.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        // An error is always followed by a close.
        inner.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Ok(Self {
            inner,
            on_open,
            on_message,
            on_close,
        })
    }

    /// Whether the text was taken; a socket that is closing refuses.
    pub fn send(&self, text: &str) -> bool {
        self.inner.ready_state() == WebSocket::OPEN && self.inner.send_with_str(text).is_ok()
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.inner.set_onopen(None);
        self.inner.set_onmessage(None);
        self.inner.set_onclose(None);
        // 1000 is always a legal code, so this cannot be refused.
        let _ = self.inner.close_with_code(1000);
        // A socket may be dropped inside one of its own listeners: they die after the current event.
        for closure in [
            std::mem::replace(&mut self.on_open, Closure::new(|| {})),
            std::mem::replace(&mut self.on_close, Closure::new(|| {})),
        ] {
            leptos::prelude::set_timeout(move || drop(closure), std::time::Duration::ZERO);
        }
        let on_message = std::mem::replace(&mut self.on_message, Closure::new(|_| {}));
        leptos::prelude::set_timeout(move || drop(on_message), std::time::Duration::ZERO);
    }
}
