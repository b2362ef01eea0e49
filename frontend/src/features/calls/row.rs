//! A call in the log.

use contract::calls::CallView;
use domain::Address;
use domain::call::{CallDirection, CallOutcome};
use leptos::prelude::*;

use super::call_icon::CallIcon;
use super::call_link::CallLink;
use super::log::Log;
use super::recording::Recordings;
use super::words::{details, title};
use crate::features::company::use_company;
use crate::features::shell::link::Link;
use crate::features::shell::now::use_now;
use crate::navigation::Route;
use crate::platform::clock;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::button::{Button, ButtonKind, IconButton};
use crate::ui::icon::Icon;

#[component]
pub fn Row(log: Log, call: CallView) -> AnyView {
    let (words, language, now) = (
        use_texts().calls(),
        use_preferences().language_untracked(),
        use_now(),
    );
    let open = RwSignal::new(false);
    let CallView { id, summary, .. } = call;
    let id = StoredValue::new(id);
    let address = Address::parse(&call.customer);
    let name = match (call.customer_name, &address) {
        (Some(name), _) => name,
        (None, Address::Withheld) => words.withheld.to_owned(),
        (None, _) => call.customer_display.clone(),
    };
    let is_internal = summary.direction == CallDirection::Internal;
    let number = (!is_internal)
        .then(|| address.phone_number().map(ToString::to_string))
        .flatten();
    let mut about = vec![title(summary.direction, summary.outcome, words).to_owned()];
    about.extend(details(&summary));
    let company = use_company();
    if !is_internal && company.has_several_numbers() {
        about.push((words.on_our)(&company.display_of(&call.number.to_string())));
    }
    let (is_voicemail, at) = (summary.outcome == CallOutcome::Voicemail, call.started_at);
    let now_of_it = Memo::new(move |_| id.with_value(|id| log.summary(id)));
    let unseen = Memo::new(move |_| now_of_it.with(|now| now.as_ref().is_some_and(|now| now.unseen)));
    let note = Memo::new(move |_| {
        now_of_it
            .get()
            .map(|now| now.note)
            .filter(|note| !note.is_empty())
    });
    let transcript = Memo::new(move |_| now_of_it.get()?.transcript);
    let label = if is_voicemail {
        words.voicemail
    } else {
        words.recording
    };
    let see = move |()| log.see(Some(id.get_value()));
    let (see_label, call_label) = ((words.see_name)(&name), (words.call_back_name)(&name));
    let heard = move |()| {
        if is_voicemail {
            log.hear(id.get_value());
        }
    };
    let recordings = StoredValue::new(call.recordings);
    let player = move || {
        open.get()
            .then(|| view! { <Recordings recordings=recordings.get_value() label on_play=heard/> })
    };
    let listen = recordings.with_value(|all| !all.is_empty()).then(|| {
        view! {
            <Button
                label=if is_voicemail { words.listen } else { words.recording }
                kind=ButtonKind::Quiet
                icon=Icon::ChevronDown
                on_press=move |()| open.update(|open| *open = !*open)
            />
        }
    });
    let who = match call.conversation_id {
        Some(conversation) => view! {
            <Link
                route=Route::Message(conversation, id.get_value())
                class="call_row-name"
                current=Signal::derive(|| false)
            >
                {name}
            </Link>
        }
        .into_any(),
        None => view! { <span class="call_row-name">{name}</span> }.into_any(),
    };
    view! {
        <li class="call_row" class:call_row-unseen=unseen>
            <CallIcon direction=summary.direction outcome=summary.outcome/>
            <div class="call_row-main">
                <p class="call_row-title">
                    {who}
                    {move || unseen.get().then(|| view! { <span class="visually-hidden">{words.unseen}</span> })}
                </p>
                <p class="call_row-detail">{about.join(" · ")}</p>
                {move || note.get().map(|text| view! { <p class="call_item-note" dir="auto">{text}</p> })}
                {move || {
                    transcript
                        .get()
                        .map(|text| view! { <blockquote class="call_item-transcript" dir="auto">{text}</blockquote> })
                }}
                {player}
            </div>
            <time class="call_row-time" title=clock::full(at, language)>
                {move || when(at, now.get(), language)}
            </time>
            <div class="call_row-acts">
                {listen}
                {move || {
                    unseen
                        .get()
                        .then(|| view! { <IconButton label=see_label.clone() icon=Icon::Check on_press=see/> })
                }}
                <CallLink number from=call.number.to_string() label=call_label/>
            </div>
        </li>
    }
    .into_any()
}

/// The day when it is not today, and the time.
fn when(at: domain::Timestamp, now: domain::Timestamp, language: domain::Language) -> String {
    let time = clock::time(at, language);
    if clock::local_day(at) == clock::local_day(now) {
        time
    } else {
        format!("{} {time}", clock::short(at, now, language))
    }
}
