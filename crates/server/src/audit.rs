//! Who did what. An act and its row are one batch: neither is there without the other.

mod csv;
pub mod entry;
pub mod read;
pub mod store;

pub use entry::{Actor, Entry};

use contract::audit::{ExportAudit, ListAudit};

use crate::web::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes
        .call::<ListAudit, _, _>(read::list)
        .raw::<ExportAudit, _, _>(read::export)
}
