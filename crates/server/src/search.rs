//! Finding contacts, numbers and messages.

mod excerpt;
pub mod find;
pub mod index;
mod query;
mod store;
mod words;

use contract::search::Search;

use crate::web::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes.call::<Search, _, _>(find::find)
}
