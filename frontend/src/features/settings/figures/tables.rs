//! The figures of each number and campaign, the causes of failures, and how long customers waited.

use contract::figures::{Counts, ErrorFigures, Figures, Replies};
use leptos::prelude::*;

use super::share;
use crate::features::settings::page::Part;
use crate::features::shell::link::Link;
use crate::navigation::Route;
use crate::platform::money;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::shares::{Share, Shares};

#[component]
pub fn Waiting(replies: Replies) -> AnyView {
    let words = use_texts().figures();
    let all = replies.total();
    if all == 0 {
        return view! { <p class="hint">{words.no_replies}</p> }.into_any();
    }
    let shares = [
        (words.within_5_minutes, replies.within_5_minutes),
        (words.within_1_hour, replies.within_1_hour),
        (words.within_4_hours, replies.within_4_hours),
        (words.within_1_day, replies.within_1_day),
        (words.later, replies.later),
    ]
    .map(|(name, count)| Share {
        name: name.to_owned(),
        words: share(count, all, words.share),
        count,
    });
    view! { <Shares shares=shares.into()/> }.into_any()
}

#[component]
pub fn Causes(errors: Vec<ErrorFigures>) -> AnyView {
    let words = use_texts().figures();
    if errors.is_empty() {
        return view! { <p class="hint">{words.no_errors}</p> }.into_any();
    }
    let all = errors.iter().map(|error| error.messages).sum();
    let shares = errors
        .into_iter()
        .map(|error| Share {
            name: if error.code > 0 {
                format!("{} ({})", error.text, error.code)
            } else {
                error.text
            },
            words: share(error.messages, all, words.share),
            count: error.messages,
        })
        .collect();
    view! { <Shares shares/> }.into_any()
}

#[component]
pub fn Tables(figures: Figures) -> AnyView {
    let words = use_texts().figures();
    let currency = StoredValue::new(figures.currency);
    let numbers = figures
        .numbers
        .into_iter()
        .map(|number| {
            let counts = number.counts;
            view! {
                <tr>
                    <th scope="row">{number.display}</th>
                    <td>{counts.received}</td>
                    <Sent counts currency/>
                    <td>{counts.calls}</td>
                    <td>{counts.call_seconds.div_euclid(60)}</td>
                </tr>
            }
        })
        .collect_view();
    let campaigns = (!figures.campaigns.is_empty()).then(|| {
        let rows = figures
            .campaigns
            .into_iter()
            .map(|campaign| {
                let counts = campaign.counts;
                let route = Route::Campaigns(Some(campaign.id));
                view! {
                    <tr>
                        <th scope="row"><Link route class="figures-link" current=false>{campaign.name}</Link></th>
                        <Sent counts currency/>
                    </tr>
                }
            })
            .collect_view();
        view! {
            <Part title=words.by_campaign>
                <div class="scrolled" tabindex="0">
                    <table>
                        <thead><tr><th scope="col">{words.campaign}</th><SentHead/></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </Part>
        }
    });
    view! {
        <Part title=words.by_number>
            <div class="scrolled" tabindex="0">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{words.number}</th>
                            <th scope="col">{words.received}</th>
                            <SentHead/>
                            <th scope="col">{words.calls}</th>
                            <th scope="col">{words.minutes}</th>
                        </tr>
                    </thead>
                    <tbody>{numbers}</tbody>
                </table>
            </div>
        </Part>
        {campaigns}
    }
    .into_any()
}

#[component]
fn SentHead() -> AnyView {
    let words = use_texts().figures();
    [
        words.sent,
        words.segments,
        words.delivered,
        words.failed,
        words.cost,
    ]
    .map(|name| view! { <th scope="col">{name}</th> })
    .collect_view()
    .into_any()
}

#[component]
fn Sent(counts: Counts, currency: StoredValue<Option<String>>) -> AnyView {
    let language = use_preferences().language_untracked();
    let cost = currency.with_value(|currency| {
        currency
            .as_deref()
            .map(|currency| money::write(counts.micros.unsigned_abs(), currency, language))
    });
    view! {
        <td>{counts.sent}</td>
        <td>{counts.segments}</td>
        <td>{counts.delivered}</td>
        <td>{counts.failed}</td>
        <td>{cost.unwrap_or_else(|| "–".to_owned())}</td>
    }
    .into_any()
}
