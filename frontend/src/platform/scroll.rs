//! Scrolling. A thread is a `column-reverse` pane: the browser itself keeps its end in sight when something is
//! added, and what a person reads in place when older messages come before it. `scroll_top` is 0 at the end.

use web_sys::HtmlElement;

const NEAR: i32 = 80;

/// Of a pane that grows downwards: less than a screenful is left.
pub fn is_near_bottom(element: &HtmlElement) -> bool {
    element.scroll_height() - element.scroll_top() - element.client_height() < element.client_height()
}

/// Of a reversed pane: the newest is in sight.
pub fn is_at_newest(element: &HtmlElement) -> bool {
    element.scroll_top() > -NEAR
}

/// Of a reversed pane: less than half a screenful is left of what is loaded.
pub fn is_near_oldest(element: &HtmlElement) -> bool {
    element.scroll_height() - element.client_height() + element.scroll_top() < element.client_height() / 2
}

pub fn to_newest(element: &HtmlElement) {
    element.set_scroll_top(0);
}

/// Brings what was looked for into the middle, and marks it for a moment.
pub fn to_found(id: &str) {
    let element = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id(id));
    let Some(element) = element else { return };
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Center);
    element.scroll_into_view_with_scroll_into_view_options(&options);
    for found in super::focus::all("[data-found]") {
        // Removing what is not there is no error.
        let _ = found.remove_attribute("data-found");
    }
    // A constant name is never refused.
    let _ = element.set_attribute("data-found", "");
}
