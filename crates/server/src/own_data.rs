//! A company's own data: how long it is kept, forgetting a person, and all of it as files.

pub mod at_twilio;
pub mod erase;
pub mod export;
mod export_kinds;
pub mod forgotten;
pub mod retention;

use contract::own_data::{ChangeRetention, EraseContact, ExportCompany, GetRetention};

use crate::web::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes
        .call::<GetRetention, _, _>(retention::get)
        .call::<ChangeRetention, _, _>(retention::change)
        .call::<EraseContact, _, _>(erase::erase)
        .call::<ExportCompany, _, _>(export::page)
}
