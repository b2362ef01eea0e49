//! Sending one of the described requests with the person's own session, and the same as a line for a terminal.

use leptos::prelude::*;
use serde_json::Value;

use super::api_document::{Operation, pretty};
use crate::platform::fetch::{self, Request};
use crate::platform::page;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::field::Field;
use crate::ui::text_area::TextArea;

#[component]
pub fn TryIt(operation: Operation) -> AnyView {
    let (words, language) = (use_texts().hooks(), use_preferences().language_untracked());
    let Operation {
        method,
        path,
        parameters,
        body,
        ..
    } = operation;
    let fields: Vec<(String, String, Field)> = parameters
        .into_iter()
        .map(|given| (given.name, given.place, Field::new("", |_| None)))
        .collect();
    let json = body.filter(|body| body.content_type == "application/json");
    let is_json = json.is_some();
    let body = Field::new(json.map(|json| json.sample).unwrap_or_default(), |_| None);
    let values = StoredValue::new(fields.clone());
    let address = Signal::derive(move || values.with_value(|fields| address(&path, fields)));
    let answer = RwSignal::new(None::<(Option<u16>, String)>);
    let busy = RwSignal::new(false);
    let send = move |()| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let mut headers = vec![("accept-language", language.as_str().to_owned())];
        if is_json {
            headers.push(("content-type", "application/json".to_owned()));
        }
        let request = Request {
            method,
            url: address.get_untracked(),
            headers,
            body: is_json.then(|| body.value.get_untracked()),
        };
        leptos::task::spawn_local(async move {
            let got = match fetch::send(request).await {
                Ok(got) => {
                    let text =
                        serde_json::from_str::<Value>(&got.text).map_or(got.text, |json| pretty(&json));
                    (Some(got.status), text)
                }
                Err(_) => (None, words.api_unreachable.to_owned()),
            };
            // The entry may be closed by now.
            if busy.try_set(false).is_none() {
                answer.set(Some(got));
            }
        });
    };
    let line = Signal::derive(move || curl(method, &address.get(), is_json.then(|| body.value.get())));
    let inputs = fields
        .into_iter()
        .filter(|(_, place, _)| place != "header")
        .map(|(name, _, field)| view! { <ParameterField name field/> });
    view! {
        <h4>{words.api_try}</h4>
        <div class="api-inputs">{inputs.collect_view()}</div>
        {is_json.then(|| view! { <TextArea label=words.api_body field=body rows=6 exact=true/> })}
        <pre class="api-curl" tabindex="0">{line}</pre>
        <div><Button label=words.api_send kind=ButtonKind::Primary busy on_press=send/></div>
        <div aria-live="polite">
            {move || answer.get().map(|(status, text)| view! {
                <h4>{words.api_answer}" "{status.map(|status| view! { <code>{status}</code> })}</h4>
                <pre tabindex="0">{text}</pre>
            })}
        </div>
    }
    .into_any()
}

/// The names of parameters are the API's, not a text of ours.
#[component]
fn ParameterField(name: String, field: Field) -> AnyView {
    view! {
        <label class="api-input">
            <code>{name}</code>
            <input
                type="text"
                class="exact"
                autocomplete="off"
                spellcheck="false"
                prop:value=field.value
                on:input:target=move |event| field.type_in(event.target().value())
            />
        </label>
    }
    .into_any()
}

fn address(path: &str, fields: &[(String, String, Field)]) -> String {
    let mut address = path.to_owned();
    let mut query = Vec::new();
    for (name, place, field) in fields {
        let value = page::encoded(field.value.get().trim());
        match place.as_str() {
            "path" if !value.is_empty() => address = address.replace(&format!("{{{name}}}"), &value),
            "query" if !value.is_empty() => query.push(format!("{name}={value}")),
            _ => {}
        }
    }
    if !query.is_empty() {
        address = format!("{address}?{}", query.join("&"));
    }
    address
}

fn curl(method: &str, address: &str, body: Option<String>) -> String {
    let mut line = format!(
        "curl -X {method} '{}{address}' \\\n  -H \"Authorization: Bearer $EDGELINE_TOKEN\"",
        page::origin()
    );
    if let Some(body) = body {
        let body = body.replace('\'', "'\\''");
        line.push_str(&format!(
            " \\\n  -H 'Content-Type: application/json' \\\n  -d '{body}'"
        ));
    }
    line
}
