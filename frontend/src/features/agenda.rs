//! Appointments, and messages that leave later.

pub mod agenda_screen;
pub mod appointment_dialog;
pub mod appointment_form;
pub mod appointments;
pub mod day_view;
pub mod later;
pub mod lists;
pub mod send_later;
