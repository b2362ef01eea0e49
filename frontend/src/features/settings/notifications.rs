//! What this browser tells of, and whether it sounds. The permission is asked when somebody wants to be told.

use leptos::prelude::*;

use crate::client::use_client;
use crate::features::shell::notices::{self, Notice};
use crate::platform::notices::{Permission, ask, chime, permission};
use crate::preferences::{use_preferences, use_texts};
use crate::ui::toast::use_toasts;
use crate::ui::toggle::Toggle;

#[component]
pub fn Notifications() -> AnyView {
    let (texts, client, toasts, preferences) = (use_texts(), use_client(), use_toasts(), use_preferences());
    let words = texts.people();
    let allowed = RwSignal::new(permission());
    let (messages, assigned, sound) = (
        RwSignal::new(Notice::NewMessage.is_on()),
        RwSignal::new(Notice::AssignedToMe.is_on()),
        RwSignal::new(Notice::Sound.is_on()),
    );
    let choose = move |notice: Notice, state: RwSignal<bool>, on: bool| {
        leptos::task::spawn_local(async move {
            state.set(on);
            let granted = if on { ask().await } else { allowed.get_untracked() };
            allowed.set(granted);
            if on && granted != Permission::Granted {
                state.set(false);
                return;
            }
            notice.remember(on);
            if notice == Notice::NewMessage {
                let done = if on {
                    notices::subscribe(client).await.map(drop)
                } else {
                    notices::unsubscribe(client).await
                };
                if let Err(failure) = done {
                    toasts.problem(failure.sentence(preferences.language_untracked()));
                }
            }
        });
    };
    let shown = move |state: RwSignal<bool>| {
        Signal::derive(move || state.get() && allowed.get() == Permission::Granted)
    };
    view! {
        <div class="form">
            <Toggle
                label=words.notify_messages
                value=shown(messages)
                on_change=move |on| choose(Notice::NewMessage, messages, on)
            />
            <Toggle
                label=words.notify_assigned
                value=shown(assigned)
                on_change=move |on| choose(Notice::AssignedToMe, assigned, on)
            />
            <Toggle
                label=words.notify_sound
                value=sound
                on_change=move |on| {
                    sound.set(on);
                    Notice::Sound.remember(on);
                    if on {
                        chime();
                    }
                }
            />
            {move || match allowed.get() {
                Permission::Denied => Some(words.notify_denied),
                Permission::Unsupported => Some(words.notify_unsupported),
                Permission::Granted | Permission::Open => None,
            }
                .map(|words| view! { <p class="settings_page-fact" role="status">{words}</p> })}
        </div>
    }
    .into_any()
}
