//! Outgoing webhooks. What is to be told is a row in the batch of what it tells (migration 0037); this folder manages
//! where it goes, sends it, and tries again.

pub mod address;
pub mod body;
pub mod deliver;
pub mod log;
pub mod manage;
pub mod sign;
pub mod store;

use contract::hooks;

use crate::web::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes
        .call::<hooks::ListHooks, _, _>(manage::list)
        .call::<hooks::CreateHook, _, _>(manage::create)
        .call::<hooks::UpdateHook, _, _>(manage::update)
        .call::<hooks::DeleteHook, _, _>(manage::delete)
        .call::<hooks::RotateHookSecret, _, _>(manage::rotate)
        .call::<hooks::TestHook, _, _>(log::test)
        .call::<hooks::ListHookDeliveries, _, _>(log::list)
        .call::<hooks::ResendHookDelivery, _, _>(log::resend)
}
