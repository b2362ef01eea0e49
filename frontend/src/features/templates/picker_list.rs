//! The texts that fit what was typed after `/`.

use contract::Nothing;
use contract::templates::{ListTemplates, TemplateView};
use leptos::prelude::*;

use super::fill::{Values, fill};
use crate::client::use_client;
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::features::thread::composer::picker::Picker;
use crate::load::{Load, Loading, fetch_into};
use crate::preferences::{use_preferences, use_texts};
use crate::session::use_session;

const MOST_SHOWN: usize = 6;

#[component]
pub fn TemplatesPicker(picker: Picker) -> AnyView {
    let (texts, client, session) = (use_texts().picker(), use_client(), use_session());
    let templates: Loading<Vec<TemplateView>> = RwSignal::new(Load::Waiting);
    let fetch = move || {
        fetch_into(templates, async move {
            client.call::<ListTemplates>(&(), &Nothing {}, &Nothing {}).await
        });
    };
    fetch();
    let me = untrack(move || session.me());
    let values = StoredValue::new(Values {
        agent: me.as_ref().map(|me| me.user.name.clone()),
        company: me.map(|me| me.company.name),
        language: use_preferences().language_untracked(),
    });
    // However much is written in the conversation meanwhile, it is the same reader.
    let reader = Memo::new(move |_| picker.reader.get());
    let fitting = Memo::new(move |_| {
        let (wanted, channel) = (picker.wanted(), reader.with(|reader| reader.channel));
        templates.with(|templates| {
            let all = templates.ready().map(Vec::as_slice).unwrap_or_default();
            let fits =
                |one: &&TemplateView| one.channel.is_none_or(|of| of == channel) && matches(one, &wanted);
            all.iter()
                .filter(fits)
                .take(MOST_SHOWN)
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    Effect::new(move |before: Option<Vec<_>>| {
        let ids = fitting.with(|fitting| fitting.iter().map(|one| one.id.clone()).collect::<Vec<_>>());
        let shown = fitting.with(|fitting| {
            reader.with(|reader| {
                values.with_value(|values| {
                    fitting
                        .iter()
                        .map(|one| fill(&one.body, reader, values))
                        .collect::<Vec<_>>()
                })
            })
        });
        // The row that was chosen stays so among the same.
        if before.as_ref() != Some(&ids) {
            picker.at.set(0);
        }
        picker.shown.set(shown);
        ids
    });
    view! {
        <div class="picker" role="listbox" aria-label=texts.title>
            <Fetched stage=stage_of(templates) on_retry=move |()| fetch() rows=2>
                {move || {
                    let fitting = fitting.get();
                    if fitting.is_empty() {
                        return view! { <p class="picker-none">{texts.none}</p> }.into_any();
                    }
                    fitting
                        .into_iter()
                        .enumerate()
                        .map(|(n, one)| {
                            let take = move |_| {
                                if let Some(text) = picker.shown.with_untracked(|shown| shown.get(n).cloned()) {
                                    picker.take(text);
                                }
                            };
                            view! {
                                <button
                                    type="button"
                                    role="option"
                                    tabindex="-1"
                                    class="picker-row"
                                    aria-selected=move || if picker.at.get() == n { "true" } else { "false" }
                                    on:click=take
                                >
                                    <strong>{one.name}</strong>
                                    {one.shortcut.map(|shortcut| view! { <code>"/"{shortcut}</code> })}
                                    <span>{one.body}</span>
                                </button>
                            }
                        })
                        .collect_view()
                        .into_any()
                }}
            </Fetched>
        </div>
    }
    .into_any()
}

fn matches(template: &TemplateView, wanted: &str) -> bool {
    let wanted = domain::folding::fold(wanted);
    let of_shortcut = template.shortcut.as_deref().map(domain::folding::fold);
    of_shortcut.is_some_and(|shortcut| shortcut.starts_with(&wanted))
        || domain::folding::fold(&template.name)
            .split_whitespace()
            .any(|word| word.starts_with(&wanted))
}
