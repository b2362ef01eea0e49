//! Where the keyboard is.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

pub fn active() -> Option<HtmlElement> {
    web_sys::window()?.document()?.active_element()?.dyn_into().ok()
}

/// Whether a key that is typed now would write something, or a dialog has the page.
pub fn is_typing() -> bool {
    has_dialog()
        || active().is_some_and(|element| {
            matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
                || element.is_content_editable()
        })
}

pub fn has_dialog() -> bool {
    find("dialog[open]").is_some()
}

pub fn leave_field() {
    if let Some(field) = active() {
        // Nothing that has the focus refuses to give it up.
        let _ = field.blur();
    }
}

/// Moves the focus to the first element that the selector matches.
pub fn focus(selector: &str) {
    if let Some(element) = find(selector).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // An element that cannot take the focus leaves it where it is.
        let _ = element.focus();
    }
}

/// As [`focus`], once what was just changed is on the screen.
pub fn focus_soon(selector: &'static str) {
    leptos::prelude::request_animation_frame(move || focus(selector));
}

pub fn find(selector: &str) -> Option<Element> {
    web_sys::window()?.document()?.query_selector(selector).ok()?
}
