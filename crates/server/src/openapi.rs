//! The OpenAPI 3.1 file (<https://spec.openapis.org/oas/v3.1.1>), made of the table of routes: what a handler takes and
//! gives is what its endpoint's types say. Only for the developer's machine; the Worker serves the finished file.
#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value answers null for what is absent, and no Worker runs this"
)]

mod guide;
mod operation;
mod problems;
mod schemas;

use serde_json::{Map, Value, json};

use crate::web::Route;
pub use guide::{guide, sample};
pub use operation::operation;
pub use schemas::Schemas;

const TITLE: &str = "Edgeline";
const INTRODUCTION: &str = "Messages, calls, campaigns and appointments on a company’s own Twilio numbers.\n\n\
    Times are RFC 3339 in UTC with milliseconds. Telephone numbers leave the API in E.164 and may come in national form. \
    Every error is a `Problem`: `code` is stable, `error` is a sentence in the language of `Accept-Language` (fr, en). \
    Lists take `limit` (at most 200) and `cursor`. Whatever sends takes an `Idempotency-Key`: the same key within 24 hours \
    answers the first result again and sends nothing.";

/// The whole file. The same table gives the same text.
pub fn document(table: &[Route]) -> Value {
    let mut schemas = Schemas::new();
    let problem = schemas.answer::<contract::Problem>();
    let mut paths = Map::new();
    let mut areas: Vec<String> = Vec::new();
    for route in table {
        let described = (route.describe)(&mut schemas);
        if let Some(area) = described["tags"][0].as_str()
            && !areas.iter().any(|known| known == area)
        {
            areas.push(area.to_owned());
        }
        let path = route.path.replace("{*", "{");
        let methods = paths.entry(path).or_insert_with(|| json!({}));
        methods[route.method.as_str().to_lowercase()] = described;
    }
    areas.sort_unstable();
    let mut document = json!({
        "openapi": "3.1.1",
        "info": {
            "title": TITLE,
            "version": env!("CARGO_PKG_VERSION"),
            "description": INTRODUCTION,
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"}
        },
        "servers": [{"url": "/"}],
        "tags": areas.iter().map(|area| json!({"name": area})).collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "schemas": {},
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An API token of the settings. The roles that an operation names are the least role \
                        and, for a token that is limited, the scope."
                },
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": crate::access::session_cookie::NAME,
                    "description": "A signed-in browser. What changes something also needs our own `Origin`."
                },
                "twilio": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "X-Twilio-Signature",
                    "description": "https://www.twilio.com/docs/usage/webhooks/webhooks-security"
                }
            }
        }
    });
    debug_assert_eq!(problem["$ref"], "#/components/schemas/Problem");
    schemas.finish(&mut document);
    document
}
