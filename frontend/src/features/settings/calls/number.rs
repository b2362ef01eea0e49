//! How one number takes calls.

use contract::Nothing;
use contract::calls::{AllCallRules, NumberCallRules, NumberWithRules, SetNumberCallRules};
use domain::Language;
use leptos::prelude::*;

use super::holidays::Holidays;
use super::hours::{Hours, Week};
use super::ring::{Group, Ring};
use crate::client::use_client;
use crate::features::form::{Checked, Form};
use crate::features::settings::page::Part;
use crate::load::{Load, Loading};
use crate::preferences::use_texts;
use crate::ui::banner::Banner;
use crate::ui::chip::Tone;
use crate::ui::field::Field;
use crate::ui::form_frame::FormFrame;
use crate::ui::segmented::Segmented;
use crate::ui::text_area::TextArea;
use crate::ui::text_field::TextField;
use crate::ui::toast::use_toasts;
use crate::ui::toggle::Toggle;

#[component]
pub fn NumberRules(number: NumberWithRules, rules: Loading<AllCallRules>) -> AnyView {
    let (words, client, toasts) = (use_texts().call_rules(), use_client(), use_toasts());
    let NumberWithRules {
        id,
        display,
        rings_browsers,
        rules: before,
        ..
    } = number;
    let week = Week::new(&before.hours);
    let closed_on = RwSignal::new(before.hours.closed_on);
    let zone = Checked::here().required(before.zone);
    let group = Group::new(before.ring);
    let ring_seconds = Field::new(before.ring_seconds.to_string(), move |text| {
        let right = text
            .trim()
            .parse()
            .is_ok_and(|seconds: u32| (5..=60).contains(&seconds));
        (!right).then(|| words.ring_seconds_wrong.to_owned())
    });
    let forward_to = Field::free(before.forward_to.unwrap_or_default());
    let (greeting, closed_greeting) = (Field::free(before.greeting), Field::free(before.closed_greeting));
    let (language, voicemail, transcribe) = (
        RwSignal::new(before.language),
        RwSignal::new(before.voicemail),
        RwSignal::new(before.transcribe),
    );
    let form = Form::new(vec![
        ("zone", zone),
        ("ring_seconds", ring_seconds),
        ("forward_to", forward_to),
        ("greeting", greeting),
        ("closed_greeting", closed_greeting),
    ]);
    let id = StoredValue::new(id);
    let submit = move |()| {
        let Some(mut hours) = week.hours() else {
            form.problem.set(Some(words.invalid_span.to_owned()));
            return;
        };
        hours.closed_on = closed_on.get_untracked();
        let rules_now = NumberCallRules {
            language: language.get_untracked(),
            zone: zone.text().trim().to_owned(),
            hours,
            ring: group.chosen(),
            ring_seconds: ring_seconds.text().trim().parse().unwrap_or_default(),
            forward_to: forward_to.filled(),
            voicemail: voicemail.get_untracked(),
            transcribe: transcribe.get_untracked(),
            greeting: greeting.text().trim().to_owned(),
            closed_greeting: closed_greeting.text().trim().to_owned(),
        };
        form.submit(
            move || async move {
                client
                    .call::<SetNumberCallRules>(&id.get_value(), &Nothing {}, &rules_now)
                    .await
            },
            move |all| {
                rules.set(Load::Ready(all));
                toasts.say(words.saved);
            },
        );
    };
    let colleagues = rules.with_untracked(|rules| {
        rules
            .ready()
            .map(|rules| rules.colleagues.clone())
            .unwrap_or_default()
    });
    view! {
        <h3 class="call_rules-display">{display}</h3>
        {(!rings_browsers).then(|| view! { <Banner text=words.rings_nobody tone=Tone::Waiting/> })}
        <FormFrame submit=words.save on_submit=submit busy=form.busy problem=form.problem>
            <Part title=words.hours>
                <Hours week/>
                <TextField label=words.zone field=zone hint=words.zone_hint exact=true/>
            </Part>
            <Part title=words.holidays>
                <Holidays closed_on/>
            </Part>
            <Part title=words.ringing>
                <Ring group colleagues/>
                <TextField label=words.ring_seconds field=ring_seconds kind="number" hint=words.ring_seconds_hint/>
                <TextField label=words.forward field=forward_to kind="tel" hint=words.forward_hint/>
            </Part>
            <Part title=words.voicemail>
                <Toggle label=words.take_messages value=voicemail on_change=move |on| voicemail.set(on)/>
                <Segmented
                    label=words.language
                    options=vec![(Language::Fr, words.french), (Language::En, words.english)]
                    value=language
                    on_choose=move |choice| language.set(choice)
                />
                <TextArea label=words.greeting field=greeting hint=words.greeting_hint/>
                <TextArea label=words.closed_greeting field=closed_greeting hint=words.greeting_hint/>
                {move || {
                    (language.get() == Language::En && voicemail.get())
                        .then(|| {
                            view! {
                                <Toggle
                                    label=words.transcribe
                                    value=transcribe
                                    on_change=move |on| transcribe.set(on)
                                />
                            }
                        })
                }}
            </Part>
        </FormFrame>
    }
    .into_any()
}
