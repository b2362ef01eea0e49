//! Secrets that a caller holds and we store only hashed: sessions, invitations, API tokens.
//! 32 random bytes need no slow hash: SHA-256 is enough, and a look-up stays one index search.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::keys::{ending, fingerprint};
use crate::ports::Entropy;

/// Never logged, never stored: only its hash is.
pub struct Token(String);

pub const API_TOKEN_PREFIX: &str = "edl_";

impl Token {
    pub fn new(entropy: &dyn Entropy, prefix: &str) -> Self {
        let mut bytes = [0; 32];
        entropy.fill(&mut bytes);
        Self(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes)))
    }

    pub fn presented(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub fn hash(&self) -> String {
        fingerprint(&self.0)
    }

    /// The last four characters, to tell tokens apart in a list.
    pub fn ending(&self) -> String {
        ending(&self.0)
    }
}
