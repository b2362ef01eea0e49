//! Stories in the users’ words.
