//! The ways in for files: a button, a drop anywhere on the thread, a paste.

use leptos::prelude::*;

use super::attachments::Attachments;
use crate::chunks;
use crate::platform::files::{self, LocalFile};
use crate::preferences::use_texts;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::toast::use_toasts;

/// Takes files in; what does that comes in a chunk.
pub fn use_attach(attachments: Attachments) -> impl Fn(Vec<LocalFile>) + Copy + 'static {
    let (texts, toasts) = (use_texts(), use_toasts());
    move |files| {
        chunks::attach(attachments, files, move || {
            toasts.problem(texts.shell.part_missing);
        });
    }
}

#[component]
pub fn AttachButton(files: Attachments) -> AnyView {
    let texts = use_texts();
    let attach = use_attach(files);
    // A label, so that the browser's own control opens by click, key and screen reader alike.
    view! {
        <label class="attach" title=texts.thread.attach>
            <input
                type="file"
                multiple=true
                class="visually-hidden"
                aria-label=texts.thread.attach
                on:change=move |event| attach(files::chosen(&event))
            />
            <Glyph icon=Icon::Paperclip/>
        </label>
    }
    .into_any()
}

/// What `children` show takes files that are dropped anywhere on it.
#[component]
pub fn DropArea(files: Attachments, #[prop(into)] open: Signal<bool>, children: Children) -> AnyView {
    let texts = use_texts();
    let attach = use_attach(files);
    let is_over = RwSignal::new(false);
    let takes = move |event: &web_sys::DragEvent| open.get_untracked() && files::are_dragged(event);
    let area = NodeRef::<leptos::html::Div>::new();
    view! {
        <div
            class="drop_area"
            node_ref=area
            on:dragover=move |event| {
                if takes(&event) {
                    event.prevent_default();
                    is_over.set(true);
                }
            }
            on:dragleave=move |event| {
                if area.get_untracked().is_none_or(|area| files::left(&event, &area)) {
                    is_over.set(false);
                }
            }
            on:drop=move |event| {
                is_over.set(false);
                if takes(&event) {
                    event.prevent_default();
                    attach(files::dropped(&event));
                }
            }
        >
            {children()}
            {move || {
                is_over.get().then(|| view! { <div class="drop_area-sign"><p>{texts.thread.drop_here}</p></div> })
            }}
        </div>
    }
    .into_any()
}
