//! Stories in the users' words, each told twice: in process with a moved clock, and against a real workerd.
//! README.md says how to run them.

#[cfg(test)]
mod scenarios;
#[cfg(test)]
pub mod world;
