//! `GET /api/live`: who may listen is decided here, the socket itself belongs to the company's hub.

use std::sync::Arc;

use axum::extract::Request;
use axum::response::Response;
use contract::ProblemCode;
use contract::live::Live;
use domain::ids::{CompanyId, UserId};
use http::header::UPGRADE;

use crate::web::{Call, origin};
use crate::{App, Failure, Fault};

/// In an answer's extensions: the platform hands the request to this company's hub.
#[derive(Clone, Debug)]
pub struct ConnectToHub {
    pub company: CompanyId,
    pub since: Option<u64>,
    /// Who listens, for the colleagues; a program's token is nobody.
    pub user: Option<UserId>,
    pub name: String,
}

impl ConnectToHub {
    /// What the hub is asked with, instead of the browser's own query.
    pub fn query(&self) -> Result<String, Fault> {
        let since = self.since.map(|since| ("since", since.to_string()));
        let user = self.user.as_ref().map(|user| ("user", user.to_string()));
        let name = Some(("name", self.name.clone()));
        let pairs: Vec<_> = since.into_iter().chain(user).chain(name).collect();
        serde_urlencoded::to_string(pairs).map_err(|error| Fault::Internal(error.to_string()))
    }
}

pub async fn connect(app: Arc<App>, request: Request, segment: Option<String>) -> Result<Response, Failure> {
    let is_upgrade = request
        .headers()
        .get(UPGRADE)
        .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"));
    // Browsers send cookies with WebSockets of any page (CSWSH): the origin must be ours.
    let by_browser = request.headers().contains_key(http::header::ORIGIN);
    if by_browser && !origin::is_ours(&app.settings, request.uri(), request.headers()) {
        return Err(ProblemCode::ForeignOrigin.into());
    }
    let call = Call::<Live>::read(app, request, segment).await?;
    if !is_upgrade {
        return Err(ProblemCode::UpgradeRequired.into());
    }
    let mut response = Response::default();
    response.extensions_mut().insert(ConnectToHub {
        company: call.caller.company()?.clone(),
        since: call.query.since,
        user: call.caller.user,
        name: call.caller.name,
    });
    Ok(response)
}
