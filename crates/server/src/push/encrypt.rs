//! A note that only one browser reads: RFC 8291 (keys) over RFC 8188 (`aes128gcm`), in a single record.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes128Gcm, KeyInit};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::push::PushKeys;
use hmac::{Hmac, Mac};
use p256::{PublicKey, SecretKey};
use sha2::Sha256;

pub const SALT_BYTES: usize = 16;
const AUTH_BYTES: usize = 16;
const POINT_BYTES: u8 = 65;
/// Any that holds the one record: push services take 4096 bytes.
const RECORD_BYTES: u32 = 4096;
/// What of a record is left for the note, after the header (86 bytes), the mark of the end and the tag.
pub const MOST_BYTES: usize = 4096 - 86 - 1 - 16;

/// A browser's keys that are none, or a note that is too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("these are not the keys of a browser's subscription")]
pub struct InvalidKeys;

/// A browser's side of the agreement.
pub struct Receiver {
    public: PublicKey,
    auth: [u8; AUTH_BYTES],
}

impl Receiver {
    pub fn parse(keys: &PushKeys) -> Result<Self, InvalidKeys> {
        // Some browsers write the padding.
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text.trim_end_matches('='));
        let public = bytes(&keys.p256dh).map_err(|_| InvalidKeys)?;
        let auth = bytes(&keys.auth).map_err(|_| InvalidKeys)?;
        Ok(Self {
            public: PublicKey::from_sec1_bytes(&public).map_err(|_| InvalidKeys)?,
            auth: auth.try_into().map_err(|_| InvalidKeys)?,
        })
    }

    /// `once`: a key made for this note alone.
    pub fn encrypt(&self, note: &[u8], once: &SecretKey, salt: [u8; SALT_BYTES]) -> Option<Vec<u8>> {
        if note.len() > MOST_BYTES {
            return None;
        }
        let (ours, theirs) = (point(&once.public_key()), point(&self.public));
        // RFC 8291, 3.4: the key that both sides find, bound to both their names.
        let shared = once.diffie_hellman(&self.public);
        let extracted = mac(&self.auth, &[shared.raw_secret_bytes()])?;
        let input = mac(&extracted, &[b"WebPush: info\0", &theirs, &ours, &[1]])?;
        // RFC 8188, 2.2 and 2.3: the key and the nonce of the record.
        let extracted = mac(&salt, &[&input])?;
        let key = mac(&extracted, &[b"Content-Encoding: aes128gcm\0", &[1]])?;
        let nonce = mac(&extracted, &[b"Content-Encoding: nonce\0", &[1]])?;
        let nonce: [u8; 12] = nonce.first_chunk().copied()?;
        // 2: the last record.
        let padded = [note, &[2]].concat();
        let sealed = Aes128Gcm::new_from_slice(key.get(..16)?)
            .ok()?
            .encrypt(
                &nonce.into(),
                Payload {
                    msg: &padded,
                    aad: &[],
                },
            )
            .ok()?;
        Some(
            [
                &salt[..],
                &RECORD_BYTES.to_be_bytes(),
                &[POINT_BYTES],
                &ours,
                &sealed,
            ]
            .concat(),
        )
    }
}

/// An uncompressed point (SEC 1, 2.3.3).
pub fn point(key: &PublicKey) -> Box<[u8]> {
    use p256::elliptic_curve::sec1::ToSec1Point;
    key.to_sec1_point(false).as_bytes().into()
}

/// HMAC-SHA256; with the byte 1 at the end it is HKDF's expansion to at most 32 bytes (RFC 5869, 2.3).
fn mac(key: &[u8], parts: &[&[u8]]) -> Option<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    for part in parts {
        mac.update(part);
    }
    Some(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    /// RFC 8291, 5 and Appendix A.
    #[test]
    fn the_example_of_the_rfc_comes_out_byte_for_byte() {
        let receiver = Receiver::parse(&PushKeys {
            p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
                .to_owned(),
            auth: "BTBZMqHH6r4Tts7J_aSIgg".to_owned(),
        })
        .unwrap();
        let once = SecretKey::from_slice(&bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")).unwrap();
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let sealed = receiver
            .encrypt(b"When I grow up, I want to be a watermelon", &once, salt)
            .unwrap();
        assert_eq!(
            URL_SAFE_NO_PAD.encode(sealed),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8w\
             EqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn keys_that_are_none_are_refused() {
        let good = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
        for (p256dh, auth) in [
            ("", "BTBZMqHH6r4Tts7J_aSIgg"),
            (&good[..80], "BTBZMqHH6r4Tts7J_aSIgg"),
            (good, "BTBZMqHH"),
            (good, "not base64!"),
        ] {
            let keys = PushKeys {
                p256dh: p256dh.to_owned(),
                auth: auth.to_owned(),
            };
            assert!(Receiver::parse(&keys).is_err(), "{p256dh} {auth}");
        }
    }
}
