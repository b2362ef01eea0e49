//! Telling a company's browsers what changed.

pub mod connect;
pub mod hub;

use std::sync::Arc;

use contract::live::{Live, LiveEvent};
use domain::ids::{CompanyId, UserId};

use crate::ports::AfterAnswer;
use crate::recorder::log::Forget;
use crate::web::Routes;
use crate::{App, hooks};

pub fn routes(routes: Routes) -> Routes {
    routes.raw::<Live, _, _>(connect::connect)
}

/// After the answer, never before it. A browser that is not told reads it over HTTP.
pub fn tell_later(app: &Arc<App>, after: &AfterAnswer, company: &CompanyId, events: Vec<LiveEvent>) {
    let (app, company) = (Arc::clone(app), company.clone());
    after.0(Box::pin(async move {
        if let Err(error) = app.live.tell(&company, events).await {
            log::warn!("the browsers were not told: {error}");
        }
        hooks::deliver::go_on(&app, &company).await;
    }));
}

/// What was said is gone, and is not told again to whoever resumes.
pub fn forget_later(
    app: &Arc<App>,
    after: &AfterAnswer,
    company: &CompanyId,
    event: LiveEvent,
    recorded: Forget,
) {
    let (app, company) = (Arc::clone(app), company.clone());
    after.0(Box::pin(async move {
        forget(&app, &company, event, recorded).await;
    }));
}

/// `recorded`: of the webhooks.
pub async fn forget(app: &App, company: &CompanyId, event: LiveEvent, recorded: Forget) {
    if let Err(error) = app.live.tell_and_forget(company, vec![event], recorded).await {
        // The hub forgets by itself what is a day old.
        log::error!("{company}: what was forgotten is still remembered by the hub: {error}");
    }
}

/// After their right to listen may have ended; without a user: that of a program.
pub fn let_go_later(app: &Arc<App>, after: &AfterAnswer, company: &CompanyId, user: Option<&UserId>) {
    let (app, company, user) = (Arc::clone(app), company.clone(), user.cloned());
    after.0(Box::pin(async move {
        if let Err(error) = app.live.let_go(&company, user.as_ref()).await {
            // The hub closes old sockets by itself, later.
            log::error!("{company}: browsers that may no longer listen were not let go: {error}");
        }
    }));
}
