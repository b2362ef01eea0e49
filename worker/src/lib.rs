//! The Worker: entry points only. What happens is decided in `server`; here it meets Cloudflare.

#![cfg(target_arch = "wasm32")]

mod adapters;
mod app;
mod dispatcher_do;
mod exchange;
mod glue;
mod live_hub_do;
mod logger;
pub mod on_purpose;
pub mod short_way;
mod streamed_body;

use worker::{Context, Env, Result, ScheduleContext, ScheduledEvent, event};

#[event(start)]
fn start() {
    logger::install();
}

#[event(fetch)]
async fn fetch(request: web_sys::Request, env: Env, context: Context) -> Result<web_sys::Response> {
    exchange::answer(request, &env, context).await
}

/// Every minute: whatever is overdue is set going again.
#[event(scheduled)]
async fn sweep_cron(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    match app::of(&env) {
        Ok(running) => {
            if let Err(failure) = server::sending::sweep::sweep(&running.app).await {
                log::error!("the sweep failed: {failure:?}");
            }
        }
        Err(error) => log::error!("the deployment is not configured: {error}"),
    }
}
