//! What holds for the calls of the whole company: where one may call, how often, and what is recorded.

use contract::Nothing;
use contract::calls::{AllCallRules, CompanyCallRules, SetCompanyCallRules};
use leptos::prelude::*;

use crate::client::use_client;
use crate::features::form::Form;
use crate::features::settings::country_picker::{Countries, CountryPicker};
use crate::load::{Load, Loading};
use crate::preferences::use_texts;
use crate::ui::field::Field;
use crate::ui::form_frame::FormFrame;
use crate::ui::select::Select;
use crate::ui::text_field::TextField;
use crate::ui::toast::use_toasts;
use crate::ui::toggle::Toggle;

const KEPT: [u32; 6] = [7, 30, 90, 180, 365, 1095];

#[component]
pub fn CompanyRules(before: CompanyCallRules, rules: Loading<AllCallRules>) -> AnyView {
    let (words, client, toasts) = (use_texts().call_rules(), use_client(), use_toasts());
    let CompanyCallRules {
        countries,
        daily_calls_of_user,
        daily_calls,
        record_all,
        say_recorded,
        delete_at_twilio,
        keep_recordings_days,
    } = before;
    let countries = Countries::new(countries.iter().filter_map(|code| code.parse().ok()).collect());
    let cap = |value: i64| {
        Field::new(value.to_string(), move |text| {
            let right = text
                .trim()
                .parse()
                .is_ok_and(|calls: i64| (0..=100_000).contains(&calls));
            (!right).then(|| words.daily_wrong.to_owned())
        })
    };
    let (of_user, of_all) = (cap(daily_calls_of_user), cap(daily_calls));
    let (record_all, say_recorded, delete_at_twilio, keep) = (
        RwSignal::new(record_all),
        RwSignal::new(say_recorded),
        RwSignal::new(delete_at_twilio),
        RwSignal::new(keep_recordings_days),
    );
    let form = Form::new(vec![
        ("countries", countries.field),
        ("daily_calls_of_user", of_user),
        ("daily_calls", of_all),
    ]);
    let submit = move |()| {
        let Some(chosen) = countries.settled() else {
            return;
        };
        let now = CompanyCallRules {
            countries: chosen.iter().map(ToString::to_string).collect(),
            daily_calls_of_user: of_user.text().trim().parse().unwrap_or_default(),
            daily_calls: of_all.text().trim().parse().unwrap_or_default(),
            record_all: record_all.get_untracked(),
            say_recorded: say_recorded.get_untracked(),
            delete_at_twilio: delete_at_twilio.get_untracked(),
            keep_recordings_days: keep.get_untracked(),
        };
        form.submit(
            move || async move { client.call::<SetCompanyCallRules>(&(), &Nothing {}, &now).await },
            move |all| {
                rules.set(Load::Ready(all));
                toasts.say(words.saved);
            },
        );
    };
    let kept = Signal::derive(move || {
        let mut days = KEPT.to_vec();
        days.extend(keep.get().filter(|days| !KEPT.contains(days)));
        days.sort_unstable();
        std::iter::once((String::new(), words.for_ever.to_owned()))
            .chain(
                days.into_iter()
                    .map(|days| (days.to_string(), (words.kept_days)(days))),
            )
            .collect::<Vec<_>>()
    });
    view! {
        <FormFrame submit=words.save on_submit=submit busy=form.busy problem=form.problem>
            <CountryPicker countries label=words.countries hint=words.countries_hint/>
            <TextField label=words.daily_of_user field=of_user kind="number"/>
            <TextField label=words.daily field=of_all kind="number"/>
            <Toggle label=words.record_all value=record_all on_change=move |on| record_all.set(on)/>
            <Toggle label=words.say_recorded value=say_recorded on_change=move |on| say_recorded.set(on)/>
            <p class="settings_page-fact">{words.say_recorded_hint}</p>
            <Select
                label=words.keep
                value=Signal::derive(move || keep.get().map(|days| days.to_string()).unwrap_or_default())
                options=kept
                on_choose=move |chosen: String| keep.set(chosen.parse().ok())
            />
            <Toggle
                label=words.delete_at_twilio
                value=delete_at_twilio
                on_change=move |on| delete_at_twilio.set(on)
            />
        </FormFrame>
    }
    .into_any()
}
