//! What a search is narrowed by.

use std::time::Duration;

use contract::older::Direction;
use contract::search::SearchQuery;
use domain::{Channel, ConversationStatus};
use leptos::prelude::*;

use crate::platform::clock;
use crate::preferences::use_texts;
use crate::session::use_session;
use crate::ui::select::Select;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// By the values of its lists; an empty one narrows nothing.
#[derive(Clone, Copy)]
pub struct Narrowing {
    channel: RwSignal<String>,
    direction: RwSignal<String>,
    state: RwSignal<String>,
    period: RwSignal<String>,
}

impl Narrowing {
    pub(super) fn new() -> Self {
        Self {
            channel: RwSignal::new(String::new()),
            direction: RwSignal::new(String::new()),
            state: RwSignal::new(String::new()),
            period: RwSignal::new(String::new()),
        }
    }

    /// `me`: whose conversations "mine" are.
    pub(super) fn query(self, q: String, me: Option<String>) -> SearchQuery {
        let days = match self.period.get().as_str() {
            "week" => Some(7),
            "month" => Some(30),
            "year" => Some(365),
            _ => None,
        };
        let state = self.state.get();
        SearchQuery {
            q,
            channel: match self.channel.get().as_str() {
                "sms" => Some(Channel::Sms),
                "mms" => Some(Channel::Mms),
                "whatsapp" => Some(Channel::Whatsapp),
                _ => None,
            },
            direction: match self.direction.get().as_str() {
                "inbound" => Some(Direction::Inbound),
                "outbound" => Some(Direction::Outbound),
                _ => None,
            },
            status: (state == "to_reply").then_some(ConversationStatus::ToReply),
            unread: (state == "unread").then_some(true),
            assigned: match state.as_str() {
                "mine" => me,
                "none" => Some("none".to_owned()),
                _ => None,
            },
            since: days.map(|days| clock::now() - DAY * days),
            ..SearchQuery::default()
        }
    }
}

#[component]
pub(super) fn Filters(narrowing: Narrowing) -> AnyView {
    let texts = use_texts().search();
    let mine = use_session().my_id().map(|_| ("mine", texts.mine));
    let states = [
        ("", texts.any_state),
        ("unread", texts.unread),
        ("to_reply", texts.to_reply),
        ("none", texts.unassigned),
    ];
    let channels = [
        ("", texts.any_channel),
        ("sms", "SMS"),
        ("mms", "MMS"),
        ("whatsapp", "WhatsApp"),
    ];
    let directions = [
        ("", texts.any_direction),
        ("inbound", texts.inbound),
        ("outbound", texts.outbound),
    ];
    let periods = [
        ("", texts.any_time),
        ("week", texts.week),
        ("month", texts.month),
        ("year", texts.year),
    ];
    view! {
        <div class="search_filters" role="group" aria-label=texts.filters>
            {choice(texts.period, narrowing.period, periods)}
            {choice(texts.channel, narrowing.channel, channels)}
            {choice(texts.direction, narrowing.direction, directions)}
            {choice(texts.state, narrowing.state, states.into_iter().chain(mine))}
        </div>
    }
    .into_any()
}

fn choice(
    label: &'static str,
    chosen: RwSignal<String>,
    options: impl IntoIterator<Item = (&'static str, &'static str)>,
) -> AnyView {
    let options: Vec<_> = options
        .into_iter()
        .map(|(value, words)| (value.to_owned(), words.to_owned()))
        .collect();
    let options = Signal::stored(options);
    view! { <Select label bare=true value=chosen options on_choose=move |value| chosen.set(value)/> }
        .into_any()
}
