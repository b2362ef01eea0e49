//! What a program can ask of Edgeline: read from the OpenAPI file that is deployed beside the panel.

use leptos::prelude::*;
use serde_json::Value;

use super::api_document::{Answer, Operation, Parameter, operations};
use super::api_try::TryIt;
use super::page::SettingsPage;
use crate::client::Failure;
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::load::{Load, Loading, fetch_into};
use crate::locales::HookTexts;
use crate::navigation::Section;
use crate::platform::fetch::{self, Request};
use crate::preferences::use_texts;
use crate::ui::field::Field;
use crate::ui::text_field::TextField;

const FILE: &str = "/openapi.json";

#[component]
pub fn ApiReference() -> AnyView {
    let words = use_texts().hooks();
    let all: Loading<Vec<Operation>> = RwSignal::new(Load::Waiting);
    let refresh = move || fetch_into(all, read());
    refresh();
    let search = Field::new("", |_| None);
    view! {
        <SettingsPage
            section=Section::ApiReference
            intro=words.api_intro
            action=Some(view! { <a class="api-file" href=FILE target="_blank" rel="noopener">{words.api_file}</a> }.into_any())
        >
            <TextField label=words.api_search field=search kind="search"/>
            <Fetched stage=stage_of(all) on_retry=move |()| refresh() rows=6>
                {move || {
                    let looked_for = search.value.get().trim().to_lowercase();
                    let found = all.with(|all| matching(all.ready().map_or(&[], Vec::as_slice), &looked_for));
                    if found.is_empty() {
                        return view! { <p class="row-detail">{words.api_none}</p> }.into_any();
                    }
                    found
                        .chunk_by(|one, next| one.area == next.area)
                        .map(|area| view! { <Area area=area.to_vec()/> })
                        .collect_view()
                        .into_any()
                }}
            </Fetched>
        </SettingsPage>
    }
    .into_any()
}

async fn read() -> Result<Vec<Operation>, Failure> {
    let request = Request {
        method: "GET",
        url: FILE.to_owned(),
        headers: Vec::new(),
        body: None,
    };
    let answer = fetch::send(request).await?;
    let document: Value = serde_json::from_str(&answer.text).map_err(|_| Failure::Unreadable)?;
    Ok(operations(&document))
}

fn matching(all: &[Operation], looked_for: &str) -> Vec<Operation> {
    let fits = |operation: &&Operation| {
        operation.path.to_lowercase().contains(looked_for)
            || operation.summary.to_lowercase().contains(looked_for)
            || operation.description.to_lowercase().contains(looked_for)
    };
    all.iter().filter(fits).cloned().collect()
}

#[component]
fn Area(area: Vec<Operation>) -> AnyView {
    let name = area.first().map(|first| first.area.clone()).unwrap_or_default();
    view! {
        <section class="api-area">
            <h3>{name}</h3>
            {area.into_iter().map(|operation| view! { <Entry operation/> }).collect_view()}
        </section>
    }
    .into_any()
}

/// Built when it is opened: there are more than a hundred.
#[component]
fn Entry(operation: Operation) -> AnyView {
    let is_open = RwSignal::new(false);
    let (method, path, summary) = (
        operation.method,
        operation.path.clone(),
        operation.summary.clone(),
    );
    let of = StoredValue::new(operation);
    view! {
        <details class="api-entry" on:toggle=move |_| is_open.set(true)>
            <summary>
                <code class=format!("api-method api-method-{}", method.to_lowercase())>{method}</code>
                <code class="api-path">{path}</code>
                <span class="row-detail">{summary}</span>
            </summary>
            {move || is_open.get().then(|| view! { <Opened operation=of.get_value()/> })}
        </details>
    }
    .into_any()
}

#[component]
fn Opened(operation: Operation) -> AnyView {
    let words = use_texts().hooks();
    let access = access_words(&operation, words);
    let parameters = (!operation.parameters.is_empty()).then(|| {
        let rows = operation
            .parameters
            .clone()
            .into_iter()
            .map(|given| view! { <ParameterRow given/> });
        view! { <h4>{words.api_parameters}</h4><ul class="api-facts">{rows.collect_view()}</ul> }
    });
    let body = operation.body.clone().map(|body| {
        view! {
            <h4>{words.api_body}" "<code>{body.content_type}</code></h4>
            <pre tabindex="0">{body.outline}</pre>
        }
    });
    let answers = operation
        .answers
        .clone()
        .into_iter()
        .map(|answer| view! { <AnswerRow answer/> });
    let can_try = !operation.is_twilios;
    view! {
        <div class="api-opened">
            {(!operation.description.is_empty()).then(|| view! { <p>{operation.description.clone()}</p> })}
            <p class="row-detail">{words.api_access}" : "{access}</p>
            {parameters}
            {body}
            <h4>{words.api_answers}</h4>
            <ul class="api-facts">{answers.collect_view()}</ul>
            {can_try.then(|| view! { <TryIt operation/> })}
        </div>
    }
    .into_any()
}

fn access_words(operation: &Operation, words: &'static HookTexts) -> String {
    match operation.roles.as_slice() {
        [] if operation.is_twilios => words.api_twilio.to_owned(),
        [] => words.api_open.to_owned(),
        roles => roles.join(", "),
    }
}

#[component]
fn ParameterRow(given: Parameter) -> AnyView {
    let words = use_texts().hooks();
    view! {
        <li>
            <code>{given.name}</code>
            " "
            <span class="row-detail">
                {given.place}", "{given.kind}
                {given.required.then(|| format!(", {}", words.api_required))}
            </span>
            {(!given.description.is_empty()).then(|| view! { <p class="row-detail">{given.description}</p> })}
        </li>
    }
    .into_any()
}

#[component]
fn AnswerRow(answer: Answer) -> AnyView {
    view! {
        <li>
            <code>{answer.status}</code>
            " "
            <span class="row-detail">{answer.description}</span>
            {answer.outline.map(|outline| view! { <pre tabindex="0">{outline}</pre> })}
        </li>
    }
    .into_any()
}
