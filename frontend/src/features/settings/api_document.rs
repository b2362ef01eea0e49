//! The OpenAPI file, as far as a person reads it.

use serde_json::{Value, json};

/// How deep an outline follows what a type is made of.
const DEEPEST: u32 = 3;
const METHODS: [(&str, &str); 4] = [
    ("get", "GET"),
    ("post", "POST"),
    ("patch", "PATCH"),
    ("delete", "DELETE"),
];

#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    pub method: &'static str,
    pub path: String,
    pub area: String,
    pub summary: String,
    pub description: String,
    /// The least role, and the scope of a limited token; none when it is open or Twilio's.
    pub roles: Vec<String>,
    pub is_twilios: bool,
    pub parameters: Vec<Parameter>,
    pub body: Option<Body>,
    pub answers: Vec<Answer>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    pub name: String,
    /// `path`, `query` or `header`.
    pub place: String,
    pub required: bool,
    pub description: String,
    pub kind: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    pub content_type: String,
    pub outline: String,
    /// What a try begins with.
    pub sample: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub status: String,
    pub description: String,
    pub outline: Option<String>,
}

/// Every operation, by area and path.
pub fn operations(document: &Value) -> Vec<Operation> {
    let paths = document.get("paths").and_then(Value::as_object);
    let mut all: Vec<Operation> = paths
        .into_iter()
        .flatten()
        .flat_map(|(path, item)| {
            METHODS
                .iter()
                .filter_map(move |names| operation(document, path, item, *names))
        })
        .collect();
    all.sort_by(|one, other| (&one.area, &one.path).cmp(&(&other.area, &other.path)));
    all
}

fn operation(
    document: &Value,
    path: &str,
    item: &Value,
    (key, method): (&str, &'static str),
) -> Option<Operation> {
    let found = item.get(key)?;
    let roles = found.pointer("/security/0/token").and_then(Value::as_array);
    Some(Operation {
        method,
        path: path.to_owned(),
        area: text(found.pointer("/tags/0")),
        summary: text(found.get("summary")),
        description: text(found.get("description")),
        roles: roles.into_iter().flatten().map(|role| text(Some(role))).collect(),
        is_twilios: found.pointer("/security/0/twilio").is_some(),
        parameters: items(found.get("parameters"))
            .map(|given| parameter(document, given))
            .collect(),
        body: found.pointer("/requestBody/content").and_then(|content| {
            let (content_type, media) = content.as_object()?.iter().next()?;
            let schema = media.get("schema")?;
            Some(Body {
                content_type: content_type.clone(),
                outline: outline(document, schema),
                sample: pretty(&sample(document, schema, 0)),
            })
        }),
        answers: found
            .get("responses")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .map(|(status, answer)| Answer {
                status: status.clone(),
                description: text(answer.get("description")),
                // Every problem has one shape, and says so in its description.
                outline: answer
                    .pointer("/content/application~1json/schema")
                    .filter(|_| status.starts_with('2'))
                    .map(|schema| outline(document, schema)),
            })
            .collect(),
    })
}

fn parameter(document: &Value, given: &Value) -> Parameter {
    let schema = given.get("schema").unwrap_or(&Value::Null);
    Parameter {
        name: text(given.get("name")),
        place: text(given.get("in")),
        required: given.get("required").and_then(Value::as_bool).unwrap_or_default(),
        description: text(given.get("description")),
        kind: kind(document, schema),
    }
}

fn text(value: Option<&Value>) -> String {
    value.and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn items(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let pointer = schema
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|name| name.strip_prefix('#'));
    pointer
        .and_then(|pointer| document.pointer(pointer))
        .unwrap_or(schema)
}

/// In a word or a few: `string`, `"sms" | "mms"`.
fn kind(document: &Value, schema: &Value) -> String {
    let schema = resolved(document, schema);
    let words: Vec<String> = items(schema.get("enum"))
        .chain(items(schema.get("oneOf")).filter_map(|choice| choice.get("const")))
        .map(ToString::to_string)
        .collect();
    if !words.is_empty() {
        return words.join(" | ");
    }
    match schema.get("type") {
        Some(Value::Array(kinds)) => kinds
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(" | "),
        Some(Value::String(kind)) => schema
            .get("format")
            .and_then(Value::as_str)
            .filter(|format| *format == "date-time" || *format == "date")
            .map_or_else(|| kind.clone(), ToOwned::to_owned),
        _ => items(schema.get("anyOf"))
            .map(|choice| kind(document, choice))
            .collect::<Vec<_>>()
            .join(" | "),
    }
}

/// What it looks like: names with their kinds, indented.
fn outline(document: &Value, schema: &Value) -> String {
    let mut lines = String::new();
    write(document, schema, 0, &mut lines);
    lines
}

fn write(document: &Value, schema: &Value, depth: u32, lines: &mut String) {
    let schema = resolved(document, schema);
    let pad = "  ".repeat(depth as usize);
    if let Some(element) = schema.get("items").filter(|_| depth <= DEEPEST) {
        lines.push_str("[ ");
        write(document, element, depth, lines);
        lines.push_str(" ]");
        return;
    }
    let Some(properties) = schema
        .get("properties")
        .and_then(Value::as_object)
        .filter(|_| depth <= DEEPEST)
    else {
        let one = items(schema.get("anyOf")).find(|choice| choice.get("$ref").is_some());
        match one.filter(|_| depth <= DEEPEST) {
            Some(one) => {
                write(document, one, depth, lines);
                lines.push_str(" | null");
            }
            None => lines.push_str(&kind(document, schema)),
        }
        return;
    };
    let required: Vec<&str> = items(schema.get("required")).filter_map(Value::as_str).collect();
    lines.push_str("{\n");
    for (name, property) in properties {
        let mark = if required.contains(&name.as_str()) {
            ""
        } else {
            "?"
        };
        lines.push_str(&format!("{pad}  {name}{mark}: "));
        write(document, property, depth + 1, lines);
        lines.push('\n');
    }
    lines.push_str(&format!("{pad}}}"));
}

/// Every required field, with something to write over.
fn sample(document: &Value, schema: &Value, depth: u32) -> Value {
    let schema = resolved(document, schema);
    if let Some(example) = items(schema.get("examples")).next() {
        return example.clone();
    }
    if let Some(word) = items(schema.get("enum")).next() {
        return word.clone();
    }
    if let Some(word) = items(schema.get("oneOf")).find_map(|choice| choice.get("const")) {
        return word.clone();
    }
    let kind = match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.first().and_then(Value::as_str),
        kind => kind.and_then(Value::as_str),
    };
    match kind {
        Some("object") if depth <= DEEPEST => {
            let required: Vec<&str> = items(schema.get("required")).filter_map(Value::as_str).collect();
            let properties = schema.get("properties").and_then(Value::as_object);
            let wanted = properties
                .into_iter()
                .flatten()
                // Where everything may be absent, texts that are empty by default are what it is about.
                .filter(|(name, property)| {
                    required.contains(&name.as_str()) || property.get("default") == Some(&json!(""))
                })
                .map(|(name, property)| (name.clone(), sample(document, property, depth + 1)));
            Value::Object(wanted.collect())
        }
        Some("array") => json!([]),
        Some("integer" | "number") => json!(0),
        Some("boolean") => json!(false),
        Some("string") => json!(""),
        _ => json!({}),
    }
}

pub fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
