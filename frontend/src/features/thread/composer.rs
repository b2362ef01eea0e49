//! Where a reply is written: what it costs, where it leaves from, and why it may not leave at all.

use contract::inbox::ConversationView;
use domain::MessageBody;
use domain::ids::ConversationId;
use domain::message_body::MOST_CHARACTERS;
use domain::segments::Segments;
use leptos::html;
use leptos::prelude::*;

use super::threads::use_threads;
use crate::features::company::use_company;
use crate::platform::storage;
use crate::preferences::{SendKey, use_preferences, use_texts};
use crate::session::DRAFTS;
use crate::ui::banner::Banner;
use crate::ui::chip::Tone;
use crate::ui::icon::{Glyph, Icon};

/// From here on the number of characters is shown: before it would be noise.
const SHOW_LIMIT_FROM: usize = 1400;

#[component]
pub fn Composer(id: ConversationId, conversation: Signal<ConversationView>) -> AnyView {
    let texts = use_texts();
    let company = use_company();
    // Memos, so that typing goes on undisturbed while the conversation changes around it.
    let blocked = Memo::new(move |_| {
        conversation.with(|view| {
            if view.contact.opted_out {
                Some(format!(
                    "{} {}",
                    texts.thread.opted_out_title, texts.thread.opted_out
                ))
            } else if !view.contact.can_be_answered {
                Some(texts.thread.cannot_be_answered.to_owned())
            } else if !company.owns(&view.number) {
                Some(texts.thread.number_gone.to_owned())
            } else {
                None
            }
        })
    });
    let id = StoredValue::new(id);
    (move || match blocked.get() {
        Some(why) => view! { <div class="composer"><Banner text=why tone=Tone::Quiet/></div> }.into_any(),
        None => view! { <Editor id=id.get_value() conversation/> }.into_any(),
    })
    .into_any()
}

#[component]
fn Editor(id: ConversationId, conversation: Signal<ConversationView>) -> AnyView {
    let (texts, preferences, threads) = (use_texts(), use_preferences(), use_threads());
    let draft_key = StoredValue::new(format!("{DRAFTS}{id}"));
    let id = StoredValue::new(id);
    let text = RwSignal::new(draft_key.with_value(|key| storage::read(key)).unwrap_or_default());
    let area = NodeRef::<html::Textarea>::new();
    let grow = move || {
        request_animation_frame(move || {
            if let Some(area) = area.try_get_untracked().flatten() {
                fit(&area);
            }
        });
    };
    let write = move |new: String| {
        draft_key.with_value(|key| storage::write(key, &new));
        text.set(new);
        grow();
    };
    // A draft may be there already.
    grow();
    let can_send = Memo::new(move |_| text.with(|text| MessageBody::new(text).is_ok()));
    let send = move || {
        if can_send.get_untracked() {
            threads.send(id.get_value(), text.get_untracked().trim().to_owned());
            write(String::new());
            if let Some(area) = area.get_untracked() {
                let _ = area.focus();
            }
        }
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
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
    view! {
        <form
            class="composer"
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <div class="composer-box">
                <textarea
                    id="composer"
                    node_ref=area
                    rows="1"
                    dir="auto"
                    aria-label=texts.thread.write
                    aria-describedby="composer-note"
                    placeholder=texts.thread.placeholder
                    prop:value=text
                    on:input:target=move |event| write(event.target().value())
                    on:keydown=on_key
                ></textarea>
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
                <Cost text/>
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

/// How many SMS the text takes, and why it takes more than it seems to.
#[component]
pub fn Cost(#[prop(into)] text: Signal<String>) -> AnyView {
    let texts = use_texts();
    (move || {
        let (segments, length) = text.with(|text| (Segments::of(text), text.encode_utf16().count()));
        if length == 0 {
            return ().into_any();
        }
        let count = (texts.thread.segments)(i64::from(segments.segments));
        let room = (texts.thread.room_left)(i64::from(segments.remaining_in_segment));
        let because = segments.forced_by.map(|c| (texts.thread.unicode_because)(&c.to_string()));
        let limit = (length > SHOW_LIMIT_FROM)
            .then(|| (texts.thread.characters)(length as i64, MOST_CHARACTERS as i64));
        view! {
            <span class="composer-cost" title=room>
                <strong>{count}</strong>
                {limit.map(|limit| view! { <span class:composer-over=(length > MOST_CHARACTERS)>{limit}</span> })}
                {because.map(|because| view! { <span class="composer-because">{because}</span> })}
                {(length > MOST_CHARACTERS).then(|| view! { <span role="alert">{texts.thread.too_long}</span> })}
            </span>
        }
        .into_any()
    })
    .into_any()
}

/// As tall as its text; the style sheet sets the limit.
fn fit(area: &web_sys::HtmlTextAreaElement) {
    let style = web_sys::HtmlElement::style(area);
    // Only a malformed property is refused, and these are constants and pixels.
    let _ = style.set_property("height", "auto");
    let _ = style.set_property("height", &format!("{}px", area.scroll_height()));
}
