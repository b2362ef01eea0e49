//! Campaigns: the list, the way to a new one in three steps, and one on its way.

pub mod campaign;
pub mod campaign_list;
pub mod campaigns_screen;
pub mod causes;
pub mod check;
pub mod columns;
pub mod costs;
pub mod estimate;
pub mod from_contacts;
pub mod left_out;
pub mod message_step;
pub mod people;
pub mod people_step;
pub mod preview;
pub mod price;
pub mod progress;
pub mod sending;
pub mod sending_fields;
pub mod sending_step;
pub mod status;
pub mod wizard;
