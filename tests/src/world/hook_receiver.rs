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
    /// Whose address or body has this in it is answered so.
    refused: Option<(String, u16)>,
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

    /// Only this program refuses.
    pub fn refuse(&self, url: &str, status: u16) {
        self.0.lock().unwrap().refused = Some((url.to_owned(), status));
    }

    /// Only what says this is refused.
    pub fn refuse_body(&self, text: &str, status: u16) {
        self.refuse(text, status);
    }

    pub fn break_connections(&self) {
        self.0.lock().unwrap().answer = Some(Err("connection refused".to_owned()));
    }

    pub fn recover(&self) {
        let mut state = self.0.lock().unwrap();
        (state.answer, state.refused) = (None, None);
    }
}

impl Hooks for FakeHooks {
    fn post(&self, request: HookRequest) -> Later<'_, Result<HookAnswer, String>> {
        let mut state = self.0.lock().unwrap();
        let refusal = state
            .refused
            .as_ref()
            .filter(|(text, _)| request.url.contains(text) || request.body.contains(text))
            .map(|(_, status)| *status);
        state.received.push(request);
        let own = HookAnswer {
            status: refusal.unwrap_or(200),
            text: refusal.map_or("ok", |_| "refused").to_owned(),
        };
        let answer = state.answer.clone().unwrap_or(Ok(own));
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
