//! The address bar (<https://html.spec.whatwg.org/multipage/nav-history-apis.html>).

use wasm_bindgen::JsValue;

pub fn path() -> String {
    web_sys::window()
        .and_then(|window| window.location().pathname().ok())
        .unwrap_or_else(|| "/".to_owned())
}

/// What follows `#`, without it.
pub fn fragment() -> String {
    web_sys::window()
        .and_then(|window| window.location().hash().ok())
        .map(|hash| hash.trim_start_matches('#').to_owned())
        .unwrap_or_default()
}

pub fn push(path: &str) {
    if let Some(history) = history() {
        // A browser refuses only after hundreds of entries within seconds; the screen changes all the same.
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(path));
    }
}

pub fn replace(path: &str) {
    if let Some(history) = history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(path));
    }
}

fn history() -> Option<web_sys::History> {
    web_sys::window()?.history().ok()
}
