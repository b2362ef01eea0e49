//! A company's own program: keeps what it is told, and checks signatures as Standard Webhooks says a receiver does.

use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use server::ports::{HookAnswer, HookRequest, Hooks, Later};
use sha2::Sha256;

/// All such programs together.
#[derive(Clone, Default)]
pub struct FakeHooks(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    received: Vec<HookRequest>,
    answer: Option<Result<HookAnswer, String>>,
}

impl FakeHooks {
    /// What was sent since the last look.
    pub fn take(&self) -> Vec<HookRequest> {
        std::mem::take(&mut self.0.lock().unwrap().received)
    }

    pub fn answer_with(&self, status: u16, text: &str) {
        let text = text.to_owned();
        self.0.lock().unwrap().answer = Some(Ok(HookAnswer { status, text }));
    }

    pub fn break_connections(&self) {
        self.0.lock().unwrap().answer = Some(Err("connection refused".to_owned()));
    }

    pub fn recover(&self) {
        self.0.lock().unwrap().answer = None;
    }
}

impl Hooks for FakeHooks {
    fn post(&self, request: HookRequest) -> Later<'_, Result<HookAnswer, String>> {
        let mut state = self.0.lock().unwrap();
        state.received.push(request);
        let fine = || HookAnswer {
            status: 200,
            text: "ok".to_owned(),
        };
        let answer = state.answer.clone().unwrap_or_else(|| Ok(fine()));
        Box::pin(std::future::ready(answer))
    }
}

pub fn header<'a>(request: &'a HookRequest, name: &str) -> &'a str {
    let found = request.headers.iter().find(|(known, _)| *known == name);
    found.map(|(_, value)| value.as_str()).unwrap_or_default()
}

/// Whether one of the signatures is of this secret.
pub fn is_signed(request: &HookRequest, secret: &str) -> bool {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let signed = format!(
        "{}.{}.{}",
        header(request, "webhook-id"),
        header(request, "webhook-timestamp"),
        request.body
    );
    header(request, "webhook-signature").split(' ').any(|signature| {
        let given = STANDARD.decode(signature.strip_prefix("v1,").unwrap()).unwrap();
        Hmac::<Sha256>::new_from_slice(&key)
            .unwrap()
            .chain_update(&signed)
            .verify_slice(&given)
            .is_ok()
    })
}
