//! The table of all routes, built once per isolate.

use std::future::Future;
use std::sync::Arc;

use axum::Router;
use axum::extract::{RawPathParams, Request};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};
use contract::{Endpoint, Method, ProblemCode};
use domain::role::{Access, Scope};

use super::answer::Answer;
use super::call::{Call, RequestId, UnauthenticatedCall, language};
use super::problem;
use crate::recorder::note::recorded;
use crate::{App, Failure};

/// One line of the table, for whoever walks it.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub access: Access,
    pub scope: Option<Scope>,
    /// Writes it down for the OpenAPI file.
    #[cfg(feature = "openapi")]
    pub describe: fn(&mut crate::openapi::Schemas) -> serde_json::Value,
}

impl Route {
    const fn of<E: Endpoint>() -> Self {
        Self {
            method: E::METHOD,
            path: E::PATH,
            access: E::ACCESS,
            scope: E::SCOPE,
            #[cfg(feature = "openapi")]
            describe: crate::openapi::operation::<E>,
        }
    }
}

#[derive(Default)]
pub struct Routes {
    router: Router<Arc<App>>,
    pub table: Vec<Route>,
}

/// Everything the product answers to.
pub fn routes() -> Routes {
    let routes = Routes::default();
    let routes = crate::access::routes(routes);
    let routes = crate::integrations::routes(routes);
    let routes = crate::inbox::routes(routes);
    let routes = crate::contacts::routes(routes);
    let routes = crate::sending::routes(routes);
    let routes = crate::campaigns::routes(routes);
    let routes = crate::whatsapp::routes(routes);
    let routes = crate::media::routes(routes);
    let routes = crate::live::routes(routes);
    let routes = crate::audit::routes(routes);
    let routes = crate::notifications::routes(routes);
    let routes = crate::appointments::routes(routes);
    let routes = crate::search::routes(routes);
    let routes = crate::templates::routes(routes);
    let routes = crate::push::routes(routes);
    let routes = crate::voice::routes(routes);
    let routes = crate::hooks::routes(routes);
    let routes = crate::figures::routes(routes);
    let routes = crate::own_data::routes(routes);
    let routes = crate::recorder::routes(routes);
    crate::health::routes(routes)
}

impl Routes {
    /// An endpoint for signed-in people and tokens.
    #[must_use]
    pub fn call<E, F, Fut>(self, handler: F) -> Self
    where
        E: Endpoint,
        F: Fn(Call<E>) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<Answer<E::Answer>, Failure>> + Send,
    {
        const { assert!(matches!(E::ACCESS, Access::AtLeast(_))) };
        self.raw::<E, _, _>(move |app, request, segment| {
            let handler = handler.clone();
            async move {
                let call = Call::read(app, request, segment).await?;
                Ok(handler(call).await?.into_response()?)
            }
        })
    }

    /// An endpoint that is open to anybody.
    #[must_use]
    pub fn open<E, F, Fut>(self, handler: F) -> Self
    where
        E: Endpoint,
        F: Fn(UnauthenticatedCall<E>) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<Answer<E::Answer>, Failure>> + Send,
    {
        self.raw::<E, _, _>(move |app, request, segment| {
            let handler = handler.clone();
            async move {
                let call = UnauthenticatedCall::read(app, request, segment).await?;
                Ok(handler(call).await?.into_response()?)
            }
        })
    }

    /// An endpoint that answers something else than JSON, or checks a signature: it reads the request itself.
    #[must_use]
    pub fn raw<E, F, Fut>(mut self, handler: F) -> Self
    where
        E: Endpoint,
        F: Fn(Arc<App>, Request, Option<String>) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<Response, Failure>> + Send,
    {
        self.table.push(Route::of::<E>());
        let filter = match E::METHOD {
            Method::Get => MethodFilter::GET,
            Method::Post => MethodFilter::POST,
            Method::Patch => MethodFilter::PATCH,
            Method::Delete => MethodFilter::DELETE,
        };
        let service = on(
            filter,
            move |axum::extract::State(app): axum::extract::State<Arc<App>>,
                  params: RawPathParams,
                  request: Request| {
                let handler = handler.clone();
                async move {
                    let segment = params.iter().next().map(|(_, value)| value.to_owned());
                    let (language, id) = (language(request.headers()), request_id(&request));
                    handler(app, request, segment)
                        .await
                        .unwrap_or_else(|failure| problem::respond(failure, language, &id))
                }
            },
        );
        let service: MethodRouter<Arc<App>> = service;
        self.router = self.router.route(E::PATH, service);
        self
    }

    /// What Twilio calls: like [`Self::raw`], and recorded.
    #[must_use]
    pub fn webhook<E, F, Fut>(self, handler: F) -> Self
    where
        E: Endpoint,
        F: Fn(Arc<App>, Request, Option<String>) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<Response, Failure>> + Send,
    {
        self.raw::<E, _, _>(move |app, request, segment| {
            let handler = handler.clone();
            recorded(app, request, move |app, request| handler(app, request, segment))
        })
    }

    pub fn into_router(self, app: Arc<App>) -> Router {
        self.router
            .method_not_allowed_fallback(|request: Request| async move {
                problem::respond(
                    ProblemCode::MethodNotAllowed.into(),
                    language(request.headers()),
                    &request_id(&request),
                )
            })
            .fallback(super::panel::fallback)
            .with_state(app)
    }
}

pub fn request_id(request: &Request) -> String {
    request
        .extensions()
        .get::<RequestId>()
        .map(|id| id.0.clone())
        .unwrap_or_default()
}
