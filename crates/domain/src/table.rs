//! Tables in text files, as spreadsheets save them: RFC 4180 and its everyday deviations. Browser and server read
//! with the same code.

mod decoding;
mod reading;
mod writing;

pub use decoding::decode;
pub use reading::{Delimiter, Record, Table};
pub use writing::{TableWriter, as_plain};
