//! How long messages and files are kept, and all of it as a file.

use contract::Nothing;
use contract::own_data::{ChangeRetention, GetRetention, LONGEST_WEBHOOKS_DAYS, Retention};
use leptos::prelude::*;

use super::export::Export;
use super::page::{Part, SettingsPage};
use crate::client::use_client;
use crate::features::form::Form;
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::load::{Load, Loading, fetch_into};
use crate::navigation::Section;
use crate::preferences::use_texts;
use crate::ui::form_frame::FormFrame;
use crate::ui::select::Select;
use crate::ui::toast::use_toasts;

const KEPT: [u32; 6] = [30, 90, 180, 365, 1095, 1825];
const WEBHOOKS_KEPT: [u32; 4] = [1, 7, 14, LONGEST_WEBHOOKS_DAYS];

#[component]
pub fn OwnData() -> AnyView {
    let (words, client) = (use_texts().own_data(), use_client());
    let retention: Loading<Retention> = RwSignal::new(Load::Waiting);
    let refresh = move || {
        fetch_into(retention, async move {
            client.call::<GetRetention>(&(), &Nothing {}, &Nothing {}).await
        });
    };
    refresh();
    view! {
        <SettingsPage section=Section::OwnData intro=words.intro>
            <Fetched stage=stage_of(retention) on_retry=move |()| refresh() rows=3>
                {move || retention.with(|load| load.ready().copied()).map(|kept| view! { <Kept kept/> })}
            </Fetched>
            <Export/>
            <Part title=words.person_title>
                <p class="settings_page-fact">{words.person}</p>
            </Part>
        </SettingsPage>
    }
    .into_any()
}

#[component]
fn Kept(kept: Retention) -> AnyView {
    let (words, client, toasts) = (use_texts().own_data(), use_client(), use_toasts());
    let (messages, files) = (RwSignal::new(kept.messages_days), RwSignal::new(kept.files_days));
    let webhooks = RwSignal::new(Some(kept.webhooks_days).filter(|days| *days > 0));
    let form = Form::new(Vec::new());
    let submit = move |()| {
        let wanted = Retention {
            messages_days: messages.get_untracked(),
            files_days: files.get_untracked(),
            webhooks_days: webhooks.get_untracked().unwrap_or(0),
        };
        form.submit(
            move || async move { client.call::<ChangeRetention>(&(), &Nothing {}, &wanted).await },
            move |_| toasts.say(words.saved),
        );
    };
    view! {
        <FormFrame submit=words.save on_submit=submit busy=form.busy problem=form.problem>
            <Days label=words.messages days=messages choices=&KEPT none=words.for_ever/>
            <p class="settings_page-fact">{words.messages_hint}</p>
            <Days label=words.files days=files choices=&KEPT none=words.for_ever/>
            <p class="settings_page-fact">{words.files_hint}</p>
            <Days label=words.webhooks days=webhooks choices=&WEBHOOKS_KEPT none=words.not_at_all/>
            <p class="settings_page-fact">{words.webhooks_hint}</p>
        </FormFrame>
    }
    .into_any()
}

#[component]
fn Days(
    label: &'static str,
    days: RwSignal<Option<u32>>,
    choices: &'static [u32],
    /// Words for no number at all.
    none: &'static str,
) -> AnyView {
    let words = use_texts().own_data();
    let options = Signal::derive(move || {
        let mut known = choices.to_vec();
        known.extend(days.get().filter(|days| !choices.contains(days)));
        known.sort_unstable();
        std::iter::once((String::new(), none.to_owned()))
            .chain(
                known
                    .into_iter()
                    .map(|days| (days.to_string(), (words.days)(days))),
            )
            .collect::<Vec<_>>()
    });
    view! {
        <Select
            label
            value=Signal::derive(move || days.get().map(|days| days.to_string()).unwrap_or_default())
            options
            on_choose=move |chosen: String| days.set(chosen.parse().ok())
        />
    }
    .into_any()
}
