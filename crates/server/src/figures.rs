//! How much was written and called, what it cost, and what a month may cost.

pub mod read;
pub mod roll_up;
pub mod spending;
pub mod store;

use contract::figures::{ChangeSpendCap, GetFigures, GetSpending};

use crate::web::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes
        .call::<GetFigures, _, _>(read::get)
        .call::<GetSpending, _, _>(spending::get)
        .call::<ChangeSpendCap, _, _>(spending::change)
}
