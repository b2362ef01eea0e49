//! What a front end needs to know of the deployment. Never a secret.

use serde::{Deserialize, Serialize};

use crate::endpoint::{access::*, endpoint};
use crate::integrations::NumberView;

endpoint! {
    GetConfig: Get "/api/config", AGENT, answer: Config
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    /// The company's active numbers, the default one first.
    pub numbers: Vec<NumberView>,
    pub default_region: String,
    pub languages: Vec<String>,
    pub public_url: String,
}
