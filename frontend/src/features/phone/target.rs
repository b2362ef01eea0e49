//! Whom to call or to hand on to: a colleague by name, or a number.

use contract::Nothing;
use contract::calls::{AllCallRules, Colleague, GetCallRules};
use leptos::prelude::*;

use crate::client::use_client;
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::load::{Load, Loading, fetch_into};
use crate::preferences::use_texts;
use crate::session::use_session;
use crate::ui::avatar::Avatar;

/// Those who can be called, by name; nothing where one is alone.
#[component]
pub fn Colleagues(#[prop(into)] on_choose: Callback<Colleague>) -> AnyView {
    let (texts, client, session) = (use_texts(), use_client(), use_session());
    let rules: Loading<AllCallRules> = RwSignal::new(Load::Waiting);
    let fetch = move || {
        fetch_into(rules, async move {
            client.call::<GetCallRules>(&(), &Nothing {}, &Nothing {}).await
        });
    };
    fetch();
    let others = move || {
        let me = session.my_id();
        rules.with(|rules| {
            let all = rules.ready().map(|rules| rules.colleagues.as_slice());
            let others = all.unwrap_or_default().iter();
            others
                .filter(|one| Some(&one.user_id) != me.as_ref())
                .cloned()
                .collect::<Vec<_>>()
        })
    };
    view! {
        <Fetched stage=stage_of(rules) on_retry=move |()| fetch()>
            {move || {
                let others = others();
                (!others.is_empty())
                    .then(|| {
                        view! {
                            <div class="colleagues">
                                <h3>{texts.phone().colleagues}</h3>
                                <ul>
                                    {others.into_iter().map(|one| view! { <One one on_choose/> }).collect_view()}
                                </ul>
                            </div>
                        }
                    })
            }}
        </Fetched>
    }
    .into_any()
}

#[component]
fn One(one: Colleague, on_choose: Callback<Colleague>) -> AnyView {
    let chosen = one.clone();
    view! {
        <li>
            <button type="button" class="colleagues-one" on:click=move |_| on_choose.run(chosen.clone())>
                <Avatar name=Some(one.name.clone()) seed=one.user_id.to_string() small=true/>
                {one.name}
            </button>
        </li>
    }
    .into_any()
}
