//! One endpoint, as an operation of the file.

use contract::endpoint::Content;
use contract::{Endpoint, Method, ProblemCode};
use domain::role::{Access, Scope};
use serde_json::{Map, Value, json};

use super::problems;
use super::schemas::Schemas;

pub fn operation<E: Endpoint>(schemas: &mut Schemas) -> Value {
    let body = schemas.body::<E::Body>();
    let takes_body = E::TAKES != Content::Json || !schemas.is_empty(&body);
    let mut parameters = path_parameters::<E>(schemas);
    parameters.extend(schemas.query::<E::Query>());
    let is_paged = parameters.iter().any(|parameter| parameter["name"] == "cursor");
    let codes = problems::of::<E>(is_paged);
    if codes.contains(&ProblemCode::IdempotencyKeyReused) {
        parameters.push(json!({
            "name": "Idempotency-Key",
            "in": "header",
            "description": "The same key within 24 hours answers the first result again and sends nothing.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 200}
        }));
    }
    let mut operation = json!({
        "operationId": camel_case(E::NAME),
        "summary": summary(E::NAME),
        "tags": [E::MODULE.rsplit("::").next().unwrap_or_default()],
        "security": security(E::ACCESS, E::SCOPE),
        "parameters": parameters,
        "responses": responses::<E>(schemas, &codes),
    });
    if !E::DOC.trim().is_empty() {
        operation["description"] = json!(E::DOC.trim().replace("\n ", "\n"));
    }
    if takes_body {
        operation["requestBody"] = json!({
            "required": E::TAKES == Content::File || !schemas.required(&body).is_empty(),
            "content": content(E::TAKES, &body),
        });
    }
    operation
}

fn path_parameters<E: Endpoint>(schemas: &mut Schemas) -> Vec<Value> {
    if E::PATH.contains("{id}") {
        vec![json!({"name": "id", "in": "path", "required": true, "schema": schemas.body::<E::Id>()})]
    } else if E::PATH.contains("{*link}") {
        let description = "The rest of the address, with its slashes.";
        vec![json!({
            "name": "link", "in": "path", "required": true, "description": description, "schema": {"type": "string"}
        })]
    } else {
        Vec::new()
    }
}

/// An operation names, for a token, the least role and the scope; Twilio signs; the rest is open.
fn security(access: Access, scope: Option<Scope>) -> Value {
    match access {
        Access::Open => json!([]),
        Access::TwilioSigned => json!([{"twilio": []}]),
        Access::AtLeast(role) => {
            let mut roles = vec![role.as_str()];
            roles.extend(scope.map(Scope::as_str));
            json!([{"token": roles}, {"session": [role.as_str()]}])
        }
    }
}

fn responses<E: Endpoint>(schemas: &mut Schemas, codes: &[ProblemCode]) -> Value {
    let answer = schemas.answer::<E::Answer>();
    let is_empty =
        E::GIVES == Content::Empty || (E::GIVES == Content::Json && schemas.is_empty_answer(&answer));
    let usual: &[u16] = match E::GIVES {
        Content::Socket => &[101],
        Content::Json if is_empty => &[204],
        _ => &[200],
    };
    let statuses = if E::STATUSES.is_empty() {
        usual
    } else {
        E::STATUSES
    };
    let mut responses = Map::new();
    for status in statuses {
        let mut response = json!({"description": meaning(*status)});
        if !is_empty && !matches!(status, 101 | 304) {
            response["content"] = content(E::GIVES, &answer);
        }
        responses.insert(status.to_string(), response);
    }
    for (status, response) in problems::responses(codes) {
        responses.insert(status.to_string(), response);
    }
    Value::Object(responses)
}

const fn meaning(status: u16) -> &'static str {
    match status {
        101 => "The connection is a WebSocket from here on.",
        201 => "It was made.",
        202 => "It was taken in; the work goes on by itself.",
        204 => "Done; there is nothing to say.",
        206 => "The range that was asked for.",
        308 => "It is at the address of `Location`.",
        304 => "Unchanged since the `ETag` that was sent.",
        _ => "Done.",
    }
}

fn content(kind: Content, schema: &Value) -> Value {
    let bytes = json!({"schema": {"type": "string", "contentMediaType": "application/octet-stream"}});
    let text = json!({"schema": {"type": "string"}});
    match kind {
        Content::Json => json!({"application/json": {"schema": schema}}),
        Content::Form => json!({"application/x-www-form-urlencoded": {
            "schema": {"type": "object", "additionalProperties": {"type": "string"}}
        }}),
        Content::Multipart => json!({"multipart/form-data": {"schema": schema}}),
        Content::File => json!({"*/*": bytes}),
        Content::Csv => json!({"text/csv": text}),
        Content::AddressBook => json!({"text/csv": text, "text/vcard": text}),
        Content::Twiml => json!({"text/xml": text}),
        Content::Empty | Content::Socket => json!({}),
    }
}

fn camel_case(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// `ListContacts` → `List contacts`.
fn summary(name: &str) -> String {
    let mut words = String::new();
    for (place, letter) in name.char_indices() {
        if letter.is_uppercase() && place > 0 {
            words.push(' ');
            words.extend(letter.to_lowercase());
        } else {
            words.push(letter);
        }
    }
    words
}

/// Whether a page of another site may not call it.
pub(super) const fn changes(method: Method) -> bool {
    !matches!(method, Method::Get)
}
