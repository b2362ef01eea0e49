//! A file comes into the address book: chosen, its columns named, sent piece by piece, and every row accounted for.

pub mod columns;
pub mod import_screen;
pub mod report;
pub mod run;
