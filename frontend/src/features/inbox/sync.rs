//! SYNC: asks Twilio for what a webhook missed, call by call, and says what came of it.

use contract::Nothing;
use contract::sync::{Sync, SyncReport, SyncRequest};
use leptos::prelude::*;

use crate::client::use_client;
use crate::features::inbox::conversations::use_conversations;
use crate::features::shell::dialogs::use_dialogs;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::Tone;
use crate::ui::dialog::Dialog;

#[derive(Clone, PartialEq)]
enum State {
    Asked,
    Running,
    Done,
    Failed(String),
}

#[component]
pub fn SyncDialog() -> AnyView {
    let (texts, dialogs, client, conversations, preferences) = (
        use_texts(),
        use_dialogs(),
        use_client(),
        use_conversations(),
        use_preferences(),
    );
    let words = texts.tools();
    let state = RwSignal::new(State::Asked);
    let total = RwSignal::new(SyncReport {
        checked: 0,
        received: 0,
        sent: 0,
        updated: 0,
        next: None,
    });
    let start = move |()| {
        state.set(State::Running);
        leptos::task::spawn_local(async move {
            let mut request = Some(SyncRequest::default());
            while let Some(asked) = request.take() {
                match client.call::<Sync>(&(), &Nothing {}, &asked).await {
                    Ok(report) => {
                        request = report.next.clone();
                        // The dialog may be closed by now: it goes on to the end of this call.
                        let counted = total.try_update(|total| add(total, &report));
                        if counted.is_none() {
                            break;
                        }
                    }
                    Err(failure) => {
                        let sentence = failure.sentence(preferences.language_untracked());
                        state.try_set(State::Failed(sentence));
                        return;
                    }
                }
            }
            conversations.reload();
            state.try_set(State::Done);
        });
    };
    let close = move |()| dialogs.close();
    view! {
        <Dialog title=words.sync_title close_label=texts.shell.close on_close=close>
            <p>{words.sync_intro}</p>
            <div role="status">
                {move || match state.get() {
                    State::Asked => ().into_any(),
                    State::Running => {
                        let (checked, found) = total.with(|total| (total.checked, total.received + total.sent));
                        let progress = (words.sync_progress)(i64::from(checked), i64::from(found));
                        view! { <p>{words.sync_running}" "{progress}</p> }.into_any()
                    }
                    State::Done => {
                        let text = total.with(|total| outcome(total, words));
                        view! { <Banner text tone=Tone::Good/> }.into_any()
                    }
                    State::Failed(text) => view! { <Banner text/> }.into_any(),
                }}
            </div>
            <footer>
                <Button label=words.close on_press=close/>
                <Button
                    label=words.sync_start
                    kind=ButtonKind::Primary
                    busy=Signal::derive(move || state.get() == State::Running)
                    on_press=start
                />
            </footer>
        </Dialog>
    }
    .into_any()
}

fn add(total: &mut SyncReport, report: &SyncReport) {
    total.checked += report.checked;
    total.received += report.received;
    total.sent += report.sent;
    total.updated += report.updated;
}

fn outcome(total: &SyncReport, words: &crate::locales::tools::ToolTexts) -> String {
    if total.received + total.sent + total.updated == 0 {
        return words.sync_nothing.to_owned();
    }
    (words.sync_done)(
        i64::from(total.received),
        i64::from(total.sent),
        i64::from(total.updated),
    )
}
