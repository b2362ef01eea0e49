//! Where the keyboard is.

use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement};

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

/// As [`focus_soon`], for what takes some frames to come.
pub fn focus_when_there(selector: &'static str) {
    /// A second, at sixty a second.
    const FRAMES: u32 = 60;
    fn look(selector: &'static str, left: u32) {
        leptos::prelude::request_animation_frame(move || {
            if find(selector).is_some() {
                focus(selector);
            } else if left > 0 {
                look(selector, left - 1);
            }
        });
    }
    look(selector, FRAMES);
}

/// Keeps the keyboard where it is while what has it is moved in the page: the browser takes it away from there.
pub fn keep() {
    if let Some(element) = active() {
        give_back(element);
    }
}

/// Only when the focus is nowhere by the next frame: it may have been moved on purpose.
pub fn give_back(element: HtmlElement) {
    leptos::prelude::request_animation_frame(move || {
        let is_nowhere = active().is_none_or(|element| element.tag_name() == "BODY");
        if is_nowhere && element.is_connected() {
            let here = FocusOptions::new();
            here.set_prevent_scroll(true);
            // An element that cannot take the focus leaves it where it is.
            let _ = element.focus_with_options(&here);
        }
    });
}

pub fn find(selector: &str) -> Option<Element> {
    web_sys::window()?.document()?.query_selector(selector).ok()?
}

pub fn all(selector: &str) -> Vec<HtmlElement> {
    let nodes = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.query_selector_all(selector).ok());
    let Some(nodes) = nodes else { return Vec::new() };
    (0..nodes.length())
        .filter_map(|index| nodes.item(index)?.dyn_into().ok())
        .collect()
}

/// Moves the focus up or down among all that the selector matches; `false` at the ends.
pub fn step(selector: &str, down: bool) -> bool {
    let all = all(selector);
    let active = active();
    let at = all.iter().position(|element| active.as_ref() == Some(element));
    let next = match (at, down) {
        (Some(at), true) => at.checked_add(1),
        (Some(at), false) => at.checked_sub(1),
        (None, _) => Some(0),
    };
    match next.and_then(|next| all.get(next)) {
        // An element that cannot take the focus leaves it where it is.
        Some(element) => element.focus().is_ok(),
        None => false,
    }
}
