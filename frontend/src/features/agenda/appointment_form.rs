//! A new appointment, or another time or subject for one.

use contract::Nothing;
use contract::appointments::{
    AppointmentChanges, AppointmentView, ChangeAppointment, CreateAppointment, NewAppointment,
};
use domain::{Language, LocalDay};
use leptos::prelude::*;

use super::appointments::{Agenda, Open};
use crate::features::form::{Checked, Form};
use crate::preferences::use_texts;
use crate::ui::dialog::Dialog;
use crate::ui::field::Field;
use crate::ui::form_frame::{Cancel, FormFrame};
use crate::ui::segmented::Segmented;
use crate::ui::select::Select;
use crate::ui::text_field::TextField;

const DURATIONS: [i64; 8] = [15, 20, 30, 45, 60, 90, 120, 180];
const USUAL_TIME: &str = "09:00";

/// `before`: the one that is changed.
#[component]
pub fn AppointmentForm(
    agenda: Agenda,
    before: Option<AppointmentView>,
    day: LocalDay,
    clock: Option<String>,
) -> AnyView {
    let texts = use_texts();
    let words = texts.agenda();
    let checked = Checked::here();
    let given = |read: fn(&AppointmentView) -> String| before.as_ref().map(read).unwrap_or_default();
    let name = checked.name(given(|view| view.name.clone()));
    let phone = checked.required(given(|view| view.display.clone()));
    let subject = Field::free(given(|view| view.subject.clone()));
    let date = checked.required(day.to_string());
    let time = checked.required(clock.unwrap_or_else(|| USUAL_TIME.to_owned()));
    let minutes = RwSignal::new(before.as_ref().map_or(30, |view| view.minutes));
    let language = RwSignal::new(before.as_ref().map_or_else(
        || agenda.settings.with_value(|s| s.language),
        |view| view.language,
    ));
    // A problem with the moment shows at the hour.
    let mut fields = vec![
        ("name", name),
        ("subject", subject),
        ("starts_at", time),
        ("date", date),
    ];
    let is_new = before.is_none();
    if is_new {
        fields.push(("phone_number", phone));
    }
    let form = Form::new(fields);
    let before = StoredValue::new(before);
    let submit = move |()| {
        let starts_at = format!("{}T{}", date.text(), time.text());
        form.submit(
            move || async move {
                match before.get_value() {
                    None => {
                        let new = NewAppointment {
                            phone_number: phone.text(),
                            name: name.text(),
                            subject: subject.text(),
                            starts_at,
                            minutes: Some(minutes.get_untracked()),
                            language: Some(language.get_untracked()),
                            ..NewAppointment::default()
                        };
                        agenda
                            .client
                            .call::<CreateAppointment>(&(), &Nothing {}, &new)
                            .await
                    }
                    Some(before) => {
                        let moved = before.local.to_string() != starts_at;
                        let changes = AppointmentChanges {
                            name: Some(name.text()),
                            subject: Some(subject.text()),
                            starts_at: moved.then_some(starts_at),
                            minutes: Some(minutes.get_untracked()),
                            language: Some(language.get_untracked()),
                            zone: None,
                        };
                        agenda
                            .client
                            .call::<ChangeAppointment>(&before.id, &Nothing {}, &changes)
                            .await
                    }
                }
            },
            move |view| {
                agenda.apply(&view);
                agenda.show_day(view.office.day());
                agenda.open.set(Open::Nothing);
            },
        );
    };
    let close = Callback::new(move |()| agenda.open.set(Open::Nothing));
    let (title, action) = if is_new {
        (words.new_appointment, words.book)
    } else {
        (words.change_appointment, words.save)
    };
    view! {
        <Dialog title close_label=texts.shell.close on_close=close>
            <FormFrame
                submit=action
                on_submit=submit
                busy=form.busy
                problem=form.problem
                cancel=Some(Cancel { label: texts.shell.cancel, action: close })
            >
                <TextField label=words.client field=name autofocus=true/>
                {is_new.then(|| view! { <TextField label=words.phone field=phone kind="tel"/> })}
                <div class="appointment_form-when">
                    <TextField label=words.date field=date kind="date"/>
                    <TextField label=words.time field=time kind="time"/>
                    <Duration minutes/>
                </div>
                {(!is_new).then(|| view! { <p class="hint">{words.moved_hint}</p> })}
                <TextField label=words.subject field=subject optional=words.optional/>
                <Segmented
                    label=words.language
                    options=vec![(Language::Fr, words.french), (Language::En, words.english)]
                    value=language
                    on_choose=move |choice| language.set(choice)
                />
            </FormFrame>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Duration(minutes: RwSignal<i64>) -> AnyView {
    let words = use_texts().agenda();
    let options = Signal::derive(move || {
        let chosen = minutes.get();
        let mut all = DURATIONS.to_vec();
        if !all.contains(&chosen) {
            all.push(chosen);
            all.sort_unstable();
        }
        all.into_iter()
            .map(|n| (n.to_string(), (words.minutes)(n)))
            .collect::<Vec<_>>()
    });
    view! {
        <Select
            label=words.duration
            value=Signal::derive(move || minutes.get().to_string())
            options
            on_choose=move |chosen: String| {
                if let Ok(chosen) = chosen.parse() {
                    minutes.set(chosen);
                }
            }
        />
    }
    .into_any()
}
