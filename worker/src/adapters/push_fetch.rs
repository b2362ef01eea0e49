//! Browsers' push services by fetch (RFC 8030). No redirect is followed: the address is the one that was checked.

use server::ports::{Later, PushRequest, PushService};
use worker::send::SendFuture;

use crate::glue;

const TIME_OUT_MS: u32 = 10_000;

pub(crate) struct FetchPush;

impl PushService for FetchPush {
    fn push(&self, request: PushRequest) -> Later<'_, Result<u16, String>> {
        Box::pin(SendFuture::new(async move {
            let status = glue::push(
                &request.endpoint,
                &request.authorization,
                request.ttl_seconds,
                &request.body,
                TIME_OUT_MS,
            )
            .await
            .map_err(|error| glue::reason(&error))?;
            Ok(status.as_f64().unwrap_or_default() as u16)
        }))
    }
}
