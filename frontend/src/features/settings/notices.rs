//! When clients are reminded of appointments, and the words of every notice, with a preview.

use contract::Nothing;
use contract::appointments::{
    AppointmentSettings, AppointmentSettingsChanges, ChangeAppointmentSettings, GetAppointmentSettings,
};
use contract::notifications::{
    ChangeNotificationText, ListNotificationTexts, NewNotificationText, NotificationText,
};
use domain::notification::{NotificationKind, synonyms};
use domain::{Language, template};
use leptos::prelude::*;

use super::page::{Part, SettingsPage};
use crate::client::use_client;
use crate::features::form::{Checked, Form};
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::features::thread::composer::cost::Cost;
use crate::load::{Load, Loading, fetch_into};
use crate::locales::{AgendaTexts, Texts};
use crate::navigation::Section;
use crate::platform::clock;
use crate::preferences::use_texts;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::form_frame::FormFrame;
use crate::ui::segmented::Segmented;
use crate::ui::select::Select;
use crate::ui::text_area::TextArea;
use crate::ui::text_field::TextField;
use crate::ui::toast::use_toasts;

const LEADS: [i64; 7] = [0, 60, 120, 720, 1440, 2880, 10_080];

#[component]
pub fn Notices() -> AnyView {
    let (texts, client) = (use_texts(), use_client());
    let settings: Loading<AppointmentSettings> = RwSignal::new(Load::Waiting);
    let wordings: Loading<Vec<NotificationText>> = RwSignal::new(Load::Waiting);
    let refresh_settings = move || {
        fetch_into(settings, async move {
            client
                .call::<GetAppointmentSettings>(&(), &Nothing {}, &Nothing {})
                .await
        });
    };
    let refresh_wordings = move || {
        fetch_into(wordings, async move {
            client
                .call::<ListNotificationTexts>(&(), &Nothing {}, &Nothing {})
                .await
        });
    };
    refresh_settings();
    refresh_wordings();
    view! {
        <SettingsPage section=Section::Notices intro=texts.agenda().settings_intro>
            <Part title=texts.agenda().reminders>
                <Fetched stage=stage_of(settings) on_retry=move |()| refresh_settings()>
                    {move || settings.with(|s| s.ready().cloned()).map(|settings| view! { <Reminders settings/> })}
                </Fetched>
            </Part>
            <Part title=texts.agenda().texts>
                <Fetched stage=stage_of(wordings) on_retry=move |()| refresh_wordings()>
                    <Wordings wordings/>
                </Fetched>
            </Part>
        </SettingsPage>
    }
    .into_any()
}

#[component]
fn Reminders(settings: AppointmentSettings) -> AnyView {
    let (texts, client, toasts) = (use_texts(), use_client(), use_toasts());
    let words = texts.agenda();
    let zone = Checked::here().required(settings.zone);
    let lead = RwSignal::new(settings.reminder_minutes);
    let language = RwSignal::new(settings.language);
    let form = Form::new(vec![("zone", zone)]);
    let submit = move |()| {
        let changes = AppointmentSettingsChanges {
            zone: Some(zone.text()),
            language: Some(language.get_untracked()),
            reminder_minutes: Some(lead.get_untracked()),
        };
        form.submit(
            move || async move {
                client
                    .call::<ChangeAppointmentSettings>(&(), &Nothing {}, &changes)
                    .await
            },
            move |_| toasts.say(words.saved),
        );
    };
    let leads = Signal::derive(move || {
        let mut all = LEADS.to_vec();
        if !all.contains(&lead.get()) {
            all.push(lead.get());
            all.sort_unstable();
        }
        all.into_iter()
            .map(|n| (n.to_string(), lead_words(n, words)))
            .collect::<Vec<_>>()
    });
    view! {
        <FormFrame submit=words.save on_submit=submit busy=form.busy problem=form.problem>
            <Select
                label=words.lead
                value=Signal::derive(move || lead.get().to_string())
                options=leads
                on_choose=move |chosen: String| lead.set(chosen.parse().unwrap_or_default())
            />
            <TextField label=words.zone field=zone hint=words.zone_hint exact=true/>
            <Languages label=words.language language/>
        </FormFrame>
    }
    .into_any()
}

fn lead_words(minutes: i64, texts: &AgendaTexts) -> String {
    match minutes {
        0 => texts.no_lead.to_owned(),
        n if n % 1440 == 0 => (texts.lead_days)(n / 1440),
        n if n % 60 == 0 => (texts.lead_hours)(n / 60),
        n => format!("{n} min"),
    }
}

#[component]
fn Languages(label: &'static str, language: RwSignal<Language>) -> AnyView {
    let words = use_texts().agenda();
    view! {
        <Segmented
            label
            options=vec![(Language::Fr, words.french), (Language::En, words.english)]
            value=language
            on_choose=move |choice| language.set(choice)
        />
    }
    .into_any()
}

#[component]
fn Wordings(wordings: Loading<Vec<NotificationText>>) -> AnyView {
    let words = use_texts().agenda();
    let kind = RwSignal::new(NotificationKind::AppointmentConfirmed);
    let language = RwSignal::new(Language::Fr);
    let options: Vec<_> = NotificationKind::ALL
        .into_iter()
        .map(|kind| (kind.as_str().to_owned(), kind_words(kind, words).to_owned()))
        .collect();
    let chosen = Memo::new(move |_| {
        let (kind, language) = (kind.get(), language.get());
        wordings.with(|all| {
            let all = all.ready()?;
            all.iter()
                .find(|text| (text.kind, text.language) == (kind, language))
                .cloned()
        })
    });
    view! {
        <div class="form">
            <Select
                label=words.kind
                value=Signal::derive(move || kind.get().as_str().to_owned())
                options=Signal::derive(move || options.clone())
                on_choose=move |chosen: String| {
                    if let Some(known) = NotificationKind::ALL.into_iter().find(|kind| kind.as_str() == chosen) {
                        kind.set(known);
                    }
                }
            />
            <Languages label=words.language language/>
        </div>
        {move || chosen.get().map(|text| view! { <Wording text wordings/> })}
    }
    .into_any()
}

#[component]
fn Wording(text: NotificationText, wordings: Loading<Vec<NotificationText>>) -> AnyView {
    let (client, toasts) = (use_client(), use_toasts());
    let words = use_texts().agenda();
    let (kind, language, is_edited) = (text.kind, text.language, text.is_edited);
    let field = Checked::here().required(text.text);
    let form = Form::new(vec![("text", field)]);
    let save = move |new: String| {
        let changed = NewNotificationText {
            kind,
            language,
            text: new,
        };
        form.submit(
            move || async move {
                client
                    .call::<ChangeNotificationText>(&(), &Nothing {}, &changed)
                    .await
            },
            move |stored: NotificationText| {
                toasts.say(words.saved);
                wordings.update(|all| {
                    if let Load::Ready(all) = all
                        && let Some(known) = all
                            .iter_mut()
                            .find(|known| (known.kind, known.language) == (stored.kind, stored.language))
                    {
                        *known = stored;
                    }
                });
            },
        );
    };
    let preview = Signal::derive(move || field.value.with(|text| filled(text, language)));
    let variables = (words.variables)(&template::variables(kind.default_text(language)).join(", "));
    view! {
        <FormFrame submit=words.save on_submit=move |()| save(field.text()) busy=form.busy problem=form.problem>
            <TextArea label=words.text field rows=4/>
            <p class="hint">{variables}</p>
            <figure class="notice_preview">
                <figcaption>{words.preview}" · "<Cost text=preview/></figcaption>
                <p lang=language.as_str() data-preview="">{move || preview.get()}</p>
            </figure>
            {is_edited
                .then(|| {
                    view! {
                        <p>
                            <span class="chip">{words.edited}</span>
                            " "
                            <Button
                                label=words.ours_again
                                kind=ButtonKind::Quiet
                                on_press=move |()| {
                                    field.type_in(kind.default_text(language).to_owned());
                                    save(String::new());
                                }
                            />
                        </p>
                    }
                })}
        </FormFrame>
    }
    .into_any()
}

/// The text as a client would read it; a variable that nobody knows stays as it is written.
fn filled(text: &str, language: Language) -> String {
    let samples = Texts::of(language).agenda();
    let tomorrow = clock::to_local(clock::now()).day().plus_days(1);
    let value = |name: &str| {
        Some(match name {
            "name" => samples.sample_name.to_owned(),
            "date" => tomorrow.in_words(language),
            "time" => "14:30".to_owned(),
            "subject" => samples.sample_subject.to_owned(),
            "duration" => "30 min".to_owned(),
            "company" => samples.sample_company.to_owned(),
            "file" => "A-2024-17".to_owned(),
            "document" => "devis.pdf".to_owned(),
            "sender" => samples.sample_name.to_owned(),
            _ => return None,
        })
    };
    let lookup = |name: &str| {
        let known = synonyms(name).find_map(value);
        Some(known.unwrap_or_else(|| format!("{{{{{name}}}}}")))
    };
    template::render(text, lookup).unwrap_or_default()
}

fn kind_words(kind: NotificationKind, texts: &'static AgendaTexts) -> &'static str {
    match kind {
        NotificationKind::AppointmentConfirmed => texts.appointment_confirmed,
        NotificationKind::AppointmentReminder => texts.appointment_reminder,
        NotificationKind::AppointmentCancelled => texts.appointment_cancelled,
        NotificationKind::DossierUpdated => texts.dossier_updated,
        NotificationKind::DocumentUploaded => texts.document_uploaded,
        NotificationKind::MessageReceived => texts.message_received,
    }
}
