//! HTTP: from a request to a verb and back. The only way to a handler is through `call`, which checks access.

pub mod answer;
pub mod call;
pub mod misconfigured;
pub mod origin;
pub mod panel;
pub mod problem;
pub mod routes;
pub mod serve;
pub mod site_address;

pub use answer::Answer;
pub use call::{Call, RequestMeta, UnauthenticatedCall};
pub use routes::{Route, Routes, routes};
pub use serve::serve;
