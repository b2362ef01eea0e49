//! Texts to answer with: the list under the composer.

mod fill;
pub mod picker_list;
