//! Who we are to a push service: a P-256 key, and a signed claim for each service (RFC 8292).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Timestamp;
use p256::SecretKey;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};

use super::encrypt::point;
use super::store;
use crate::ports::Entropy;
use crate::{App, Failure, Fault};

/// A push service refuses a claim for more than a day.
const CLAIM_LASTS_SECONDS: i64 = 12 * 3600;
const SEALED_AS: &str = "deployment/vapid";

pub struct Vapid(SecretKey);

impl Vapid {
    /// From `VAPID_PRIVATE_KEY`, else the stored one; made when there is none yet.
    pub async fn of(app: &App) -> Result<Self, Failure> {
        if let Some(key) = &app.settings.vapid_key {
            return Ok(Self(key.clone()));
        }
        if let Some(sealed) = Self::stored(app).await? {
            return Ok(sealed);
        }
        let key = new_key(app.entropy.as_ref())?;
        let text = URL_SAFE_NO_PAD.encode(key.to_bytes());
        let sealed = app.settings.keys.seal(app.entropy.as_ref(), SEALED_AS, &text)?;
        app.database.query(store::keep_key(&sealed, app.now())).await?;
        // Another request may have been first: what is stored is true for all.
        Self::stored(app)
            .await?
            .ok_or_else(|| Fault::Storage("the push key was not kept".to_owned()).into())
    }

    async fn stored(app: &App) -> Result<Option<Self>, Failure> {
        let row = app.database.query(store::key()).await?.first::<store::KeyRow>()?;
        let Some(row) = row else { return Ok(None) };
        let text = app.settings.keys.open(SEALED_AS, &row.sealed)?;
        let key = parse(&text).ok_or_else(|| Fault::Internal("the push key is none".to_owned()))?;
        Ok(Some(Self(key)))
    }

    pub fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(point(&self.0.public_key()))
    }

    /// `Authorization` for the service at `origin`. `contact`: where its operators find us, https.
    pub fn authorization(&self, origin: &str, contact: &str, now: Timestamp) -> String {
        let expires = now.as_millis() / 1000 + CLAIM_LASTS_SECONDS;
        let claim = serde_json::json!({ "aud": origin, "exp": expires, "sub": contact }).to_string();
        let head = URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"ES256"}"#);
        let signed = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claim));
        let signature: Signature = SigningKey::from(&self.0).sign(signed.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(signature.to_bytes());
        format!("vapid t={signed}.{signature}, k={}", self.public())
    }
}

/// 32 bytes in base64url, as `web-push generate-vapid-keys` writes them.
pub fn parse(text: &str) -> Option<SecretKey> {
    let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()?;
    SecretKey::from_slice(&bytes).ok()
}

/// Nearly every number of 32 bytes is a key; the others are drawn again.
pub fn new_key(entropy: &dyn Entropy) -> Result<SecretKey, Fault> {
    for _ in 0..8 {
        let mut bytes = [0; 32];
        entropy.fill(&mut bytes);
        if let Ok(key) = SecretKey::from_slice(&bytes) {
            return Ok(key);
        }
    }
    Err(Fault::Internal("the random numbers are none".to_owned()))
}
