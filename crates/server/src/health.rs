//! `GET /healthz`: is this deployment alive, and does its database answer?

use std::sync::Arc;

use axum::extract::Request;
use axum::response::Response;
use contract::health::{Health, Healthz};

use crate::ports::database::Statement;
use crate::web::{Answer, Routes};
use crate::{App, Failure};

pub fn routes(routes: Routes) -> Routes {
    routes.raw::<Healthz, _, _>(healthz)
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
