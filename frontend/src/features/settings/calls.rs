//! How the company's numbers take calls: each number by itself, and what holds for all.

pub mod company;
pub mod holidays;
pub mod hours;
pub mod number;
pub mod ring;

use contract::Nothing;
use contract::calls::{AllCallRules, GetCallRules};
use leptos::prelude::*;

use self::company::CompanyRules;
use self::number::NumberRules;
use super::page::{Part, SettingsPage};
use crate::client::use_client;
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::load::{Load, Loading, fetch_into};
use crate::navigation::Section;
use crate::preferences::use_texts;
use crate::ui::empty_state::EmptyState;
use crate::ui::icon::Icon;
use crate::ui::select::Select;

#[component]
pub fn Calls() -> AnyView {
    let (words, client) = (use_texts().call_rules(), use_client());
    let rules: Loading<AllCallRules> = RwSignal::new(Load::Waiting);
    let refresh = move || {
        fetch_into(rules, async move {
            client.call::<GetCallRules>(&(), &Nothing {}, &Nothing {}).await
        });
    };
    refresh();
    view! {
        <SettingsPage section=Section::Calls intro=words.intro>
            <Fetched stage=stage_of(rules) on_retry=move |()| refresh()>
                <Numbers rules/>
                <Part title=words.company>
                    {move || {
                        let company = rules.with_untracked(|rules| rules.ready().map(|rules| rules.company.clone()));
                        company.map(|before| view! { <CompanyRules before rules/> })
                    }}
                </Part>
            </Fetched>
        </SettingsPage>
    }
    .into_any()
}

/// One at a time; what is typed into one is left when another is chosen.
#[component]
fn Numbers(rules: Loading<AllCallRules>) -> AnyView {
    let words = use_texts().call_rules();
    let all = move || {
        rules.with_untracked(|rules| {
            rules
                .ready()
                .map(|rules| rules.numbers.clone())
                .unwrap_or_default()
        })
    };
    let Some(first) = all().into_iter().next() else {
        return view! { <EmptyState icon=Icon::Phone title=words.no_number_title text=words.no_number/> }
            .into_any();
    };
    let chosen = RwSignal::new(first.id.to_string());
    let options = all()
        .into_iter()
        .map(|number| (number.id.to_string(), number.display))
        .collect::<Vec<_>>();
    let several = options.len() > 1;
    view! {
        {several
            .then(|| {
                view! {
                    <div class="call_rules-number">
                        <Select
                            label=words.number
                            value=chosen
                            options=Signal::stored(options)
                            on_choose=move |id| chosen.set(id)
                        />
                    </div>
                }
            })}
        {move || {
            let chosen = chosen.get();
            let number = all().into_iter().find(|number| number.id.to_string() == chosen);
            number.map(|number| view! { <NumberRules number rules/> })
        }}
    }
    .into_any()
}
