//! The OpenAPI file: every route is in it, and it is the one that the deployment serves. That each answer is as it says is
//! looked at in every story (`world/described.rs`).

use std::path::Path;

use contract::Method;
use domain::role::Access;
use serde_json::{Value, json};

/// The file that is deployed beside the panel.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
const GUIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/api.md");

fn document() -> Value {
    server::openapi::document(&server::web::routes().table)
}

#[test]
fn every_route_is_in_the_file_with_who_may_call_it() {
    let document = document();
    let mut operations = 0;
    for route in server::web::routes().table {
        let what = format!("{} {}", route.method.as_str(), route.path);
        let path = &document["paths"][route.path.replace("{*", "{")];
        let operation = &path[route.method.as_str().to_lowercase()];
        assert!(operation.is_object(), "{what} is missing");
        let security = &operation["security"];
        match route.access {
            Access::Open => assert_eq!(security.as_array().map(Vec::len), Some(0), "{what}"),
            Access::TwilioSigned => assert!(security[0]["twilio"].is_array(), "{what}"),
            Access::AtLeast(role) => {
                assert_eq!(security[0]["token"][0], role.as_str(), "{what}");
                let scope = route.scope.map(|scope| Value::from(scope.as_str()));
                assert_eq!(security[0]["token"].get(1), scope.as_ref(), "{what}");
            }
        }
        if route.path.contains('{') {
            assert_eq!(operation["parameters"][0]["in"], "path", "{what}");
        }
        if matches!(route.method, Method::Get) {
            assert!(operation.get("requestBody").is_none(), "{what} takes a body");
        }
        operations += 1;
    }
    let paths = document["paths"].as_object().unwrap();
    let listed: usize = paths.values().map(|path| path.as_object().unwrap().len()).sum();
    assert_eq!(listed, operations, "an operation is in the file and in no route");
}

#[test]
fn every_reference_of_the_file_leads_somewhere() {
    fn look(document: &Value, value: &Value) {
        match value {
            Value::Object(object) => {
                if let Some(Value::String(reference)) = object.get("$ref") {
                    let pointer = reference.strip_prefix('#').unwrap();
                    assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
                }
                object.values().for_each(|inner| look(document, inner));
            }
            Value::Array(items) => items.iter().for_each(|inner| look(document, inner)),
            _ => {}
        }
    }
    let document = document();
    look(&document, &document);
}

#[test]
fn the_file_that_is_served_is_the_one_that_the_routes_make() {
    is_kept(FILE, &format!("{:#}\n", document()));
}

#[test]
fn the_guide_is_the_one_that_the_routes_make() {
    let guide = server::openapi::guide(&document());
    for route in server::web::routes().table {
        let heading = format!(
            "### {} {}\n",
            route.method.as_str(),
            route.path.replace("{*", "{")
        );
        assert_eq!(guide.matches(&heading).count(), 1, "{heading}");
    }
    is_kept(GUIDE, &guide);
}

/// The bodies of the guide's lines for a terminal are ones that their paths take.
#[test]
fn every_sample_of_the_guide_fits_its_schema() {
    let document = document();
    let operations = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().iter();
            methods.map(move |(method, operation)| (format!("{method} {path}"), operation))
        });
    for (what, operation) in operations {
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        if schema.is_null() {
            continue;
        }
        let whole = json!({"allOf": [schema], "components": document["components"]});
        let sample = server::openapi::sample(&document, schema, 0);
        let validator = jsonschema::validator_for(&whole).unwrap();
        let errors: Vec<_> = validator
            .iter_errors(&sample)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{what}: {errors:?} in {sample}");
    }
}

fn is_kept(file: &str, made: &str) {
    if std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always") {
        std::fs::write(file, made).unwrap();
    }
    let kept = std::fs::read_to_string(Path::new(file)).unwrap_or_default();
    assert!(
        kept == made,
        "{file} is not what the routes make: INSTA_UPDATE=always cargo test -p edgeline-tests --lib openapi"
    );
}
