//! Messages that leave later: stored as `pending` now, looked at once more and sent by the dispatcher then.

pub mod change;
pub mod later;
pub mod list;
pub mod store;

use contract::scheduled::{CancelScheduled, ChangeScheduled, ListScheduled};

use crate::web::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes
        .call::<ListScheduled, _, _>(list::list)
        .call::<ChangeScheduled, _, _>(change::change)
        .call::<CancelScheduled, _, _>(change::cancel)
}
