//! The flight recorder: every webhook as it came, with what became of it, for whoever looks into a fault, and taking one
//! in again after the cause is mended. What is signed is kept by the company's hub, because a row of the database would
//! cost the webhook too much; what is not signed is a row (`rejected.rs`), because nobody knows whose it is.

pub mod log;
pub mod note;
pub mod read;
pub mod rejected;
pub mod replay;

use contract::recorder::{GetWebhook, ListWebhooks, ReplayWebhook};

use crate::web::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes
        .call::<ListWebhooks, _, _>(read::list)
        .call::<GetWebhook, _, _>(read::get)
        .call::<ReplayWebhook, _, _>(replay::replay)
}
