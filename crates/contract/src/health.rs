//! Is the deployment alive?

use serde::{Deserialize, Serialize};

use crate::endpoint::{access::*, endpoint};

endpoint! {
    /// 200 when settings and database are in order, 503 otherwise.
    Healthz: Get "/healthz", OPEN, answer: Health
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Health {
    /// `ok`
    pub status: String,
}
