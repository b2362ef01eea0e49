//! Access tokens: what lets a browser make and take calls (<https://www.twilio.com/docs/iam/access-tokens>).
//! A JWT under HS256 with the secret of an API key; Twilio verifies it, the Voice SDK only carries it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::Sha256;
use std::time::Duration;

use crate::sid::{AccountSid, ApiKeySid, ApplicationSid, AuthToken};

/// Twilio refuses tokens that live longer (20157).
pub const LONGEST: Duration = Duration::from_secs(86_400);
const CONTENT: &str = "twilio-fpa;v=1";

#[derive(Clone, Debug, PartialEq)]
pub struct AccessToken {
    pub account_sid: AccountSid,
    pub api_key_sid: ApiKeySid,
    /// Who the browser is: `client:<identity>`.
    pub identity: String,
    /// To the second.
    pub issued_at: Timestamp,
    pub lifetime: Duration,
    pub not_before: Option<Timestamp>,
    /// `ie1`, `au1`; absent: `us1`.
    pub region: Option<String>,
    pub voice: VoiceGrant,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct VoiceGrant {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    incoming: Option<Incoming>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outgoing: Option<Outgoing>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub push_credential_sid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint_id: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Incoming {
    allow: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Outgoing {
    application_sid: ApplicationSid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    params: Option<Map<String, Value>>,
}

impl VoiceGrant {
    /// May register and be rung.
    #[must_use]
    pub fn incoming(mut self) -> Self {
        self.incoming = Some(Incoming { allow: true });
        self
    }

    /// May call: Twilio asks this TwiML application what to do.
    #[must_use]
    pub fn outgoing(mut self, application: ApplicationSid) -> Self {
        self.outgoing = Some(Outgoing {
            application_sid: application,
            params: None,
        });
        self
    }

    /// Sent to the application with each call, whatever the browser says.
    #[must_use]
    pub fn with_params(mut self, params: Map<String, Value>) -> Self {
        if let Some(outgoing) = &mut self.outgoing {
            outgoing.params = Some(params);
        }
        self
    }

    pub fn may_be_rung(&self) -> bool {
        self.incoming.is_some_and(|incoming| incoming.allow)
    }

    pub fn application(&self) -> Option<&ApplicationSid> {
        self.outgoing.as_ref().map(|outgoing| &outgoing.application_sid)
    }

    pub fn params(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.outgoing
            .iter()
            .filter_map(|outgoing| outgoing.params.as_ref())
            .flatten()
    }
}

#[derive(Serialize, Deserialize)]
struct Header {
    alg: String,
    typ: String,
    #[serde(default)]
    cty: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    twr: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    jti: String,
    grants: Grants,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    #[serde(default)]
    iat: i64,
    exp: i64,
    iss: ApiKeySid,
    sub: AccountSid,
}

#[derive(Serialize, Deserialize)]
struct Grants {
    identity: String,
    /// Absent: the token is for something else than calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    voice: Option<VoiceGrant>,
}

/// Why a token lets nobody in, by the code that the Voice SDK is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    #[error("JWT is invalid")]
    Malformed,
    #[error("JWT signature validation failed")]
    WrongSignature,
    #[error("JWT token expired")]
    Expired,
}

impl TokenError {
    pub const fn code(self) -> i64 {
        match self {
            Self::Malformed => 31204,
            Self::WrongSignature => 31202,
            Self::Expired => 31205,
        }
    }
}

impl AccessToken {
    pub fn expires_at(&self) -> Timestamp {
        self.issued_at + self.lifetime
    }

    pub fn sign(&self, secret: &AuthToken) -> serde_json::Result<String> {
        let header = serde_json::to_vec(&Header {
            alg: "HS256".to_owned(),
            typ: "JWT".to_owned(),
            cty: CONTENT.to_owned(),
            twr: self.region.clone(),
        })?;
        let issued = seconds(self.issued_at);
        let claims = serde_json::to_vec(&Claims {
            jti: format!("{}-{issued}", self.api_key_sid),
            grants: Grants {
                identity: self.identity.clone(),
                voice: Some(self.voice.clone()),
            },
            nbf: self.not_before.map(seconds),
            iat: issued,
            exp: seconds(self.expires_at()),
            iss: self.api_key_sid.clone(),
            sub: self.account_sid.clone(),
        })?;
        let signed = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header),
            URL_SAFE_NO_PAD.encode(claims)
        );
        let signature = mac(secret, &signed).map(|mac| URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()));
        Ok(format!("{signed}.{}", signature.unwrap_or_default()))
    }

    /// As Twilio does it; `secret_of` knows the account's keys.
    pub fn verify(
        text: &str,
        now: Timestamp,
        secret_of: impl FnOnce(&AccountSid, &ApiKeySid) -> Option<AuthToken>,
    ) -> Result<Self, TokenError> {
        let (signed, signature) = text.rsplit_once('.').ok_or(TokenError::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(TokenError::Malformed)?;
        let header: Header = read(header)?;
        let claims: Claims = read(claims)?;
        if header.alg != "HS256" || header.cty != CONTENT {
            return Err(TokenError::Malformed);
        }
        let secret = secret_of(&claims.sub, &claims.iss).ok_or(TokenError::WrongSignature)?;
        let signature = URL_SAFE_NO_PAD
            .decode(signature)
            .map_err(|_| TokenError::Malformed)?;
        mac(&secret, signed)
            .and_then(|mac| mac.verify_slice(&signature).ok())
            .ok_or(TokenError::WrongSignature)?;
        let now = seconds(now);
        if claims.exp <= now {
            return Err(TokenError::Expired);
        }
        let lifetime = u64::try_from(claims.exp - claims.iat).map_err(|_| TokenError::Malformed)?;
        if claims.nbf.is_some_and(|from| from > now) || (claims.iat > 0 && lifetime > LONGEST.as_secs()) {
            return Err(TokenError::Malformed);
        }
        Ok(Self {
            account_sid: claims.sub,
            api_key_sid: claims.iss,
            identity: claims.grants.identity,
            issued_at: Timestamp::from_millis(claims.iat * 1000),
            lifetime: Duration::from_secs(lifetime),
            not_before: claims.nbf.map(|nbf| Timestamp::from_millis(nbf * 1000)),
            region: header.twr,
            voice: claims.grants.voice.ok_or(TokenError::Malformed)?,
        })
    }
}

fn seconds(at: Timestamp) -> i64 {
    at.as_millis().div_euclid(1000)
}

fn read<T: serde::de::DeserializeOwned>(part: &str) -> Result<T, TokenError> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenError::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| TokenError::Malformed)
}

/// `None` never happens: HMAC takes a key of any length.
fn mac(secret: &AuthToken, text: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_str().as_bytes()).ok()?;
    mac.update(text.as_bytes());
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vectors() -> Vec<Value> {
        let file: Value =
            serde_json::from_str(include_str!("../fixtures/access-token-vectors.json")).unwrap();
        file["vectors"].as_array().unwrap().clone()
    }

    /// The token that the vector's options ask for.
    fn made(vector: &Value) -> AccessToken {
        let (options, grant) = (&vector["token_options"], &vector["voice_grant_options"]);
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let mut voice = VoiceGrant {
            push_credential_sid: text(&grant["pushCredentialSid"]),
            endpoint_id: text(&grant["endpointId"]),
            ..VoiceGrant::default()
        };
        if grant["incomingAllow"] == Value::Bool(true) {
            voice = voice.incoming();
        }
        if let Some(sid) = grant["outgoingApplicationSid"].as_str() {
            voice = voice.outgoing(ApplicationSid::parse(sid).unwrap());
        }
        if let Some(params) = grant["outgoingApplicationParams"].as_object() {
            voice = voice.with_params(params.clone());
        }
        AccessToken {
            account_sid: AccountSid::parse(vector["account_sid"].as_str().unwrap()).unwrap(),
            api_key_sid: ApiKeySid::parse(vector["api_key_sid"].as_str().unwrap()).unwrap(),
            identity: text(&options["identity"]).unwrap_or_else(|| options["identity"].to_string()),
            issued_at: Timestamp::from_millis(vector["now"].as_i64().unwrap() * 1000),
            lifetime: Duration::from_secs(options["ttl"].as_u64().unwrap_or(3600)),
            not_before: options["nbf"]
                .as_i64()
                .map(|nbf| Timestamp::from_millis(nbf * 1000)),
            region: text(&options["region"]),
            voice,
        }
    }

    fn decoded(jwt: &str, part: usize) -> Value {
        let part = jwt.split('.').nth(part).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    }

    #[test]
    fn a_token_says_what_twilios_own_library_says() {
        let vectors = vectors();
        assert_eq!(vectors.len(), 7);
        for vector in vectors {
            let secret = AuthToken::new(vector["api_key_secret"].as_str().unwrap());
            let jwt = made(&vector).sign(&secret).unwrap();
            assert_eq!(decoded(&jwt, 0), vector["header"], "{}", vector["id"]);
            assert_eq!(decoded(&jwt, 1), vector["payload"], "{}", vector["id"]);
        }
    }

    #[test]
    fn a_token_of_twilios_own_library_is_let_in() {
        for vector in vectors() {
            let secret = AuthToken::new(vector["api_key_secret"].as_str().unwrap());
            let expected = made(&vector);
            let read = AccessToken::verify(
                vector["jwt"].as_str().unwrap(),
                expected.issued_at + Duration::from_secs(1),
                |_, _| Some(secret),
            );
            assert_eq!(read, Ok(expected), "{}", vector["id"]);
        }
    }

    #[test]
    fn a_token_that_is_old_forged_or_no_token_is_refused() {
        let vector = &vectors()[0];
        let (token, jwt) = (made(vector), vector["jwt"].as_str().unwrap());
        let secret = vector["api_key_secret"].as_str().unwrap();
        let verify = |jwt: &str, now: Timestamp, secret: Option<&str>| {
            AccessToken::verify(jwt, now, |_, _| secret.map(AuthToken::new)).unwrap_err()
        };
        let now = token.issued_at;
        assert_eq!(verify(jwt, token.expires_at(), Some(secret)), TokenError::Expired);
        assert_eq!(verify(jwt, now, Some("another")), TokenError::WrongSignature);
        assert_eq!(verify(jwt, now, None), TokenError::WrongSignature);
        assert_eq!(verify("a.b", now, Some(secret)), TokenError::Malformed);
        assert_eq!(verify("", now, Some(secret)), TokenError::Malformed);
        let mut early = token;
        early.not_before = Some(now + Duration::from_secs(60));
        let early = early.sign(&AuthToken::new(secret)).unwrap();
        assert_eq!(verify(&early, now, Some(secret)), TokenError::Malformed);
    }
}
