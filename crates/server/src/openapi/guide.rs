//! `docs/api.md`: the file in words, with a line for a terminal for every path.

use std::fmt::Write;

use serde_json::{Value, json};

const PREFACE: &str = include_str!("guide.md");

/// The whole page, made of the document.
pub fn guide(document: &Value) -> String {
    let mut page = PREFACE.to_owned();
    let areas = document["tags"].as_array().into_iter().flatten();
    for area in areas.filter_map(|tag| tag["name"].as_str()) {
        // Writing into a text does not fail.
        let _ = writeln!(page, "\n## {}", heading(area));
        for (path, methods) in document["paths"].as_object().into_iter().flatten() {
            for (method, operation) in methods.as_object().into_iter().flatten() {
                if operation["tags"][0] == area {
                    page.push_str(&entry(document, path, &method.to_uppercase(), operation));
                }
            }
        }
    }
    page
}

fn heading(area: &str) -> String {
    let mut letters = area.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + &letters.as_str().replace('_', " ")
}

fn entry(document: &Value, path: &str, method: &str, operation: &Value) -> String {
    let description = operation["description"].as_str().unwrap_or_default();
    let mut text = format!("\n### {method} {path}\n\n");
    if !description.is_empty() {
        let _ = writeln!(text, "{}\n", description.replace("[`", "`").replace("`]", "`"));
    }
    let _ = writeln!(
        text,
        "For: {}. Answers: {}.\n",
        access(operation),
        answers(operation)
    );
    let _ = writeln!(text, "```sh\n{}\n```", curl(document, path, method, operation));
    text
}

fn access(operation: &Value) -> String {
    let security = &operation["security"][0];
    if security["twilio"].is_array() {
        return "Twilio, by its signature".to_owned();
    }
    match security["token"].as_array().map(Vec::as_slice) {
        None | Some([]) => "anybody".to_owned(),
        Some([role]) => format!("`{}`", role.as_str().unwrap_or_default()),
        Some([role, scope, ..]) => format!(
            "`{}`, scope `{}`",
            role.as_str().unwrap_or_default(),
            scope.as_str().unwrap_or_default()
        ),
    }
}

/// Successes, and the codes that are its own; what everything may answer is said once, above.
fn answers(operation: &Value) -> String {
    let responses = operation["responses"].as_object();
    let listed: Vec<_> = responses
        .into_iter()
        .flatten()
        .filter_map(|(status, response)| match response["description"].as_str() {
            Some(codes) if codes.starts_with('`') => {
                let own: Vec<_> = codes.split(", ").filter(|code| !is_everywhere(code)).collect();
                (!own.is_empty()).then(|| format!("{status} ({})", own.join(", ")))
            }
            _ => Some(status.clone()),
        })
        .collect();
    listed.join(", ")
}

fn is_everywhere(code: &str) -> bool {
    [
        "`malformed_request`",
        "`not_signed_in`",
        "`forbidden`",
        "`scope_missing`",
        "`foreign_origin`",
        "`no_company`",
        "`too_large`",
        "`wrong_content_type`",
        "`internal`",
        "`storage_unavailable`",
        "`not_configured`",
    ]
    .contains(&code)
}

fn curl(document: &Value, path: &str, method: &str, operation: &Value) -> String {
    let mut line = match method {
        "GET" => format!("curl \"$EDGELINE{path}\""),
        _ => format!("curl -X {method} \"$EDGELINE{path}\""),
    };
    if operation["security"][0]["token"].is_array() {
        line.push_str(" -H \"Authorization: Bearer $EDGELINE_TOKEN\"");
    }
    let content = operation["requestBody"]["content"].as_object();
    if let Some((kind, media)) = content.and_then(|content| content.iter().next()) {
        match kind.as_str() {
            "application/json" => {
                let body = sample(document, &media["schema"], 0)
                    .to_string()
                    .replace('\'', "’");
                let _ = write!(line, " \\\n  -H 'Content-Type: application/json' -d '{body}'");
            }
            "multipart/form-data" => {
                line.push_str(" \\\n  -F to=+33612345678 -F body='Voici' -F media=@picture.jpg");
            }
            "*/*" => {
                line.push_str(" \\\n  -H 'Content-Type: image/jpeg' --data-binary @picture.jpg");
            }
            _ => {
                let form = " \\\n  -H \"X-Twilio-Signature: …\" -d 'MessageSid=SM…' -d 'From=+33612345678'";
                line.push_str(form);
            }
        }
    }
    line
}

/// A body that the schema allows: what is required, and the texts that may not stay empty.
pub fn sample(document: &Value, schema: &Value, depth: u32) -> Value {
    let pointer = schema["$ref"].as_str().and_then(|name| name.strip_prefix('#'));
    let schema = pointer
        .and_then(|pointer| document.pointer(pointer))
        .unwrap_or(schema);
    let first = |key: &str| schema[key].as_array().and_then(|items| items.first()).cloned();
    if let Some(example) = first("examples").or_else(|| first("enum")) {
        return example;
    }
    if let Some(choice) = first("oneOf").or_else(|| first("anyOf")) {
        return choice
            .get("const")
            .cloned()
            .unwrap_or_else(|| sample(document, &choice, depth));
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str());
    match kind {
        Some("object") if depth < 3 => {
            let is_required = |name: &str| {
                schema["required"]
                    .as_array()
                    .is_some_and(|names| names.contains(&json!(name)))
            };
            let fields = schema["properties"].as_object().into_iter().flatten();
            let fields = fields
                .filter(|(name, field)| is_required(name) || field["default"] == "")
                .map(|(name, field)| {
                    (
                        name.clone(),
                        named(name).unwrap_or_else(|| sample(document, field, depth + 1)),
                    )
                });
            Value::Object(fields.collect())
        }
        Some("array") => match &schema["items"] {
            Value::Null => json!([]),
            items => json!([sample(document, items, depth + 1)]),
        },
        Some("integer" | "number") => json!(schema["minimum"].as_i64().unwrap_or(1).max(1)),
        Some("boolean") => json!(true),
        Some("string")
            if schema["pattern"]
                .as_str()
                .is_some_and(|pattern| pattern.contains("{26}")) =>
        {
            json!("01jd0000000000000000000000")
        }
        _ => json!("…"),
    }
}

/// What a field of this name usually carries.
fn named(name: &str) -> Option<Value> {
    Some(match name {
        "to" | "phone" | "phone_number" | "number" => json!("+33612345678"),
        "body" | "message" | "content" => json!("Bonjour"),
        "email" => json!("lea@example.com"),
        "url" => json!("https://hooks.example.com/edgeline"),
        "starts_at" => json!("2026-01-31T14:30"),
        "confirm" => json!("CLEAR"),
        _ => return None,
    })
}
