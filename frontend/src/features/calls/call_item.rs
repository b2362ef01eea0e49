//! A call among the messages of a thread: what became of it, its recording, and a way to call back.

use contract::Nothing;
use contract::calls::{SeeCalls, SeenCalls};
use contract::inbox::MessageView;
use domain::call::CallOutcome;
use leptos::prelude::*;

use super::call_icon::CallIcon;
use super::call_link::CallLink;
use super::recording::Recordings;
use super::words::{details, title};
use crate::client::use_client;
use crate::features::thread::threads::use_threads;
use crate::platform::clock;
use crate::preferences::{use_preferences, use_texts};

#[component]
pub fn CallItem(message: MessageView) -> AnyView {
    let (words, language, client) = (
        use_texts().calls(),
        use_preferences().language_untracked(),
        use_client(),
    );
    let Some(call) = message.call else {
        return ().into_any();
    };
    let id = StoredValue::new(message.id);
    let thread = use_threads().opened(&message.conversation_id);
    let now_of_it = Memo::new(move |_| {
        thread.as_ref()?.messages.with(|messages| {
            let message = messages
                .iter()
                .find(|message| id.with_value(|id| message.id == *id));
            message?.call.clone()
        })
    });
    let transcript = Memo::new(move |_| now_of_it.get()?.transcript);
    let note = Memo::new(move |_| {
        now_of_it
            .get()
            .map(|call| call.note)
            .filter(|note| !note.is_empty())
    });
    let unheard = RwSignal::new(call.unseen && call.outcome == CallOutcome::Voicemail);
    let heard = move |()| {
        if unheard.get_untracked() {
            unheard.set(false);
            let seen = SeenCalls {
                calls: Some(vec![id.get_value()]),
            };
            leptos::task::spawn_local(async move {
                // Lost: it stays unheard in the log, which says so.
                if client.call::<SeeCalls>(&(), &Nothing {}, &seen).await.is_err() {
                    let _ = unheard.try_set(true);
                }
            });
        }
    };
    let about = details(&call).join(" · ");
    let label = if call.outcome == CallOutcome::Voicemail {
        words.voicemail
    } else {
        words.recording
    };
    let (theirs, ours) = if message.is_from_client {
        (message.from, message.to)
    } else {
        (message.to, message.from)
    };
    let number = theirs.phone_number().map(ToString::to_string);
    let is_over = call.outcome.is_over();
    view! {
        <article class="call_item" class:call_item-missed=call.outcome == CallOutcome::Missed>
            <header>
                <CallIcon direction=call.direction outcome=call.outcome/>
                <div>
                    <p class="call_item-title">
                        {title(call.direction, call.outcome, words)}
                        {move || {
                            unheard.get().then(|| view! { <span class="call_item-unheard">{words.unheard}</span> })
                        }}
                    </p>
                    <p class="call_item-detail">
                        <time title=clock::full(message.created_at, language)>
                            {clock::time(message.created_at, language)}
                        </time>
                        {(!about.is_empty()).then(|| format!(" · {about}"))}
                    </p>
                </div>
                {is_over.then(|| view! { <CallLink number from=ours.to_string() label=words.call_back.to_owned()/> })}
            </header>
            {(!message.media.is_empty())
                .then(|| view! { <Recordings recordings=message.media label on_play=heard/> })}
            {move || {
                transcript
                    .get()
                    .map(|text| view! { <blockquote class="call_item-transcript" dir="auto">{text}</blockquote> })
            }}
            {move || note.get().map(|text| view! { <p class="call_item-note" dir="auto">{text}</p> })}
        </article>
    }
    .into_any()
}
