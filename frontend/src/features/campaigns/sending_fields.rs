//! The choices of the third step.

use contract::integrations::NumberView;
use domain::Address;
use leptos::prelude::*;

use super::sending::{Sending, use_senders};
use crate::preferences::use_texts;
use crate::ui::banner::Banner;
use crate::ui::chip::Tone;
use crate::ui::segmented::Segmented;
use crate::ui::select::Select;
use crate::ui::text_field::TextField;
use crate::ui::toggle::Toggle;

/// In hours.
const VALIDITIES: [u32; 4] = [1, 2, 4, 8];

#[component]
pub fn From(sending: Sending) -> AnyView {
    let words = use_texts().campaigns();
    let senders = Memo::new(move |_| use_senders());
    // The company's numbers may come after this screen.
    Effect::new(move || {
        let first = senders.with(|senders| senders.first().map(|number| number.address.to_string()));
        if let Some(first) = first
            && sending.from.with_untracked(String::is_empty)
        {
            sending.from.set(first);
        }
    });
    let options = move || {
        let option = |number: NumberView| {
            let is_whatsapp = matches!(number.address, Address::Whatsapp(_));
            let label = if is_whatsapp {
                format!("WhatsApp · {}", number.display)
            } else {
                number.display
            };
            (number.address.to_string(), label)
        };
        senders.get().into_iter().map(option).collect::<Vec<_>>()
    };
    view! {
        {move || senders.with(Vec::is_empty).then(|| view! { <Banner text=words.no_sender/> })}
        <Select
            label=words.from
            value=sending.from
            options=Signal::derive(options)
            on_choose=move |from| sending.from.set(from)
        />
        {move || sending.is_whatsapp().then(|| view! { <Banner text=words.whatsapp_hint tone=Tone::Waiting/> })}
    }
    .into_any()
}

#[component]
pub fn When(sending: Sending) -> AnyView {
    let words = use_texts().campaigns();
    let zone = sending
        .wizard
        .settings
        .with_untracked(|settings| settings.ready().map(|settings| settings.zone.clone()))
        .unwrap_or_default();
    view! {
        <Segmented
            label=words.when
            options=vec![(false, words.now), (true, words.later)]
            value=sending.is_later
            on_choose=move |later| sending.is_later.set(later)
        />
        {move || {
            let zone = zone.clone();
            sending
                .is_later
                .get()
                .then(|| {
                    view! {
                        <TextField label=words.date_time field=sending.at kind="datetime-local"/>
                        <p class="hint">{(words.in_zone)(&zone)}</p>
                    }
                })
        }}
    }
    .into_any()
}

#[component]
pub fn Night(sending: Sending) -> AnyView {
    let words = use_texts().campaigns();
    view! {
        <Toggle label=words.quiet value=sending.is_quiet on_change=move |on| sending.is_quiet.set(on)/>
        {move || {
            sending
                .is_quiet
                .get()
                .then(|| {
                    view! {
                        <div class="columns-choices">
                            <TextField label=words.quiet_from field=sending.quiet_from kind="time"/>
                            <TextField label=words.quiet_to field=sending.quiet_to kind="time"/>
                        </div>
                        <p class="hint">{words.quiet_hint}</p>
                    }
                })
        }}
    }
    .into_any()
}

#[component]
pub fn Caution(sending: Sending) -> AnyView {
    let words = use_texts().campaigns();
    let usual = (0, words.validity_usual.to_owned());
    let options: Vec<(String, String)> = std::iter::once(usual)
        .chain(VALIDITIES.map(|hours| (hours, (words.hours)(hours))))
        .map(|(hours, label)| (hours.to_string(), label))
        .collect();
    view! {
        <Select
            label=words.validity
            value=Signal::derive(move || sending.validity.get().to_string())
            options=Signal::stored(options)
            on_choose=move |hours: String| {
                if let Ok(hours) = hours.parse() {
                    sending.validity.set(hours);
                }
            }
        />
        <Toggle label=words.canary value=sending.canary on_change=move |on| sending.canary.set(on)/>
        <p class="hint">{words.canary_hint}</p>
    }
    .into_any()
}
