//! Companies' own programs by fetch. No redirect is followed: the address is the one that was checked.

use server::ports::{HookAnswer, HookRequest, Hooks, Later};
use worker::send::SendFuture;

use crate::glue;

const TIME_OUT_MS: u32 = 15_000;

pub(crate) struct FetchHooks;

impl Hooks for FetchHooks {
    fn post(&self, request: HookRequest) -> Later<'_, Result<HookAnswer, String>> {
        Box::pin(SendFuture::new(async move {
            let headers: String = request
                .headers
                .iter()
                .map(|(name, value)| format!("{name}\n{value}\n"))
                .collect();
            let (status, text) = glue::hook(&request.url, &headers, &request.body, TIME_OUT_MS)
                .await
                .map_err(|error| glue::reason(&error))?;
            Ok(HookAnswer { status, text })
        }))
    }
}
