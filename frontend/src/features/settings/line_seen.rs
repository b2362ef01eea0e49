//! What Twilio last told us of a line: of each number, and in its own lists.

use contract::lines::{LineSummary, NightlyReading, NumberSeen};
use domain::Timestamp;
use leptos::prelude::*;

use crate::platform::clock;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::banner::Banner;

#[component]
pub fn Seen(line: LineSummary) -> AnyView {
    let (texts, language) = (use_texts().health(), use_preferences().language_untracked());
    let numbers = (!line.seen.is_empty()).then(|| {
        let rows = line
            .seen
            .into_iter()
            .map(|seen| view! { <Number seen/> })
            .collect_view();
        view! { <h4>{texts.seen}</h4><ul class="line_points line_seen">{rows}</ul> }
    });
    let nightly = line.nightly.map(|nightly| view! { <Nightly nightly/> });
    let problem = line.reading_problem.map(|problem| {
        let text = format!("{} {}", texts.reading_failed, problem.sentence(language));
        view! { <Banner text/> }
    });
    view! { {numbers} {nightly} {problem} }.into_any()
}

#[component]
fn Number(seen: NumberSeen) -> AnyView {
    let (texts, language) = (use_texts().health(), use_preferences().language_untracked());
    let shown = move |at: Option<Timestamp>| {
        at.map_or_else(
            || texts.not_seen.to_owned(),
            |at| clock::short(at, clock::now(), language),
        )
    };
    view! {
        <li>
            <p><strong>{seen.number}</strong></p>
            <dl>
                <div><dt>{texts.last_text}</dt><dd>{shown(seen.message_at)}</dd></div>
                <div><dt>{texts.last_call}</dt><dd>{shown(seen.call_at)}</dd></div>
                <div><dt>{texts.last_receipt}</dt><dd>{shown(seen.receipt_at)}</dd></div>
            </dl>
        </li>
    }
    .into_any()
}

#[component]
fn Nightly(nightly: NightlyReading) -> AnyView {
    let (texts, language) = (use_texts().health(), use_preferences().language_untracked());
    let when = clock::short(nightly.at, clock::now(), language);
    let missing = nightly.received + nightly.calls;
    view! { <p class="line_card-when">{(texts.nightly)(&when, nightly.checked, missing)}</p> }.into_any()
}
