//! How many SMS segments a text takes.
