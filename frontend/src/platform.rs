//! The only place that talks to the browser's own interfaces.

pub mod clipboard;
pub mod clock;
pub mod fetch;
pub mod files;
pub mod focus;
pub mod history;
pub mod money;
pub mod notices;
pub mod page;
pub mod picture;
pub mod random;
pub mod regions;
pub mod scroll;
pub mod sheet;
pub mod socket;
pub mod storage;
pub mod text_field;
pub mod upload;
pub mod voice;
