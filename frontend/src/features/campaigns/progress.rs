//! How far a campaign is: a bar, its counts, how fast it goes and how long it still takes.

use contract::campaigns::CampaignView;
use leptos::prelude::*;

use crate::locales::CampaignTexts;
use crate::preferences::use_texts;

struct Part {
    class: &'static str,
    label: fn(&CampaignTexts) -> &'static str,
    count: fn(&CampaignView) -> i64,
}

const PARTS: [Part; 5] = [
    Part {
        class: "campaign-delivered",
        label: |words| words.delivered,
        count: |campaign| campaign.delivered,
    },
    Part {
        class: "campaign-sent",
        label: |words| words.sent,
        count: |campaign| campaign.sent,
    },
    Part {
        class: "campaign-sending",
        label: |words| words.sending,
        count: |campaign| campaign.sending,
    },
    Part {
        class: "campaign-failed",
        label: |words| words.not_delivered,
        count: |campaign| campaign.failed,
    },
    Part {
        class: "campaign-waiting",
        label: |words| words.waiting,
        count: |campaign| campaign.waiting,
    },
];

/// `speed`: recipients a second, when it goes.
#[component]
pub fn Progress(campaign: Memo<Option<CampaignView>>, speed: Memo<Option<f64>>) -> AnyView {
    let words = use_texts().campaigns();
    let of =
        move |count: fn(&CampaignView) -> i64| campaign.with(|campaign| campaign.as_ref().map_or(0, count));
    let all = move || of(|campaign| campaign.total);
    let out = move || of(|campaign| campaign.total - campaign.waiting);
    let bar = PARTS.map(|part| {
        let width = move || format!("{}%", of(part.count) as f64 * 100.0 / all().max(1) as f64);
        view! { <span class=format!("campaign-part {}", part.class) style=("--part", width)></span> }
    });
    let counts = PARTS.map(|part| {
        view! {
            <div class=format!("campaign-count {}", part.class)>
                <dt>{(part.label)(words)}</dt>
                <dd>{move || of(part.count)}</dd>
            </div>
        }
    });
    let pace = move || {
        let speed = speed.get()?;
        let left = (of(|campaign| campaign.waiting) as f64 / speed / 60.0) as i64;
        let a_second = if speed < 10.0 {
            format!("{speed:.1}")
        } else {
            format!("{speed:.0}")
        };
        let left = (words.time_left)(&(words.minutes)(left));
        Some([(words.a_second)(&a_second), left].join(" · "))
    };
    view! {
        <section class="campaign-progress">
            <h2 class="visually-hidden">{words.progress}</h2>
            <p class="campaign-done">
                <strong>{move || (words.done_of)(out(), all())}</strong>
                <span>{pace}</span>
            </p>
            <div
                class="campaign-bar"
                role="progressbar"
                aria-label=words.progress
                aria-valuemin="0"
                aria-valuemax=all
                aria-valuenow=out
            >
                {bar.collect_view()}
            </div>
            <dl class="campaign-counts">{counts.collect_view()}</dl>
        </section>
    }
    .into_any()
}
