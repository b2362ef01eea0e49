//! Web Push: telling a browser that has no tab open. <https://www.w3.org/TR/push-api/>

use serde::{Deserialize, Serialize};

use crate::endpoint::{access::*, endpoint};

endpoint! {
    /// What a browser subscribes with.
    GetPushKey: Get "/api/push/key", AGENT, answer: PushKey
}
endpoint! {
    /// The caller's browser is told of messages from now on, as long as its session lasts. Repeating it renews it.
    SubscribePush: Post "/api/push/subscriptions", AGENT, body: PushSubscription, refuses: [InvalidPushSubscription]
}
endpoint! {
    /// By its endpoint; one that is not there is forgotten already.
    ForgetPush: Post "/api/push/subscriptions/forget", AGENT, body: PushEndpoint
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PushKey {
    /// An uncompressed P-256 point, base64url (`applicationServerKey`).
    pub public_key: String,
}

/// As a browser's `PushSubscription.toJSON()` writes it.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PushSubscription {
    pub endpoint: String,
    pub keys: PushKeys,
}

#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PushKeys {
    /// The browser's public key, base64url.
    pub p256dh: String,
    /// 16 random bytes, base64url.
    pub auth: String,
}

#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PushEndpoint {
    pub endpoint: String,
}

/// What the service worker is told, encrypted for it alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PushNote {
    /// Who wrote.
    pub title: String,
    /// The beginning of what was written.
    pub body: String,
    /// Where a click leads, within the panel.
    pub path: String,
    /// One notification for each conversation: a later one takes its place.
    pub tag: String,
}
