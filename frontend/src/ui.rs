//! The kit: controls that know no API. Each has an accessible name or does not compile.

pub mod avatar;
pub mod banner;
pub mod bar_chart;
pub mod button;
pub mod chip;
pub mod dialog;
pub mod empty_state;
pub mod field;
pub mod form_frame;
pub mod icon;
pub mod loaded;
pub mod menu;
pub mod segmented;
pub mod select;
pub mod shares;
pub mod skeleton;
pub mod spinner;
pub mod text_area;
pub mod text_field;
pub mod toast;
pub mod toggle;
