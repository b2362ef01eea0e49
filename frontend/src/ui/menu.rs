//! A button with a list of actions (<https://www.w3.org/WAI/ARIA/apg/patterns/menu-button/>).

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::icon::{Glyph, Icon};

#[derive(Clone)]
pub struct MenuItem {
    pub label: String,
    pub icon: Option<Icon>,
    pub is_danger: bool,
    /// `Some`: one of several choices, taken or not.
    pub is_checked: Option<bool>,
    pub action: Callback<()>,
}

impl MenuItem {
    pub fn new(label: impl Into<String>, icon: Icon, action: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            label: label.into(),
            icon: Some(icon),
            is_danger: false,
            is_checked: None,
            action: Callback::new(move |()| action()),
        }
    }

    pub fn choice(label: impl Into<String>, taken: bool, action: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            label: label.into(),
            icon: None,
            is_danger: false,
            is_checked: Some(taken),
            action: Callback::new(move |()| action()),
        }
    }

    pub fn danger(mut self) -> Self {
        self.is_danger = true;
        self
    }
}

/// `children`, when given, are what the button shows instead of the three dots.
#[component]
pub fn Menu(
    #[prop(into)] label: Signal<String>,
    /// Asked for each time it opens.
    #[prop(into)]
    items: Callback<(), Vec<MenuItem>>,
    #[prop(optional)] class: &'static str,
    #[prop(optional)] children: Option<Children>,
) -> AnyView {
    let open = RwSignal::new(false);
    let button = NodeRef::<html::Button>::new();
    let leave = Callback::new(move |leave| {
        open.set(false);
        if let (Leave::Chosen | Leave::Dismissed, Some(button)) = (leave, button.get_untracked()) {
            let _ = button.focus();
        }
    });
    let shows_dots = children.is_none();
    view! {
        <div class=format!("menu {class}")>
            <button
                node_ref=button
                type="button"
                class=if shows_dots { "icon_button" } else { "menu-button" }
                aria-haspopup="menu"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                aria-label=move || label.get()
                title=move || label.get()
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {match children {
                    Some(children) => children(),
                    None => view! { <Glyph icon=Icon::More/> }.into_any(),
                }}
            </button>
            {move || open.get().then(|| view! { <MenuItems items=items.run(()) on_leave=leave/> })}
        </div>
    }
    .into_any()
}

/// Why a menu is to close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leave {
    Chosen,
    /// By a key.
    Dismissed,
    /// Something else was pressed.
    Outside,
}

/// The list itself, in an element `menu` together with what opens it.
#[component]
pub fn MenuItems(items: Vec<MenuItem>, on_leave: Callback<Leave>) -> AnyView {
    let list = NodeRef::<html::Div>::new();
    let outside = window_event_listener(leptos::ev::pointerdown, move |event| {
        let menu = list.get_untracked().and_then(|list| list.parent_element());
        let inside = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Node>().ok())
            .zip(menu)
            .is_some_and(|(target, menu)| menu.contains(Some(&target)));
        if !inside {
            on_leave.run(Leave::Outside);
        }
    });
    on_cleanup(move || outside.remove());
    request_animation_frame(move || {
        if let Some(list) = list.try_get_untracked().flatten() {
            step(&list, 0);
        }
    });
    let on_key = move |event: web_sys::KeyboardEvent| {
        let Some(list) = list.get_untracked() else { return };
        match event.key().as_str() {
            "ArrowDown" => step(&list, 1),
            "ArrowUp" => step(&list, -1),
            "Escape" | "Tab" => on_leave.run(Leave::Dismissed),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let rows = items
        .into_iter()
        .map(|item| {
            let role = if item.is_checked.is_some() {
                "menuitemradio"
            } else {
                "menuitem"
            };
            view! {
                <button
                    type="button"
                    role=role
                    tabindex="-1"
                    class="menu-item"
                    class:menu-item-danger=item.is_danger
                    aria-checked=item.is_checked.map(|taken| if taken { "true" } else { "false" })
                    on:click=move |_| {
                        on_leave.run(Leave::Chosen);
                        item.action.run(());
                    }
                >
                    {match (item.icon, item.is_checked) {
                        (Some(icon), _) => view! { <Glyph icon/> }.into_any(),
                        (None, Some(true)) => view! { <Glyph icon=Icon::Check/> }.into_any(),
                        (None, _) => view! { <span class="icon"></span> }.into_any(),
                    }}
                    {item.label}
                </button>
            }
        })
        .collect_view();
    view! {
        <div class="menu-items" role="menu" node_ref=list on:keydown=on_key>
            {rows}
        </div>
    }
    .into_any()
}

/// Moves the focus by `by` items, around the ends; 0 takes the first.
fn step(list: &web_sys::HtmlDivElement, by: i32) {
    let items: Vec<HtmlElement> = (0..list.children().length())
        .filter_map(|index| list.children().item(index)?.dyn_into().ok())
        .collect();
    let active = crate::platform::focus::active();
    let count = items.len() as i32;
    let at = items
        .iter()
        .position(|item| active.as_ref() == Some(item))
        .map_or(0, |at| at as i32 + by);
    if let Some(item) = items.get(at.rem_euclid(count.max(1)) as usize) {
        let _ = item.focus();
    }
}
