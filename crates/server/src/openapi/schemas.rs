//! The schemas that operations refer to. A type is read more generously than it is written (what may be absent, other
//! names), so one that goes both ways may have two.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

const WRITTEN: &str = "#/components/schemas/";
/// Where those that are read stand until all are known.
const READ: &str = "#/components/read/";

pub struct Schemas {
    written: SchemaGenerator,
    read: SchemaGenerator,
}

impl Schemas {
    pub(super) fn new() -> Self {
        let settings = |path: &'static str| {
            SchemaSettings::draft2020_12().with(|settings| {
                settings.definitions_path = path.into();
                settings.meta_schema = None;
            })
        };
        Self {
            written: settings("/components/schemas").for_serialize().into_generator(),
            read: settings("/components/read").for_deserialize().into_generator(),
        }
    }

    pub(super) fn answer<T: JsonSchema>(&mut self) -> Value {
        self.written.subschema_for::<T>().to_value()
    }

    pub(super) fn body<T: JsonSchema>(&mut self) -> Value {
        self.read.subschema_for::<T>().to_value()
    }

    /// The parameters of a query.
    pub(super) fn query<T: JsonSchema>(&mut self) -> Vec<Value> {
        let schema = self.body::<T>();
        let schema = self.resolved(&schema);
        let required = names(&schema, "required");
        let properties = schema["properties"].as_object().cloned().unwrap_or_default();
        properties
            .into_iter()
            .map(|(name, mut schema)| {
                let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
                let mut parameter = json!({
                    "name": name, "in": "query", "required": required.contains(&name), "schema": without_null(schema)
                });
                if let Some(description) = description {
                    parameter["description"] = description;
                }
                parameter
            })
            .collect()
    }

    /// Whether nothing can stand in it: `Nothing`.
    pub(super) fn is_empty(&self, schema: &Value) -> bool {
        is_nothing(&self.resolved(schema))
    }

    pub(super) fn is_empty_answer(&self, schema: &Value) -> bool {
        let known = self.written.definitions();
        is_nothing(
            name_of(schema, WRITTEN)
                .and_then(|name| known.get(name))
                .unwrap_or(schema),
        )
    }

    pub(super) fn required(&self, body: &Value) -> Vec<String> {
        names(&self.resolved(body), "required")
    }

    fn resolved(&self, schema: &Value) -> Value {
        let known = self.read.definitions();
        name_of(schema, READ)
            .and_then(|name| known.get(name))
            .unwrap_or(schema)
            .clone()
    }

    /// Puts those that the document refers to into it.
    pub(super) fn finish(mut self, document: &mut Value) {
        let written = self.written.take_definitions(true);
        let read = self.read.take_definitions(true);
        let twofold = twofold(&written, &read);
        let rename = |name: &str| {
            if twofold.contains(name) {
                format!("{WRITTEN}{name}Input")
            } else {
                format!("{WRITTEN}{name}")
            }
        };
        let mut all: BTreeMap<String, Value> = read
            .into_iter()
            .map(|(name, schema)| match twofold.contains(&name) {
                true => (format!("{name}Input"), schema),
                false => (name, schema),
            })
            .collect();
        all.extend(written);
        all.values_mut().for_each(|schema| tidy(schema, &rename));
        tidy(document, &rename);

        let mut needed = BTreeSet::new();
        let mut open = references(document);
        while let Some(name) = open.pop() {
            if let Some(schema) = all.get(&name)
                && needed.insert(name)
            {
                open.extend(references(schema));
            }
        }
        all.retain(|name, _| needed.contains(name));
        document["components"]["schemas"] = json!(all);
    }
}

/// Names of types that are read otherwise than they are written, by themselves or by what is in them.
fn twofold(written: &Map<String, Value>, read: &Map<String, Value>) -> BTreeSet<String> {
    let both = || read.iter().filter(|(name, _)| written.contains_key(*name));
    let mut twofold: BTreeSet<String> = both()
        .filter(|(name, schema)| {
            written.get(*name).map(Value::to_string) != Some(schema.to_string().replace(READ, WRITTEN))
        })
        .map(|(name, _)| name.clone())
        .collect();
    loop {
        let more: Vec<String> = both()
            .filter(|(name, _)| !twofold.contains(*name))
            .filter(|(_, schema)| {
                let text = schema.to_string();
                twofold
                    .iter()
                    .any(|inner| text.contains(&format!("\"{READ}{inner}\"")))
            })
            .map(|(name, _)| name.clone())
            .collect();
        if more.is_empty() {
            return twofold;
        }
        twofold.extend(more);
    }
}

/// References get their last names; links of rustdoc become plain code.
fn tidy(value: &mut Value, rename: &impl Fn(&str) -> String) {
    match value {
        Value::Object(object) => {
            if let Some(Value::String(reference)) = object.get_mut("$ref")
                && let Some(name) = reference.strip_prefix(READ)
            {
                *reference = rename(name);
            }
            if let Some(Value::String(description)) = object.get_mut("description") {
                *description = description.replace("[`", "`").replace("`]", "`");
            }
            object.values_mut().for_each(|inner| tidy(inner, rename));
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| tidy(inner, rename)),
        _ => {}
    }
}

fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(object) => {
            let own = name_of(value, WRITTEN).map(str::to_owned);
            own.into_iter()
                .chain(object.values().flat_map(references))
                .collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

fn name_of<'a>(schema: &'a Value, prefix: &str) -> Option<&'a str> {
    schema.get("$ref")?.as_str()?.strip_prefix(prefix)
}

fn names(schema: &Value, key: &str) -> Vec<String> {
    let items = schema[key].as_array().into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn is_nothing(schema: &Value) -> bool {
    schema["type"] == "object"
        && schema.get("properties").is_none()
        && schema.get("additionalProperties").is_none()
}

/// What is absent from a query is absent; nobody writes `null` there.
fn without_null(mut schema: Value) -> Value {
    if let Some(object) = schema.as_object_mut() {
        if object.get("default") == Some(&Value::Null) {
            object.remove("default");
        }
        if let Some(Value::Array(kinds)) = object.get_mut("type") {
            kinds.retain(|kind| kind != "null");
            if let [only] = kinds.as_slice() {
                let only = only.clone();
                object.insert("type".to_owned(), only);
            }
        }
        if let Some(Value::Array(choices)) = object.get_mut("anyOf") {
            choices.retain(|choice| choice != &json!({"type": "null"}));
            if let [only] = choices.as_slice() {
                return only.clone();
            }
        }
    }
    schema
}
