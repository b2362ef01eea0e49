//! The templates that WhatsApp approved: chosen, filled, looked at, sent.

use contract::Nothing;
use contract::whatsapp::{
    Approval, ListWhatsappTemplates, TemplateChoice, TemplateQuery, WhatsappTemplate, WhatsappTemplates,
};
use domain::template;
use domain::whatsapp_template::{Values, preview};
use leptos::prelude::*;

use super::draft::Letter;
use super::send_later::asked_when;
use crate::client::use_client;
use crate::features::agenda::later::Departure;
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::load::{Load, fetch_into};
use crate::locales::Texts;
use crate::preferences::use_texts;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::{Chip, Tone};
use crate::ui::dialog::Dialog;
use crate::ui::empty_state::EmptyState;
use crate::ui::icon::Icon;

#[component]
pub fn TemplateDialog(number: Signal<String>, on_send: Callback<Letter>, on_close: Callback<()>) -> AnyView {
    let (texts, client) = (use_texts(), use_client());
    let words = texts.whatsapp();
    let list = RwSignal::new(Load::<WhatsappTemplates>::Waiting);
    let ask = move |fresh: bool| {
        fetch_into(list, async move {
            let query = TemplateQuery {
                from: Some(number.get_untracked()),
                fresh: fresh.then_some(true),
            };
            client
                .call::<ListWhatsappTemplates>(&(), &query, &Nothing {})
                .await
        });
    };
    ask(false);
    let chosen = RwSignal::new(None::<WhatsappTemplate>);
    view! {
        <Dialog title=words.title close_label=texts.shell.close on_close class="template_dialog">
            <Fetched stage=stage_of(list) on_retry=move |()| ask(true) rows=3>
                {move || match chosen.get() {
                    Some(template) => view! { <Filling template chosen on_send/> }.into_any(),
                    None => {
                        let items = list.with(|list| list.ready().map(|list| list.items.clone()));
                        view! { <Choosing items=items.unwrap_or_default() chosen on_refresh=move |()| ask(true)/> }.into_any()
                    }
                }}
            </Fetched>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Choosing(
    items: Vec<WhatsappTemplate>,
    chosen: RwSignal<Option<WhatsappTemplate>>,
    #[prop(into)] on_refresh: Callback<()>,
) -> AnyView {
    let words = use_texts().whatsapp();
    if items.is_empty() {
        return view! {
            <EmptyState icon=Icon::Message title=words.none_title text=words.none/>
            <footer><Button label=words.refresh icon=Icon::Refresh on_press=on_refresh/></footer>
        }
        .into_any();
    }
    let rows = items
        .into_iter()
        .map(|template| {
            let is_approved = template.approval == Approval::Approved;
            let (name, body, language) = (
                template.name.clone(),
                template.body.clone(),
                template.language.clone(),
            );
            let state = (!is_approved).then(|| state_of(&template, use_texts()));
            view! {
                <li>
                    <button
                        type="button"
                        disabled=!is_approved
                        on:click=move |_| chosen.set(Some(template.clone()))
                    >
                        <span class="template_dialog-name">
                            <strong>{name}</strong>
                            <small>{language}</small>
                            {state}
                        </span>
                        <span class="template_dialog-body" dir="auto">{body}</span>
                    </button>
                </li>
            }
        })
        .collect_view();
    view! {
        <ul class="template_dialog-list">{rows}</ul>
        <footer><Button label=words.refresh icon=Icon::Refresh on_press=on_refresh/></footer>
    }
    .into_any()
}

fn state_of(template: &WhatsappTemplate, texts: &'static Texts) -> AnyView {
    let words = texts.whatsapp();
    let (label, tone) = match template.approval {
        Approval::Approved => (words.approved, Tone::Good),
        Approval::Unsubmitted => (words.unsubmitted, Tone::Quiet),
        Approval::Received | Approval::Pending => (words.pending, Tone::Quiet),
        Approval::Rejected => (words.rejected, Tone::Bad),
        Approval::Paused => (words.paused, Tone::Bad),
        Approval::Disabled => (words.disabled, Tone::Bad),
    };
    let reason = template.rejection_reason.clone().unwrap_or_default();
    view! { <span title=reason><Chip label tone/></span> }.into_any()
}

#[component]
fn Filling(
    template: WhatsappTemplate,
    chosen: RwSignal<Option<WhatsappTemplate>>,
    on_send: Callback<Letter>,
) -> AnyView {
    let texts = use_texts();
    let words = texts.whatsapp();
    let values = RwSignal::new(Values::new());
    let names = template::variables(&template.body);
    let body = StoredValue::new(template.body.clone());
    let filled = Memo::new(move |_| {
        values.with(|values| body.with_value(|body| template::render(body, |name| values.get(name)).ok()))
    });
    let fields = names
        .into_iter()
        .map(|name| {
            let example = template.variables.get(&name).cloned().unwrap_or_default();
            let label = (words.value)(&name);
            let key = name.clone();
            view! {
                <label class="text_field">
                    {label}
                    <input
                        type="text"
                        dir="auto"
                        autocomplete="off"
                        placeholder=example
                        prop:value=move || values.with(|values| values.get(&key).cloned().unwrap_or_default())
                        on:input:target=move |event| {
                            let text = event.target().value();
                            values.update(|values| {
                                values.insert(name.clone(), text);
                            });
                        }
                    />
                </label>
            }
        })
        .collect_view();
    let buttons = template.buttons.clone();
    let sid = StoredValue::new(template.sid);
    let send = move |departure: Option<Departure>| {
        if let Some(content) = filled.get_untracked() {
            on_send.run(Letter {
                content,
                files: Vec::new(),
                as_link: false,
                template: Some(TemplateChoice {
                    sid: sid.get_value(),
                    variables: values.get_untracked(),
                }),
                departure,
            });
        }
    };
    let asks_when = RwSignal::new(false);
    let is_unfilled = Signal::derive(move || filled.with(Option::is_none));
    view! {
        <form
            class="template_dialog-form"
            on:submit=move |event| {
                event.prevent_default();
                send(None);
            }
        >
            {fields}
            <figure class="template_dialog-preview">
                <figcaption>{words.preview}</figcaption>
                <p dir="auto" aria-live="polite">
                    {move || values.with(|values| body.with_value(|body| preview(body, values)))}
                </p>
                {buttons
                    .into_iter()
                    .map(|button| view! { <span class="template_dialog-button">{button}</span> })
                    .collect_view()}
            </figure>
            <footer>
                <Button label=words.another on_press=move |()| chosen.set(None)/>
                <Button
                    label=texts.thread.send_later
                    icon=Icon::Clock
                    disabled=is_unfilled
                    on_press=move |()| asks_when.set(true)
                />
                <Button label=texts.thread.send kind=ButtonKind::Primary icon=Icon::Send disabled=is_unfilled/>
            </footer>
        </form>
        {asked_when(asks_when, move |departure| send(Some(departure)))}
    }
    .into_any()
}
