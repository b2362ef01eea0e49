//! A recording or voicemail: a player, what was said in words, and a way to have it tried again.

use contract::Nothing;
use contract::media::{MediaState, MediaView, RetryMedia};
use leptos::prelude::*;

use crate::client::use_client;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::icon::Icon;
use crate::ui::spinner::Spinner;
use crate::ui::toast::use_toasts;

/// `on_play`: somebody hears it.
#[component]
pub fn Recordings(
    recordings: Vec<MediaView>,
    label: &'static str,
    #[prop(into)] on_play: Callback<()>,
) -> AnyView {
    let players = recordings
        .into_iter()
        .map(|recording| view! { <Recording recording label on_play/> })
        .collect_view();
    view! { <div class="recordings">{players}</div> }.into_any()
}

#[component]
fn Recording(recording: MediaView, label: &'static str, on_play: Callback<()>) -> AnyView {
    let (texts, language) = (use_texts(), use_preferences().language_untracked());
    let (client, toasts) = (use_client(), use_toasts());
    match recording.state {
        MediaState::Here | MediaState::Elsewhere => view! {
            <audio
                class="recordings-player"
                controls
                preload="metadata"
                src=format!("/api/recordings/{}", recording.id)
                aria-label=label
                on:play=move |_| on_play.run(())
            ></audio>
        }
        .into_any(),
        MediaState::Waiting => view! {
            <p class="recordings-note">
                <Spinner label=texts.thread.file_waiting/>
                <span aria-hidden="true">{texts.thread.file_waiting}</span>
            </p>
        }
        .into_any(),
        MediaState::Failed => {
            let why = recording
                .failure
                .map_or(texts.thread.file_failed, |failure| failure.sentence(language));
            let id = StoredValue::new(recording.id);
            let again = move |()| {
                leptos::task::spawn_local(async move {
                    // Its message comes live, and shows it anew.
                    let asked = client
                        .call::<RetryMedia>(&id.get_value(), &Nothing {}, &Nothing {})
                        .await;
                    if let Err(failure) = asked {
                        toasts.problem(failure.sentence(language));
                    }
                });
            };
            view! {
                <p class="recordings-note">
                    <span>{why}</span>
                    <Button label=texts.shell.retry kind=ButtonKind::Quiet icon=Icon::Refresh on_press=again/>
                </p>
            }
            .into_any()
        }
    }
}
