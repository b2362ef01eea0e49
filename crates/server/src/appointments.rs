//! Appointments: booked, confirmed, moved, cancelled, and what the client is told of them.

pub mod announce;
pub mod book;
pub mod change;
pub mod notices;
pub mod read;
pub mod reminders;
pub mod settings;
pub mod settle;
pub mod store;
pub mod view;
pub mod when;

use contract::appointments;

use crate::web::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes
        .call::<appointments::ListAppointments, _, _>(read::list)
        .call::<appointments::CreateAppointment, _, _>(book::book)
        .call::<appointments::GetAppointment, _, _>(read::get)
        .call::<appointments::ChangeAppointment, _, _>(change::change)
        .call::<appointments::ConfirmAppointment, _, _>(announce::confirm)
        .call::<appointments::CancelAppointment, _, _>(announce::cancel)
        .call::<appointments::GetAppointmentSettings, _, _>(settings::get)
        .call::<appointments::ChangeAppointmentSettings, _, _>(settings::change)
}
