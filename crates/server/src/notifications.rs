//! What a company tells its clients by itself: texts with variables, sent on request or by an appointment.

pub mod send;
pub mod store;
pub mod texts;
pub mod values;

use contract::notifications;

use crate::web::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes
        .call::<notifications::SendNotification, _, _>(send::send)
        .call::<notifications::ListNotificationTexts, _, _>(texts::list)
        .call::<notifications::ChangeNotificationText, _, _>(texts::change)
}
