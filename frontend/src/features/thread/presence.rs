//! Who else looks at a conversation, and who types. Heard over the live connection, kept nowhere.

use std::time::Duration;

use contract::live::{ClientFrame, LOOK_LASTS_SECONDS};
use domain::Timestamp;
use domain::ids::ConversationId;
use leptos::prelude::*;

use crate::live::{Colleague, Live, use_live};
use crate::platform::{clock, page};
use crate::preferences::use_texts;

/// Well before a look has passed.
const SAY_EVERY: Duration = Duration::from_secs(12);
/// After the last key.
const TYPING_LASTS: Duration = Duration::from_secs(4);
const LOOK_LASTS: Duration = Duration::from_secs(LOOK_LASTS_SECONDS);

#[derive(Clone, Copy)]
pub struct Presence {
    /// With when they last said so.
    colleagues: RwSignal<Vec<(Colleague, Timestamp)>>,
    typing: RwSignal<bool>,
    typed_at: StoredValue<Timestamp>,
}

impl Presence {
    pub fn provide() -> Self {
        let presence = Self {
            colleagues: RwSignal::new(Vec::new()),
            typing: RwSignal::new(false),
            typed_at: StoredValue::new(clock::now()),
        };
        provide_context(presence);
        presence
    }

    pub fn take(self, colleague: Colleague) {
        let now = clock::now();
        self.colleagues.update(|all| {
            all.retain(|(known, at)| known.user != colleague.user && now.since(*at) < LOOK_LASTS);
            if colleague.conversation.is_some() {
                all.push((colleague, now));
            }
        });
        set_timeout(move || self.forget_gone(), LOOK_LASTS + Duration::from_secs(1));
    }

    fn forget_gone(self) {
        let now = clock::now();
        // The session may be over by now.
        let gone = |all: &Vec<(Colleague, Timestamp)>| all.iter().any(|(_, at)| now.since(*at) >= LOOK_LASTS);
        if self.colleagues.try_with_untracked(gone) == Some(true) {
            self.colleagues
                .update(|all| all.retain(|(_, at)| now.since(*at) < LOOK_LASTS));
        }
    }

    /// A key was pressed in the field.
    pub fn types(self) {
        self.typed_at.set_value(clock::now());
        self.typing.set(true);
        set_timeout(
            move || {
                let idle = self
                    .typed_at
                    .try_with_value(|at| clock::now().since(*at) >= TYPING_LASTS);
                if idle == Some(true) {
                    self.typing.set(false);
                }
            },
            TYPING_LASTS,
        );
    }
}

pub fn use_presence() -> Presence {
    expect_context()
}

/// Tells the others as long as the caller's owner lives.
pub fn look_at(id: ConversationId) {
    let (live, presence) = (use_live(), use_presence());
    let typing = Memo::new(move |_| presence.typing.get());
    let id = StoredValue::new(id);
    Effect::new(move || {
        say(live, Some(id.get_value()), typing.get());
    });
    let again = set_interval_with_handle(
        move || say(live, Some(id.get_value()), typing.get_untracked()),
        SAY_EVERY,
    );
    on_cleanup(move || {
        if let Ok(again) = again {
            again.clear();
        }
        live.say(&ClientFrame::Look {
            conversation: None,
            typing: false,
        });
    });
}

fn say(live: Live, conversation: Option<ConversationId>, typing: bool) {
    let conversation = conversation.filter(|_| page::is_visible());
    live.say(&ClientFrame::Look { conversation, typing });
}

/// "Léa is writing…", or who else looks.
#[component]
pub fn WhoElse(id: ConversationId) -> AnyView {
    let (texts, presence) = (use_texts(), use_presence());
    let here = Memo::new(move |_| {
        presence.colleagues.with(|all| {
            let here = all
                .iter()
                .filter(|(one, _)| one.conversation.as_ref() == Some(&id));
            let writer = here.clone().find(|(one, _)| one.typing);
            match writer {
                Some((one, _)) => Some((true, one.name.clone())),
                None => {
                    let names: Vec<_> = here.map(|(one, _)| one.name.as_str()).collect();
                    (!names.is_empty()).then(|| (false, names.join(", ")))
                }
            }
        })
    });
    view! {
        <p class="who_else" role="status">
            {move || {
                here.get()
                    .map(|(writes, names)| {
                        let words = if writes { texts.thread.writes } else { texts.thread.looks };
                        view! { <span class:who_else-writes=writes>{words(&names)}</span> }
                    })
            }}
        </p>
    }
    .into_any()
}
