//! The OpenAPI file as a witness: every answer of every story is one that it announces, and fits its schema.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::Validator;
use serde_json::{Value, json};

use super::site::Answer;

struct Described {
    document: Value,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

static DESCRIBED: LazyLock<Described> = LazyLock::new(|| Described {
    document: server::openapi::document(&server::web::routes().table),
    validators: Mutex::default(),
});

/// Panics when the file does not announce this answer. Paths that are no routes are not in it.
pub fn check(method: &str, path: &str, answer: &Answer) {
    let path = path.split('?').next().unwrap_or_default();
    let Some((template, operations)) = DESCRIBED.route(path) else {
        return;
    };
    let Some(operation) = operations.get(method.to_lowercase()) else {
        return;
    };
    let what = format!("{method} {template} with status {}", answer.status);
    let status = answer.status.to_string();
    let Some(response) = operation["responses"].get(&status) else {
        panic!("the OpenAPI file does not announce {what}: {}", answer.text());
    };
    let content_type = answer.header("content-type").unwrap_or_default();
    let content_type = content_type.split(';').next().unwrap_or_default();
    let announced = response["content"].as_object();
    let Some(announced) = announced else {
        assert!(answer.body.is_empty(), "{what} has a body: {}", answer.text());
        return;
    };
    let Some(media) = announced.get(content_type).or_else(|| announced.get("*/*")) else {
        panic!("the OpenAPI file does not announce {content_type:?} of {what}");
    };
    if content_type != "application/json" {
        return;
    }
    let body: Value = answer.json();
    let validator = DESCRIBED.validator(&what, &media["schema"]);
    let errors: Vec<_> = validator
        .iter_errors(&body)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(
        errors.is_empty(),
        "{what} is not as described: {errors:#?}\n{body:#}"
    );
    if let Some(codes) = response["x-problem-codes"].as_array() {
        assert!(
            codes.contains(&body["code"]),
            "{what} is not announced with the code {}",
            body["code"]
        );
    }
}

impl Described {
    /// A path without a placeholder wins, as in the router.
    fn route(&self, path: &str) -> Option<(&String, &Value)> {
        let paths = self.document["paths"].as_object()?;
        paths
            .get_key_value(path)
            .or_else(|| paths.iter().find(|(template, _)| fits(template, path)))
    }

    fn validator(&self, what: &str, schema: &Value) -> Arc<Validator> {
        let mut validators = self.validators.lock().unwrap();
        let made = validators.entry(what.to_owned()).or_insert_with(|| {
            let whole = json!({"allOf": [schema], "components": self.document["components"]});
            Arc::new(jsonschema::validator_for(&whole).unwrap())
        });
        Arc::clone(made)
    }
}

fn fits(template: &str, path: &str) -> bool {
    if let Some(start) = template.strip_suffix("{link}") {
        return path.len() > start.len() && path.starts_with(start);
    }
    let (template, path) = (template.split('/'), path.split('/'));
    template.clone().count() == path.clone().count()
        && template.zip(path).all(|(part, given)| match part {
            "{id}" => !given.is_empty(),
            fixed => fixed == given,
        })
}
