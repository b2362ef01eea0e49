//! Is all well? `GET /healthz` for the deployment; for each Twilio account, whether its webhooks lead here.

pub mod found;
pub mod lines;
pub mod overview;
pub mod points;
pub mod probe;
pub mod store;
pub mod watch;
pub mod wiring;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use contract::config::GetOpenapi;
use contract::health::{Health, Healthz};
use contract::lines::{CheckLine, ConfigureLine, GetHealth, ProbeLine};
use http::header::LOCATION;
use http::{HeaderValue, StatusCode};

use crate::ports::database::Statement;
use crate::web::{Answer, Routes};
use crate::{App, Failure};

pub fn routes(routes: Routes) -> Routes {
    routes
        .raw::<Healthz, _, _>(healthz)
        .raw::<GetOpenapi, _, _>(openapi)
        .call::<GetHealth, _, _>(overview::get)
        .call::<ProbeLine, _, _>(probe::prepare)
        .call::<CheckLine, _, _>(lines::check)
        .call::<ConfigureLine, _, _>(lines::configure)
}

async fn healthz(app: Arc<App>, _: Request, _: Option<String>) -> Result<Response, Failure> {
    app.database
        .query(Statement::new(
            "SELECT count(*) AS companies FROM (SELECT 1 FROM companies LIMIT 1)",
        ))
        .await?;
    Ok(Answer::ok(Health {
        status: "ok".to_owned(),
    })
    .into_response()?)
}

/// The file is an asset: the Worker does not carry it.
async fn openapi(_: Arc<App>, _: Request, _: Option<String>) -> Result<Response, Failure> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
    let headers = response.headers_mut();
    headers.insert(LOCATION, HeaderValue::from_static("/openapi.json"));
    Ok(response)
}
