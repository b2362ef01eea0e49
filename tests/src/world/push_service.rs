//! A browser and its push service: keeps what it is sent, and reads it as RFC 8291 says a browser does.

use std::sync::{Arc, Mutex};

use aes_gcm::aead::Aead;
use aes_gcm::{Aes128Gcm, KeyInit};
use contract::push::{PushKeys, PushSubscription};
use hmac::{Hmac, Mac};
use p256::elliptic_curve::sec1::ToSec1Point;
use p256::{PublicKey, SecretKey};
use server::ports::{Later, PushRequest, PushService};
use sha2::Sha256;

use super::base64url;

/// All browsers' services together.
#[derive(Clone, Default)]
pub struct FakePush(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    received: Vec<PushRequest>,
    answers: Vec<(String, Result<u16, String>)>,
}

impl FakePush {
    /// What was sent since the last look.
    pub fn take(&self) -> Vec<PushRequest> {
        std::mem::take(&mut self.0.lock().unwrap().received)
    }

    /// From now on that endpoint answers so; 201 otherwise.
    pub fn answer(&self, endpoint: &str, answer: Result<u16, String>) {
        self.0.lock().unwrap().answers.push((endpoint.to_owned(), answer));
    }
}

impl PushService for FakePush {
    fn push(&self, request: PushRequest) -> Later<'_, Result<u16, String>> {
        let mut state = self.0.lock().unwrap();
        let answer = state
            .answers
            .iter()
            .find(|(endpoint, _)| *endpoint == request.endpoint);
        let answer = answer.map_or(Ok(201), |(_, answer)| answer.clone());
        state.received.push(request);
        Box::pin(std::future::ready(answer))
    }
}

pub struct Browser {
    key: SecretKey,
    auth: [u8; 16],
    pub endpoint: String,
}

impl Browser {
    pub fn new(name: u8) -> Self {
        Self {
            key: SecretKey::from_slice(&[name; 32]).unwrap(),
            auth: [name; 16],
            endpoint: format!("https://push.example/send/{name}"),
        }
    }

    pub fn subscription(&self) -> PushSubscription {
        PushSubscription {
            endpoint: self.endpoint.clone(),
            keys: PushKeys {
                p256dh: base64url::encode(&self.point()),
                auth: base64url::encode(&self.auth),
            },
        }
    }

    fn point(&self) -> Vec<u8> {
        self.key.public_key().to_sec1_point(false).as_bytes().to_vec()
    }

    /// `None` when it is not for this browser.
    pub fn read(&self, body: &[u8]) -> Option<Vec<u8>> {
        let (salt, rest) = body.split_at(16);
        let (record, rest) = rest.split_at(4);
        assert_eq!(record, 4096_u32.to_be_bytes());
        let (length, rest) = rest.split_first().unwrap();
        let (theirs, sealed) = rest.split_at(usize::from(*length));
        let sender = PublicKey::from_sec1_bytes(theirs).unwrap();
        let shared = self.key.diffie_hellman(&sender);
        let secret = mac(&self.auth, &[shared.raw_secret_bytes()]);
        let input = mac(&secret, &[b"WebPush: info\0", &self.point(), theirs, &[1]]);
        let extracted = mac(salt, &[&input]);
        let key = mac(&extracted, &[b"Content-Encoding: aes128gcm\0\x01"]);
        let nonce = mac(&extracted, &[b"Content-Encoding: nonce\0\x01"]);
        let nonce: [u8; 12] = nonce[..12].try_into().unwrap();
        let mut opened = Aes128Gcm::new_from_slice(&key[..16])
            .unwrap()
            .decrypt(&nonce.into(), sealed)
            .ok()?;
        assert_eq!(opened.pop(), Some(2), "the mark of the last record");
        Some(opened)
    }
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}
