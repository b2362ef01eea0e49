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

use axum::extract::Request;
use axum::response::Response;
use contract::health::{Health, Healthz};
use contract::lines::{CheckLine, ConfigureLine, GetHealth, ProbeLine};

use crate::ports::database::Statement;
use crate::web::{Answer, Routes};
use crate::{App, Failure};

pub fn routes(routes: Routes) -> Routes {
    routes
        .raw::<Healthz, _, _>(healthz)
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
