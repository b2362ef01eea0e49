//! Telling browsers that have no tab open (Web Push).

pub mod encrypt;
pub mod store;
pub mod subscribe;
pub mod tell;
pub mod vapid;

use contract::push::{ForgetPush, GetPushKey, SubscribePush};

use crate::web::Routes;
pub use vapid::parse as parse_key;

pub fn routes(routes: Routes) -> Routes {
    routes
        .call::<GetPushKey, _, _>(subscribe::key)
        .call::<SubscribePush, _, _>(subscribe::subscribe)
        .call::<ForgetPush, _, _>(subscribe::forget)
}
