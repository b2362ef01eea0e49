//! Where a reply is written, or why none can be.

pub mod attach;
pub mod attachments;
pub mod cost;
pub mod draft;
pub mod editor;
pub mod meanwhile;
pub mod picker;
pub mod send_later;
pub mod templates;
pub mod verdict;
pub mod window;

use contract::inbox::ConversationView;
use domain::ids::ConversationId;
use leptos::prelude::*;

use crate::features::company::use_company;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::banner::Banner;
use crate::ui::chip::Tone;
use draft::Draft;
use editor::Editor;
use window::{KnownLine, ShutWindow};

/// Why nothing can be written here; a memo, so that typing goes on undisturbed while the conversation changes around it.
pub fn why_blocked(conversation: Signal<ConversationView>, line: KnownLine) -> Memo<Option<String>> {
    let (texts, company, preferences) = (use_texts(), use_company(), use_preferences());
    Memo::new(move |_| {
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
                let code = window::objection(line)?;
                Some(code.sentence(preferences.language_untracked()).to_owned())
            }
        })
    })
}

#[component]
pub fn Composer(
    id: ConversationId,
    conversation: Signal<ConversationView>,
    draft: Draft,
    blocked: Memo<Option<String>>,
    line: KnownLine,
) -> AnyView {
    let id = StoredValue::new(id);
    let shut = window::is_shut(line);
    (move || match blocked.get() {
        Some(why) => view! { <div class="composer"><Banner text=why tone=Tone::Quiet/></div> }.into_any(),
        None if shut.get() => view! { <ShutWindow id=id.get_value() conversation/> }.into_any(),
        None => view! { <Editor id=id.get_value() conversation draft line/> }.into_any(),
    })
    .into_any()
}
