//! What a front end needs to know of the deployment. Never a secret.

use serde::{Deserialize, Serialize};

use crate::endpoint::{access::*, endpoint};
use crate::integrations::NumberView;

endpoint! {
    GetConfig: Get "/api/config", AGENT, scope: Messages, answer: Config
}

endpoint! {
    /// Leads to the OpenAPI file, which is served beside the panel.
    GetOpenapi: Get "/api/openapi.json", OPEN, gives: Empty, status: [308]
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Config {
    /// The company's active numbers, the default one first.
    pub numbers: Vec<NumberView>,
    pub default_region: String,
    pub languages: Vec<String>,
    pub public_url: String,
    /// What this company can do now. The panel knows it from the numbers themselves.
    #[serde(skip_deserializing)]
    pub features: Features,
}

/// A number whose capabilities Twilio was not asked for counts as able.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Features {
    pub sms: bool,
    pub mms: bool,
    pub whatsapp: bool,
    /// Calls from the browser: an API key and a TwiML App are connected.
    pub voice: bool,
}
