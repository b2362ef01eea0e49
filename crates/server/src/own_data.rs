//! A company's own data: how long it is kept, and forgetting a person.

pub mod at_twilio;
pub mod erase;
pub mod forgotten;
pub mod retention;

use contract::own_data::{ChangeRetention, EraseContact, GetRetention};

use crate::web::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes
        .call::<GetRetention, _, _>(retention::get)
        .call::<ChangeRetention, _, _>(retention::change)
        .call::<EraseContact, _, _>(erase::erase)
}
