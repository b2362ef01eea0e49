//! The product with its adapters, put together once per isolate.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use axum::Router;
use server::settings::InvalidSetting;
use server::{App, Settings};
use worker::Env;

use crate::adapters::{
    CryptoEntropy, D1, DateClock, DispatcherWake, FetchHooks, FetchPush, FetchTwilio, HubLive, R2, RateLimit,
};
use crate::glue;

pub(crate) struct Running {
    pub(crate) app: Arc<App>,
    pub(crate) router: Router,
}

thread_local! {
    static RUNNING: RefCell<Option<Rc<Running>>> = const { RefCell::new(None) };
}

/// Once a request has put it together.
pub(crate) fn running() -> Option<Rc<Running>> {
    RUNNING.with_borrow(Clone::clone)
}

/// A wrong setting is looked at again with each request: a new isolate comes with the next deployment anyway.
pub(crate) fn of(env: &Env) -> Result<Rc<Running>, InvalidSetting> {
    if let Some(running) = running() {
        return Ok(running);
    }
    let settings = Settings::parse(|name| glue::binding(env, name).as_string())?;
    let app = Arc::new(App {
        twilio: Box::new(FetchTwilio::new(&settings.twilio_api_base)),
        settings,
        database: Box::new(D1::new(glue::binding(env, "DB"))),
        blobs: Box::new(R2::new(glue::binding(env, "MEDIA"))),
        live: Box::new(HubLive::new(glue::binding(env, "LIVE_HUB"))),
        wake: Box::new(DispatcherWake::new(glue::binding(env, "DISPATCHER"))),
        clock: Box::new(DateClock),
        entropy: Box::new(CryptoEntropy),
        push: Box::new(FetchPush),
        hooks: Box::new(FetchHooks),
        throttle: Box::new(RateLimit::new(env.rate_limiter("SIGN_IN_LIMIT").ok())),
        accounts: Default::default(),
        displays: Default::default(),
        push_listeners: Default::default(),
        hook_listeners: Default::default(),
    });
    let router = server::web::routes().into_router(Arc::clone(&app));
    let running = Rc::new(Running { app, router });
    RUNNING.set(Some(Rc::clone(&running)));
    Ok(running)
}
