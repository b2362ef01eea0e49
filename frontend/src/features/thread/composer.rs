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

use contract::ProblemCode;
use contract::inbox::ConversationView;
use domain::ids::ConversationId;
use leptos::prelude::*;

use crate::chunks;
use crate::features::company::use_company;
use crate::preferences::use_texts;
use crate::ui::banner::Banner;
use crate::ui::chip::Tone;
use draft::Draft;
use editor::Editor;
use window::KnownLine;

/// What stands in the way of writing.
#[derive(Clone, PartialEq)]
pub enum Obstacle {
    Words(String),
    /// As the API would say it: its sentence comes with a chunk.
    Refusal(ProblemCode),
}

/// Why nothing can be written here; a memo, so that typing goes on undisturbed while the conversation changes around it.
pub fn why_blocked(conversation: Signal<ConversationView>, line: KnownLine) -> Memo<Option<Obstacle>> {
    let (texts, company) = (use_texts(), use_company());
    Memo::new(move |_| {
        conversation.with(|view| {
            if view.contact.opted_out {
                let words = format!("{} {}", texts.thread.opted_out_title, texts.thread.opted_out);
                Some(Obstacle::Words(words))
            } else if !view.contact.can_be_answered {
                Some(Obstacle::Words(texts.thread.cannot_be_answered.to_owned()))
            } else if !company.owns(&view.number) {
                Some(Obstacle::Words(texts.thread.number_gone.to_owned()))
            } else {
                window::objection(line).map(Obstacle::Refusal)
            }
        })
    })
}

#[component]
pub fn Composer(
    id: ConversationId,
    conversation: Signal<ConversationView>,
    draft: Draft,
    blocked: Memo<Option<Obstacle>>,
    line: KnownLine,
) -> AnyView {
    let id = StoredValue::new(id);
    let shut = window::is_shut(line);
    // Whoever fills in a template goes on when the client writes and the window opens.
    let chooses = RwSignal::new(false);
    let only_templates = Memo::new(move |_| shut.get() || chooses.get());
    (move || match blocked.get() {
        Some(Obstacle::Words(text)) => {
            view! { <div class="composer"><Banner text tone=Tone::Quiet/></div> }.into_any()
        }
        Some(Obstacle::Refusal(code)) => {
            view! { <div class="composer">{chunks::refusal(code)}</div> }.into_any()
        }
        None if only_templates.get() => chunks::shut_window(id, conversation, chooses),
        None => view! { <Editor id=id.get_value() conversation draft line/> }.into_any(),
    })
    .into_any()
}
