//! What the search box finds.

pub mod filters;
pub mod results;
pub mod rows;

pub use results::SearchResultsPane;
