//! The field, its keys and its button.

use contract::inbox::ConversationView;
use domain::Address;
use domain::Segments;
use domain::ids::ConversationId;
use leptos::html;
use leptos::prelude::*;

use super::attach::{AttachButton, use_attach};
use super::cost::Cost;
use super::draft::Draft;
use super::meanwhile::Meanwhile;
use super::picker::{Picker, Reader};
use super::send_later::SendLaterButton;
use super::window::{Countdown, KnownLine};
use crate::chunks;
use crate::features::thread::presence::use_presence;
use crate::features::thread::threads::use_threads;
use crate::platform::files;
use crate::preferences::{SendKey, use_preferences, use_texts};
use crate::ui::icon::{Glyph, Icon};

#[component]
pub fn Editor(
    id: ConversationId,
    conversation: Signal<ConversationView>,
    draft: Draft,
    line: KnownLine,
) -> AnyView {
    let (texts, preferences, threads) = (use_texts(), use_preferences(), use_threads());
    let id = StoredValue::new(id);
    let area = NodeRef::<html::Textarea>::new();
    let grow = move || {
        request_animation_frame(move || {
            if let Some(area) = area.try_get_untracked().flatten() {
                fit(&area);
            }
        });
    };
    // Whoever writes: the person here, or something that puts a text in.
    Effect::new(move || {
        draft.text().track();
        grow();
    });
    // WhatsApp counts no segments.
    let is_whatsapp =
        Memo::new(move |_| conversation.with(|view| matches!(view.number, Address::Whatsapp(_))));
    let can_send = Memo::new(move |_| draft.is_coming());
    let has_files = Memo::new(move |_| !draft.files.is_empty());
    let send = move || {
        if !can_send.get_untracked() {
            return;
        }
        if untrack(|| draft.is_complete()) {
            threads.send(id.get_value(), draft.take());
        } else {
            threads.awaiting.begin(id.get_value());
        }
        if let Some(area) = area.get_untracked() {
            let _ = area.focus();
        }
    };
    let presence = use_presence();
    let picker = Picker::new(draft, Signal::derive(move || conversation.with(Reader::of)));
    let on_key = move |event: web_sys::KeyboardEvent| {
        if picker.takes(&event) {
            return;
        }
        // Enter that ends a composition (accents, Japanese) belongs to it.
        if event.key() != "Enter" || event.is_composing() {
            return;
        }
        let with_control = event.ctrl_key() || event.meta_key();
        let sends = match preferences.send_key() {
            SendKey::Enter => !event.shift_key(),
            SendKey::CtrlEnter => with_control,
        };
        if sends {
            event.prevent_default();
            send();
        }
    };
    let attach = use_attach(draft.files);
    let on_paste = move |event: web_sys::ClipboardEvent| {
        let pasted = files::pasted(&event);
        if !pasted.is_empty() {
            event.prevent_default();
            attach(pasted);
        }
    };
    view! {
        <form
            class="composer"
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            {move || has_files.get().then(|| chunks::attached(draft.files))}
            {threads.opened(&id.get_value()).map(|thread| view! { <Meanwhile messages=thread.messages draft/> })}
            {move || picker.is_open().then(|| chunks::templates_picker(picker))}
            <div class="composer-box">
                <AttachButton files=draft.files/>
                <textarea
                    id="composer"
                    node_ref=area
                    rows="1"
                    dir="auto"
                    aria-label=texts.thread.write
                    aria-describedby="composer-note"
                    placeholder=texts.thread.placeholder
                    prop:value=draft.text()
                    on:input:target=move |event| {
                        presence.types();
                        // Whoever writes on has not finished.
                        threads.awaiting.end(&id.get_value());
                        draft.write(event.target().value());
                    }
                    on:keydown=on_key
                    on:paste=on_paste
                ></textarea>
                <SendLaterButton id draft/>
                <button
                    type="submit"
                    class="composer-send"
                    aria-label=texts.thread.send
                    title=texts.thread.send
                    disabled=move || !can_send.get()
                >
                    <Glyph icon=Icon::Send/>
                </button>
            </div>
            <p class="composer-note" id="composer-note">
                <span class="composer-from">
                    {move || (texts.thread.from)(&conversation.with(|view| view.number_display.clone()))}
                </span>
                {move || {
                    if is_whatsapp.get() {
                        view! { <Countdown line/> }.into_any()
                    } else {
                        view! { <Cost text=draft.text()/>{plain_offer(draft)} }.into_any()
                    }
                }}
                <span class="composer-keys">
                    {move || match preferences.send_key() {
                        SendKey::Enter => texts.thread.enter_sends,
                        SendKey::CtrlEnter => texts.thread.ctrl_enter_sends,
                    }}
                </span>
            </p>
        </form>
    }
    .into_any()
}

/// Looked for only in a text that something makes dearer: the table of look-alikes comes with it.
fn plain_offer(draft: Draft) -> impl Fn() -> Option<AnyView> {
    let text = draft.text();
    let is_dearer = Memo::new(move |_| text.with(|text| Segments::of(text).forced_by.is_some()));
    move || {
        let offer = || chunks::plain_offer(draft, Callback::new(|()| {}));
        is_dearer.get().then(offer)
    }
}

/// As tall as its text; the style sheet sets the limit.
fn fit(area: &web_sys::HtmlTextAreaElement) {
    let style = web_sys::HtmlElement::style(area);
    // Only a malformed property is refused, and these are constants and pixels.
    let _ = style.set_property("height", "auto");
    let _ = style.set_property("height", &format!("{}px", area.scroll_height()));
}
