//! What the server knows of the line to this person: who asked not to be written to, how long WhatsApp takes free text.

use contract::inbox::ConversationView;
use contract::sending::GetConversationLine;
use contract::{Nothing, ProblemCode};
use domain::ids::ConversationId;
use domain::verdict::Line;
use leptos::prelude::*;
use leptos::reactive::spawn_local_scoped_with_cancellation;

use crate::chunks;
use crate::client::use_client;
use crate::features::shell::now::use_now;
use crate::features::thread::threads::use_threads;
use crate::platform::clock;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::icon::{Glyph, Icon};

/// Until the answer is there, nothing is known to stand in the way; the server decides in any case.
pub type KnownLine = RwSignal<Option<Line>>;

/// Asked for when the thread opens, and again when the client has written or their consent changed: the earlier question
/// is dropped then, since its answer could come last.
pub fn line_of(id: ConversationId, conversation: Signal<ConversationView>) -> KnownLine {
    let (client, line) = (use_client(), RwSignal::new(None));
    let news = Memo::new(move |_| {
        conversation.with(|view| {
            let last = view.last_message.as_ref().filter(|last| last.is_from_client);
            (view.contact.opted_out, last.map(|last| last.at))
        })
    });
    Effect::new(move || {
        // Read, not only tracked: a memo that nobody reads follows nothing.
        news.get();
        let id = id.clone();
        spawn_local_scoped_with_cancellation(async move {
            let answer = client
                .call::<GetConversationLine>(&id, &Nothing {}, &Nothing {})
                .await;
            // Without an answer, what was known stays; the screen may be gone by now.
            if let Ok(known) = answer {
                let _ = line.try_set(Some(known));
            }
        });
    });
    line
}

/// What stands in the way whatever is written, as the API would say it.
pub fn objection(line: KnownLine) -> Option<ProblemCode> {
    line.with(|line| line.as_ref()?.objection().map(ProblemCode::from))
}

/// Whether only a template can leave now.
pub fn is_shut(line: KnownLine) -> Memo<bool> {
    let now = use_now();
    Memo::new(move |_| {
        line.with(|line| {
            line.as_ref()
                .is_some_and(|line| line.is_whatsapp() && line.window_left(now.get()).is_none())
        })
    })
}

/// How long free text is still taken, beside the composer.
#[component]
pub fn Countdown(line: KnownLine) -> AnyView {
    let (texts, language, now) = (use_texts(), use_preferences().language_untracked(), use_now());
    let left = Memo::new(move |_| {
        line.with(|line| {
            let line = line.as_ref()?;
            let minutes = line.window_left(now.get())?.as_secs().div_ceil(60);
            Some((minutes as i64, line.window_ends_at?))
        })
    });
    (move || {
        left.get().map(|(minutes, ends)| {
            let until = (texts.thread.window_until)(&clock::time(ends, language));
            let words = if minutes >= 60 {
                (texts.thread.window_hours)(minutes / 60)
            } else {
                (texts.thread.window_minutes)(minutes)
            };
            view! {
                <span class="composer-window" class:composer-hurry=(minutes < 60) title=until>
                    <Glyph icon=Icon::Clock/>
                    {words}
                </span>
            }
        })
    })
    .into_any()
}

/// In place of the field, when only a template can leave.
#[component]
pub fn ShutWindow(
    id: ConversationId,
    conversation: Signal<ConversationView>,
    chooses: RwSignal<bool>,
) -> AnyView {
    let (texts, threads) = (use_texts(), use_threads());
    let number = Memo::new(move |_| conversation.with(|view| view.number.to_string()));
    let id = StoredValue::new(id);
    view! {
        <div class="composer">
            <div class="composer-shut" role="group" aria-label=texts.thread.window_shut_title>
                <div>
                    <strong>{texts.thread.window_shut_title}</strong>
                    <p>{texts.thread.window_shut}</p>
                </div>
                <Button
                    label=texts.thread.choose_template
                    kind=ButtonKind::Primary
                    on_press=move |()| chooses.set(true)
                />
            </div>
            {move || {
                let close = Callback::new(move |()| chooses.set(false));
                chooses
                    .get()
                    .then(|| {
                        let send = Callback::new(move |letter| {
                            chooses.set(false);
                            threads.send(id.get_value(), letter);
                        });
                        chunks::templates(number.into(), send, close, close)
                    })
            }}
        </div>
    }
    .into_any()
}
