//! Texts to answer with, managed by administrators.

use std::sync::Arc;

use contract::Nothing;
use contract::templates::{
    CreateTemplate, DeleteTemplate, ListTemplates, TemplateDraft, TemplateView, UpdateTemplate,
};
use domain::Language;
use leptos::prelude::*;

use super::confirm::{Confirm, PendingAnswer, Question};
use super::page::SettingsPage;
use crate::client::{Client, use_client};
use crate::features::form::{Checked, Form};
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::load::{Load, Loading, fetch_into};
use crate::locales::Texts;
use crate::navigation::Section;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::Dialog;
use crate::ui::empty_state::EmptyState;
use crate::ui::field::Field;
use crate::ui::form_frame::{Cancel, FormFrame};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::select::Select;
use crate::ui::text_area::TextArea;
use crate::ui::text_field::TextField;
use crate::ui::toast::{Toasts, use_toasts};

#[derive(Clone)]
enum Open {
    Nothing,
    Edit(Option<TemplateView>),
    Ask(Question),
}

#[derive(Clone, Copy)]
struct TemplateActions {
    client: Client,
    toasts: Toasts,
    texts: &'static Texts,
    templates: Loading<Vec<TemplateView>>,
    open: RwSignal<Open>,
}

#[component]
pub fn Templates() -> AnyView {
    let all_texts = use_texts();
    let texts = all_texts.records();
    let actions = TemplateActions {
        client: use_client(),
        toasts: use_toasts(),
        texts: all_texts,
        templates: RwSignal::new(Load::Waiting),
        open: RwSignal::new(Open::Nothing),
    };
    actions.refresh();
    let create = view! {
        <Button
            label=texts.create
            kind=ButtonKind::Primary
            icon=Icon::Plus
            on_press=move |()| actions.open.set(Open::Edit(None))
        />
    };
    let close = move |()| actions.open.set(Open::Nothing);
    view! {
        <SettingsPage section=Section::Templates intro=texts.templates_intro action=Some(create.into_any())>
            <Fetched stage=stage_of(actions.templates) on_retry=move |()| actions.refresh() rows=3>
                {move || {
                    let templates = actions.templates.with(|all| all.ready().cloned()).unwrap_or_default();
                    if templates.is_empty() {
                        return view! {
                            <EmptyState icon=Icon::Message title=texts.no_templates_title text=texts.templates_intro/>
                        }
                            .into_any();
                    }
                    let rows = templates
                        .into_iter()
                        .map(|template| view! { <TemplateRow template actions/> })
                        .collect_view();
                    view! { <ul class="rows">{rows}</ul> }.into_any()
                }}
            </Fetched>
        </SettingsPage>
        {move || match actions.open.get() {
            Open::Nothing => ().into_any(),
            Open::Edit(template) => view! { <Edit template actions/> }.into_any(),
            Open::Ask(question) => view! { <Confirm question on_close=close/> }.into_any(),
        }}
    }
    .into_any()
}

#[component]
fn TemplateRow(template: TemplateView, actions: TemplateActions) -> AnyView {
    let texts = use_texts().records();
    let (name, body) = (template.name.clone(), template.body.clone());
    let shortcut = template
        .shortcut
        .clone()
        .map(|shortcut| view! { <code>"/"{shortcut}</code> });
    let of = StoredValue::new(template);
    view! {
        <li class="row">
            <span class="row-icon"><Glyph icon=Icon::Message/></span>
            <div class="row-main">
                <p class="row-title">{name}" "{shortcut}</p>
                <p class="row-detail">{body}</p>
            </div>
            <Button
                label=texts.edit
                kind=ButtonKind::Quiet
                on_press=move |()| actions.open.set(Open::Edit(Some(of.get_value())))
            />
            <Button
                label=texts.delete_ellipsis
                kind=ButtonKind::Quiet
                on_press=move |()| actions.ask_to_delete(of.get_value())
            />
        </li>
    }
    .into_any()
}

impl TemplateActions {
    fn refresh(self) {
        fetch_into(self.templates, async move {
            self.client
                .call::<ListTemplates>(&(), &Nothing {}, &Nothing {})
                .await
        });
    }

    fn ask_to_delete(self, template: TemplateView) {
        let texts = self.texts.records();
        let id = template.id;
        let confirm = move || -> PendingAnswer {
            let id = id.clone();
            Box::pin(async move {
                self.client
                    .call::<DeleteTemplate>(&id, &Nothing {}, &Nothing {})
                    .await?;
                self.refresh();
                self.toasts.say(texts.deleted);
                Ok(())
            })
        };
        self.open.set(Open::Ask(Question {
            title: (texts.delete_title)(&template.name),
            text: texts.delete_warning.to_owned(),
            action: texts.delete,
            is_danger: true,
            confirm: Arc::new(confirm),
        }));
    }
}

/// `None`: a new one.
#[component]
fn Edit(template: Option<TemplateView>, actions: TemplateActions) -> AnyView {
    let all_texts = use_texts();
    let texts = all_texts.records();
    let is_new = template.is_none();
    let (id, draft) = match template {
        Some(template) => (Some(template.id.clone()), template_draft(&template)),
        None => (None, TemplateDraft::default()),
    };
    let name = Checked::here().name(draft.name.unwrap_or_default());
    let shortcut = Field::new(draft.shortcut.unwrap_or_default(), |_| None);
    let body = Checked::here().required(draft.body.unwrap_or_default());
    let language = RwSignal::new(
        draft
            .language
            .unwrap_or(use_preferences().language_untracked())
            .as_str()
            .to_owned(),
    );
    let channel = RwSignal::new(draft.channel.unwrap_or_default());
    let form = Form::new(vec![("name", name), ("shortcut", shortcut), ("body", body)]);
    let id = StoredValue::new(id);
    let submit = move |()| {
        let draft = TemplateDraft {
            name: Some(name.text().trim().to_owned()),
            shortcut: Some(shortcut.text().trim().to_owned()),
            channel: Some(channel.get_untracked()),
            language: Some(if language.get_untracked() == "en" {
                Language::En
            } else {
                Language::Fr
            }),
            body: Some(body.text()),
        };
        let client = actions.client;
        form.submit(
            move || async move {
                match id.get_value() {
                    Some(id) => client.call::<UpdateTemplate>(&id, &Nothing {}, &draft).await,
                    None => client.call::<CreateTemplate>(&(), &Nothing {}, &draft).await,
                }
            },
            move |_| {
                actions.refresh();
                actions.open.set(Open::Nothing);
            },
        );
    };
    let close = Callback::new(move |()| actions.open.set(Open::Nothing));
    let words = |pairs: [(&str, &str); 2]| {
        pairs
            .map(|(key, words)| (key.to_owned(), words.to_owned()))
            .to_vec()
    };
    let languages = words([("fr", texts.french), ("en", texts.english)]);
    let mut channels = vec![(String::new(), texts.any_channel.to_owned())];
    channels.extend(words([("sms", "SMS"), ("whatsapp", "WhatsApp")]));
    view! {
        <Dialog
            title=if is_new { texts.create } else { texts.edit }
            close_label=all_texts.shell.close
            on_close=close
        >
            <FormFrame
                submit=texts.save
                on_submit=submit
                busy=form.busy
                problem=form.problem
                cancel=Some(Cancel { label: all_texts.shell.cancel, action: close })
            >
                <TextField label=texts.name field=name autofocus=true/>
                <TextField label=texts.shortcut field=shortcut hint=texts.shortcut_hint optional=texts.optional/>
                <TextArea label=texts.body field=body hint=texts.body_hint rows=5/>
                <Select
                    label=texts.language
                    value=language
                    options=Signal::stored(languages)
                    on_choose=move |chosen| language.set(chosen)
                />
                <Select
                    label=texts.channel
                    value=channel
                    options=Signal::stored(channels)
                    on_choose=move |chosen| channel.set(chosen)
                />
            </FormFrame>
        </Dialog>
    }
    .into_any()
}

fn template_draft(template: &TemplateView) -> TemplateDraft {
    TemplateDraft {
        name: Some(template.name.clone()),
        shortcut: template.shortcut.clone(),
        channel: template.channel.map(|channel| channel.as_str().to_owned()),
        language: Some(template.language),
        body: Some(template.body.clone()),
    }
}
