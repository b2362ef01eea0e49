//! The OpenAPI file: every route is in it, and it is the one that the deployment serves. That each answer is as it says is
//! looked at in every story (`world/described.rs`).

use std::path::Path;

use contract::Method;
use domain::role::Access;
use serde_json::Value;

/// The file that is deployed beside the panel.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");

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
    let made = format!("{:#}\n", document());
    if std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always") {
        std::fs::write(FILE, &made).unwrap();
    }
    let kept = std::fs::read_to_string(Path::new(FILE)).unwrap_or_default();
    assert!(
        kept == made,
        "docs/openapi.json is not what the routes make: INSTA_UPDATE=always cargo test -p edgeline-tests --lib openapi"
    );
}
