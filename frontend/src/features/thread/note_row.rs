//! A note in a thread.

use contract::notes::NoteView;
use domain::Role;
use leptos::prelude::*;

use super::bubble::BubbleActions;
use crate::platform::clock;
use crate::preferences::{use_preferences, use_texts};
use crate::session::use_session;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::icon::{Glyph, Icon};

/// What a colleague noted: set apart from what was sent.
#[component]
pub fn NoteRow(note: NoteView, actions: BubbleActions) -> AnyView {
    let (texts, language, session) = (use_texts(), use_preferences().language_untracked(), use_session());
    let may_delete =
        session.is_at_least(Role::Admin) || (note.author_id.is_some() && note.author_id == session.my_id());
    let (author, body, at) = (note.author_name.clone(), note.body.clone(), note.created_at);
    let note = StoredValue::new(note);
    view! {
            <article class="note-box">
                <p class="note-head">
                    <Glyph icon=Icon::Pencil/>
                    <strong>{texts.thread.note}</strong>
                    <span>{author}</span>
                    <time title=clock::full(at, language)>{clock::time(at, language)}</time>
                </p>
                <p class="note-text" dir="auto">{body}</p>
                {may_delete
                    .then(|| {
                        view! {
                            <Button
                                label=texts.thread.delete_note
                                kind=ButtonKind::Quiet
                                on_press=move |()| actions.delete_note.run(note.get_value())
                            />
                        }
                    })}
            </article>
    }
    .into_any()
}
