//! The second step: the text, with what differs from person to person, and how it reads for each.

use contract::Nothing;
use contract::templates::{CreateTemplate, ListTemplates, TemplateDraft, TemplateView};
use domain::template;
use leptos::html;
use leptos::prelude::*;

use super::preview::Preview;
use super::wizard::{Next, Step, Wizard};
use crate::features::form::{Checked, Form};
use crate::load::{Load, Loading, fetch_into};
use crate::platform::text_field;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::Tone;
use crate::ui::dialog::Dialog;
use crate::ui::form_frame::{Cancel, FormFrame};
use crate::ui::icon::Icon;
use crate::ui::select::Select;
use crate::ui::text_area::TextArea;
use crate::ui::text_field::TextField;
use crate::ui::toast::use_toasts;

#[component]
pub fn MessageStep(wizard: Wizard) -> AnyView {
    let words = use_texts().campaigns();
    let templates: Loading<Vec<TemplateView>> = RwSignal::new(Load::Waiting);
    let fetch = move || {
        fetch_into(templates, async move {
            wizard
                .client
                .call::<ListTemplates>(&(), &Nothing {}, &Nothing {})
                .await
        });
    };
    fetch();
    let saves = RwSignal::new(false);
    let has_text = Signal::derive(move || wizard.message.value.with(|text| !text.trim().is_empty()));
    view! {
        <h2 tabindex="-1">{words.step_message}</h2>
        <div class="wizard-columns">
            <div class="wizard-column">
                <FromTemplate wizard templates/>
                <Text wizard/>
                <Button
                    label=words.save_template
                    kind=ButtonKind::Quiet
                    icon=Icon::Copy
                    disabled=Signal::derive(move || !has_text.get())
                    on_press=move |()| saves.set(true)
                />
            </div>
            <Preview wizard/>
        </div>
        <Warnings wizard/>
        <Next wizard to=Step::Sending/>
        {move || {
            saves
                .get()
                .then(|| {
                    view! { <SaveTemplate wizard on_saved=move |()| fetch() on_close=move |()| saves.set(false)/> }
                })
        }}
    }
    .into_any()
}

#[component]
fn FromTemplate(wizard: Wizard, templates: Loading<Vec<TemplateView>>) -> AnyView {
    let words = use_texts().campaigns();
    let options = move || {
        let none = (String::new(), words.no_template.to_owned());
        let known = templates
            .with(|templates| templates.ready().cloned())
            .unwrap_or_default();
        let option = |template: TemplateView| (template.id.to_string(), template.name);
        std::iter::once(none)
            .chain(known.into_iter().map(option))
            .collect::<Vec<_>>()
    };
    let take = move |id: String| {
        let body = templates.with_untracked(|templates| {
            let known = templates
                .ready()?
                .iter()
                .find(|template| template.id.to_string() == id)?;
            Some(known.body.clone())
        });
        if let Some(body) = body {
            wizard.message.type_in(body);
        }
    };
    let has_some = Memo::new(move |_| {
        templates.with(|templates| templates.ready().is_some_and(|templates| !templates.is_empty()))
    });
    (move || {
        has_some.get().then(|| {
            view! {
                <Select
                    label=words.template
                    value=Signal::stored(String::new())
                    options=Signal::derive(options)
                    on_choose=take
                />
            }
        })
    })
    .into_any()
}

/// The text, with a button for each variable.
#[component]
fn Text(wizard: Wizard) -> AnyView {
    let words = use_texts().campaigns();
    let place = NodeRef::<html::Div>::new();
    let names = Memo::new(move |_| {
        let people = wizard.people.get().unwrap_or_default();
        let has_names = people.ready().any(|person| person.name.is_some());
        let mut names: Vec<String> = people.columns.clone();
        let known = |name: &str, names: &[String]| names.iter().any(|known| template::key(known) == name);
        if has_names && !known(words.recipients_name, &names) {
            names.insert(0, words.recipients_name.to_owned());
        }
        names
    });
    let insert = move |name: &str| {
        let variable = format!("{{{{{name}}}}}");
        let text = match place.get_untracked() {
            Some(place) => text_field::insert_into(&place, &variable),
            None => None,
        };
        wizard
            .message
            .type_in(text.unwrap_or_else(|| wizard.message.text() + &variable));
    };
    let buttons = move || {
        names
            .get()
            .into_iter()
            .map(|name| {
                let label = format!("{{{{{name}}}}}");
                view! { <Button label on_press=move |()| insert(&name)/> }
            })
            .collect_view()
    };
    view! {
        <div node_ref=place>
            <TextArea label=words.message field=wizard.message rows=7 hint=words.segments_hint/>
        </div>
        {move || {
            (!names.with(Vec::is_empty))
                .then(|| {
                    view! {
                        <div class="insert" role="group" aria-label=words.insert>
                            <span class="hint">{words.insert}</span>
                            {buttons}
                        </div>
                    }
                })
        }}
    }
    .into_any()
}

/// Who would be left out by this text.
#[component]
fn Warnings(wizard: Wizard) -> AnyView {
    let words = use_texts().campaigns();
    (move || {
        let estimate = wizard.estimate.get();
        if wizard.message.value.with(|text| text.trim().is_empty()) {
            return ().into_any();
        }
        view! {
            {(estimate.lacking > 0)
                .then(|| view! { <Banner text=(words.lack)(estimate.lacking) tone=Tone::Waiting/> })}
            {(estimate.too_long > 0).then(|| view! { <Banner text=(words.too_long)(estimate.too_long)/> })}
        }
        .into_any()
    })
    .into_any()
}

#[component]
fn SaveTemplate(
    wizard: Wizard,
    #[prop(into)] on_saved: Callback<()>,
    #[prop(into)] on_close: Callback<()>,
) -> AnyView {
    let (texts, toasts) = (use_texts(), use_toasts());
    let language = use_preferences().language_untracked();
    let words = texts.campaigns();
    let name = Checked::here().name("");
    let form = Form::new(vec![("name", name)]);
    let submit = move |()| {
        form.submit(
            move || async move {
                let draft = TemplateDraft {
                    name: Some(name.text()),
                    body: Some(wizard.message.text()),
                    language: Some(language),
                    ..TemplateDraft::default()
                };
                wizard
                    .client
                    .call::<CreateTemplate>(&(), &Nothing {}, &draft)
                    .await
            },
            move |_| {
                toasts.say(words.template_saved);
                on_saved.run(());
                on_close.run(());
            },
        );
    };
    view! {
        <Dialog title=words.save_template close_label=texts.shell.close on_close>
            <FormFrame
                submit=texts.shell.save
                on_submit=submit
                busy=form.busy
                problem=form.problem
                cancel=Some(Cancel { label: texts.shell.cancel, action: on_close })
            >
                <TextField label=words.template_name field=name autofocus=true/>
            </FormFrame>
        </Dialog>
    }
    .into_any()
}
