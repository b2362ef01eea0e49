//! Secrets at rest: AES-256-GCM (NIST SP 800-38D) under `ENCRYPTION_KEY`.
//! A sealed text is `1.<key id>.<base64url of nonce (12 bytes), ciphertext and tag (16 bytes)>`; the key id, the
//! first 8 hex digits of the key's SHA-256, tells which of several keys opens it, so that keys can be rotated.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use crate::Fault;
use crate::ports::Entropy;

const NONCE_BYTES: usize = 12;

/// The first seals; each opens what it sealed.
pub struct Keys(Vec<Key>);

struct Key {
    id: String,
    cipher: Aes256Gcm,
    /// Signs addresses; drawn from the key, so that neither tells the other.
    links: [u8; 32],
}

const LINKS: &[u8] = b"edgeline signed links 1";
/// 128 bits of the MAC: an address in an SMS is paid by the character.
const SIGNATURE_BYTES: usize = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "each key is 32 bytes in base64 (make one with `openssl rand -base64 32`), several separated by commas"
)]
pub struct InvalidKey;

impl Keys {
    pub fn parse(text: &str) -> Result<Self, InvalidKey> {
        let keys: Result<Vec<_>, _> = text.split(',').map(|key| Self::parse_one(key.trim())).collect();
        keys.map(Self)
    }

    fn parse_one(text: &str) -> Result<Key, InvalidKey> {
        let bytes = STANDARD.decode(text).map_err(|_| InvalidKey)?;
        Ok(Key {
            id: hex(&Sha256::digest(&bytes)).chars().take(8).collect(),
            cipher: Aes256Gcm::new_from_slice(&bytes).map_err(|_| InvalidKey)?,
            links: mac(&bytes, LINKS).ok_or(InvalidKey)?,
        })
    }

    /// The signature of an address that is given out, base64url: HMAC-SHA256, its first 16 bytes.
    pub fn sign_link(&self, text: &str) -> Result<String, Fault> {
        let signature = self
            .0
            .first()
            .and_then(|key| mac(&key.links, text.as_bytes()))
            .ok_or_else(|| Fault::Internal("no key to sign with".to_owned()))?;
        let short: Vec<u8> = signature.into_iter().take(SIGNATURE_BYTES).collect();
        Ok(URL_SAFE_NO_PAD.encode(short))
    }

    /// In constant time; with any of the keys, so that links outlive a rotation.
    pub fn is_link_signed(&self, text: &str, signature: &str) -> bool {
        let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else {
            return false;
        };
        signature.len() == SIGNATURE_BYTES
            && self.0.iter().any(|key| {
                Hmac::<Sha256>::new_from_slice(&key.links)
                    .is_ok_and(|mac| mac.chain_update(text).verify_truncated_left(&signature).is_ok())
            })
    }

    /// `context` (company and column) is authenticated: a sealed text does not open in another place.
    pub fn seal(&self, entropy: &dyn Entropy, context: &str, secret: &str) -> Result<String, Fault> {
        let Key { id, cipher, .. } = self
            .0
            .first()
            .ok_or_else(|| Fault::Internal("no encryption key".to_owned()))?;
        let mut nonce = [0; NONCE_BYTES];
        entropy.fill(&mut nonce);
        let payload = Payload {
            msg: secret.as_bytes(),
            aad: context.as_bytes(),
        };
        let sealed = cipher
            .encrypt(&nonce.into(), payload)
            .map_err(|_| Fault::Internal("a secret could not be sealed".to_owned()))?;
        let bytes: Vec<u8> = nonce.into_iter().chain(sealed).collect();
        Ok(format!("1.{id}.{}", URL_SAFE_NO_PAD.encode(bytes)))
    }

    pub fn open(&self, context: &str, sealed: &str) -> Result<String, Fault> {
        self.try_open(context, sealed).ok_or_else(|| {
            Fault::Internal("a stored secret does not open: was ENCRYPTION_KEY changed?".to_owned())
        })
    }

    fn try_open(&self, context: &str, sealed: &str) -> Option<String> {
        let (id, text) = sealed.strip_prefix("1.")?.split_once('.')?;
        let Key { cipher, .. } = self.0.iter().find(|known| known.id == id)?;
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_BYTES)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
        let opened = cipher
            .decrypt(
                &nonce.into(),
                Payload {
                    msg: sealed,
                    aad: context.as_bytes(),
                },
            )
            .ok()?;
        String::from_utf8(opened).ok()
    }
}

fn mac(key: &[u8], text: &[u8]) -> Option<[u8; 32]> {
    let mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    Some(mac.chain_update(text).finalize().into_bytes().into())
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            for nibble in [byte >> 4, byte & 15] {
                text.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
            }
            text
        })
}

/// The last four characters of a secret: enough to tell two apart in a list, and no more is shown.
pub fn ending(secret: &str) -> String {
    secret
        .chars()
        .skip(secret.chars().count().saturating_sub(4))
        .collect()
}

/// SHA-256 in hexadecimal: how tokens are stored, and how requests are told apart.
pub fn fingerprint(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Ones;
    impl Entropy for Ones {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(1);
        }
    }

    const OLD: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    const NEW: &str = "//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA=";

    #[test]
    fn a_secret_opens_only_in_its_own_place() {
        let keys = Keys::parse(OLD).unwrap();
        let sealed = keys.seal(&Ones, "company/auth_token", "s3cret").unwrap();
        assert!(!sealed.contains("s3cret"));
        assert_eq!(keys.open("company/auth_token", &sealed).unwrap(), "s3cret");
        assert!(keys.open("other/auth_token", &sealed).is_err());
    }

    #[test]
    fn a_rotated_key_still_opens_what_it_sealed() {
        let sealed = Keys::parse(OLD).unwrap().seal(&Ones, "c", "s").unwrap();
        let rotated = Keys::parse(&format!("{NEW}, {OLD}")).unwrap();
        assert_eq!(rotated.open("c", &sealed).unwrap(), "s");
        assert_ne!(rotated.seal(&Ones, "c", "s").unwrap(), sealed);
        assert!(Keys::parse(NEW).unwrap().open("c", &sealed).is_err());
    }

    /// Stored rows must open after every release.
    #[test]
    fn the_sealed_format_is_unchanged() {
        let sealed = Keys::parse(OLD).unwrap().seal(&Ones, "c", "s").unwrap();
        assert_eq!(sealed, "1.630dcd29.AQEBAQEBAQEBAQEBBI_km-P7GNIGrpXd17Sw1eM");
    }

    #[test]
    fn a_signed_link_is_good_for_its_own_text_and_outlives_a_rotation() {
        let keys = Keys::parse(OLD).unwrap();
        let signature = keys.sign_link("a.1").unwrap();
        assert_eq!(signature.len(), 22);
        assert!(keys.is_link_signed("a.1", &signature));
        assert!(
            Keys::parse(&format!("{NEW},{OLD}"))
                .unwrap()
                .is_link_signed("a.1", &signature)
        );
        assert!(!keys.is_link_signed("a.2", &signature));
        assert!(!Keys::parse(NEW).unwrap().is_link_signed("a.1", &signature));
        for forged in ["", "AAAAAAAAAAAAAAAAAAAAAA", &signature[..20], "not base64!"] {
            assert!(!keys.is_link_signed("a.1", forged), "{forged}");
        }
    }

    #[test]
    fn a_key_of_the_wrong_size_is_refused() {
        for bad in ["", "AAAA", "not base64", &format!("{OLD},")] {
            assert!(Keys::parse(bad).is_err(), "{bad}");
        }
    }
}
