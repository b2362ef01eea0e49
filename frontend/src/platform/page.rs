//! The page itself: title, language, theme, visibility.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

fn document() -> Option<web_sys::Document> {
    web_sys::window()?.document()
}

pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Sets an attribute of `<html>`; `None` removes it.
pub fn set_root_attribute(name: &str, value: Option<&str>) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        // Both only fail for a malformed attribute name, and ours are constants.
        let _ = match value {
            Some(value) => root.set_attribute(name, value),
            None => root.remove_attribute(name),
        };
    }
}

pub fn remove_splash() {
    if let Some(splash) = document().and_then(|document| document.get_element_by_id("splash")) {
        splash.remove();
    }
}

pub fn is_visible() -> bool {
    document().is_none_or(|document| document.visibility_state() == web_sys::VisibilityState::Visible)
}

/// The tags of the languages that the browser asks for, best first.
pub fn preferred_languages() -> Vec<String> {
    web_sys::window()
        .map(|window| {
            window
                .navigator()
                .languages()
                .iter()
                .filter_map(|tag| tag.as_string())
                .collect()
        })
        .unwrap_or_default()
}

/// Loads the page anew: nothing of the person before stays in memory.
pub fn reload_at(path: &str) {
    if let Some(window) = web_sys::window() {
        // Only a malformed address is refused, and ours are routes.
        let _ = window.location().replace(path);
    }
}

/// Scheme and host under which the page was loaded.
pub fn origin() -> String {
    web_sys::window()
        .and_then(|window| window.location().origin().ok())
        .unwrap_or_default()
}

/// As a part of an address.
pub fn encoded(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// Follows an address of ours that answers a file: the page stays.
pub fn follow(path: &str) {
    if let Some(window) = web_sys::window() {
        // Only a malformed address is refused, and ours are routes.
        let _ = window.location().set_href(path);
    }
}

/// Fetches the page anew, with what was deployed since.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        // Refused only while the page is being left anyway.
        let _ = window.location().reload();
    }
}

/// Whether the page is narrower than `pixels`.
pub fn is_narrower_than(pixels: u32) -> bool {
    web_sys::window()
        .and_then(|window| window.inner_width().ok())
        .and_then(|width| width.as_f64())
        .is_some_and(|width| width < f64::from(pixels))
}

/// Calls back when the page is shown or hidden, until the returned watch is dropped.
pub fn watch_visibility(listener: impl Fn() + 'static) -> VisibilityWatch {
    let closure = Closure::<dyn Fn()>::new(listener);
    if let Some(document) = document() {
        // Only a listener that is no function is refused.
        let _ =
            document.add_event_listener_with_callback("visibilitychange", closure.as_ref().unchecked_ref());
    }
    VisibilityWatch(closure)
}

pub struct VisibilityWatch(Closure<dyn Fn()>);

impl Drop for VisibilityWatch {
    fn drop(&mut self) {
        if let Some(document) = document() {
            let _ = document
                .remove_event_listener_with_callback("visibilitychange", self.0.as_ref().unchecked_ref());
        }
    }
}
