//! The third step: from which number, when, and what it comes to; then it leaves.

use std::sync::Arc;

use contract::campaigns::{BulkDraft, SegmentPrice, SendBulk};
use domain::LocalTime;
use leptos::prelude::*;

use super::costs::Costs;
use super::people::People;
use super::price;
use super::sending::Sending;
use super::sending_fields::{Caution, From, Night, When};
use super::wizard::Wizard;
use crate::features::form::Form;
use crate::navigation::{Route, use_navigation};
use crate::platform::random;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::field::Field;
use crate::ui::form_frame::Problem;
use crate::ui::icon::Icon;
use crate::ui::text_field::TextField;

const NIGHT: (&str, &str) = ("20:00", "08:00");

#[component]
pub fn SendingStep(wizard: Wizard) -> AnyView {
    let (texts, preferences, navigation) = (use_texts(), use_preferences(), use_navigation());
    let words = texts.campaigns();
    let language = preferences.language_untracked();
    let required = texts.shell.required;
    let is_later = RwSignal::new(false);
    let is_quiet = RwSignal::new(true);
    let time = move |text: &'static str| {
        Field::new(text, move |text| {
            (is_quiet.get_untracked() && text.is_empty()).then(|| required.to_owned())
        })
    };
    let tomorrow = wizard.settings.with_untracked(|settings| {
        let now = settings.ready().map(|settings| settings.now);
        now.map(|now| now.day().plus_days(1).at(9, 0).to_string())
    });
    let sending = Sending {
        wizard,
        from: RwSignal::new(String::new()),
        name: Field::free(""),
        is_later,
        at: Field::new(tomorrow.unwrap_or_default(), move |text| {
            (is_later.get_untracked() && LocalTime::parse(text).is_err()).then(|| required.to_owned())
        }),
        is_quiet,
        quiet_from: time(NIGHT.0),
        quiet_to: time(NIGHT.1),
        validity: RwSignal::new(0),
        canary: RwSignal::new(true),
        price: Field::new("", move |text| {
            (!text.trim().is_empty() && price::parse(text).is_none()).then(|| words.wrong_price.to_owned())
        }),
        currency: RwSignal::new("EUR".to_owned()),
        kept: RwSignal::new(SegmentPrice::default()),
    };
    sending.recall(language);
    let form = Form::new(vec![
        ("from", Field::free("")),
        ("name", sending.name),
        ("local_send_at", sending.at),
        ("quiet_from", sending.quiet_from),
        ("quiet_to", sending.quiet_to),
        ("price", sending.price),
        ("message", wizard.message),
    ]);
    // Goes with every attempt of the same campaign, so that it is taken in once.
    let key = StoredValue::new((String::new(), Arc::<People>::default(), String::new()));
    let submit = move |()| {
        form.submit(
            move || async move {
                let people = wizard.people.get_untracked().unwrap_or_default();
                let draft = BulkDraft {
                    head: sending.head(),
                    recipients: people.drafts(),
                };
                let said = format!("{:?}", draft.head);
                key.update_value(|(before, list, key)| {
                    // A list that was looked over anew is another one, though it be as long.
                    if *before != said || !Arc::ptr_eq(list, &people) {
                        (*before, *list, *key) = (said, people, random::key());
                    }
                });
                let key = key.with_value(|(_, _, key)| key.clone());
                wizard.client.call_once::<SendBulk>(&(), &draft, key).await
            },
            move |begun| navigation.replace(Route::Campaigns(Some(begun.id))),
        );
    };
    let action = Signal::derive(move || {
        let people = wizard.estimate.get().people;
        if sending.is_later.get() {
            (words.schedule_for)(people)
        } else {
            (words.send_to)(people)
        }
    });
    view! {
        <h2 tabindex="-1">{words.step_sending}</h2>
        <div class="wizard-columns">
            <form
                class="form wizard-column"
                novalidate
                on:submit=move |event| {
                    event.prevent_default();
                    submit(());
                }
            >
                <From sending/>
                <TextField label=words.name field=sending.name hint=words.name_hint optional=texts.shell.optional/>
                <When sending/>
                <Night sending/>
                <Caution sending/>
                <Problem text=form.problem/>
                <footer class="wizard-foot">
                    <Button
                        label=action
                        kind=ButtonKind::Primary
                        icon=Icon::Send
                        busy=form.busy
                        disabled=Signal::derive(move || {
                            wizard.estimate.with(|estimate| estimate.people == 0) || sending.from.with(String::is_empty)
                        })
                    />
                </footer>
            </form>
            <Costs sending/>
        </div>
    }
    .into_any()
}
