//! Twilio's REST API by fetch. No redirect is followed: an answer of another host is not Twilio's.

use server::ports::{Later, NoAnswer, TwilioApi};
use twilio::api::{ApiRequest, ApiResponse};
use twilio::sid::Credentials;
use worker::send::SendFuture;

use crate::glue;

/// Twilio answers within a second or two; a request in doubt is reconciled, so waiting long gains nothing.
const TIME_OUT_MS: u32 = 15_000;

pub(crate) struct FetchTwilio {
    base: String,
}

impl FetchTwilio {
    pub(crate) fn new(base: &str) -> Self {
        Self {
            base: base.to_owned(),
        }
    }
}

impl TwilioApi for FetchTwilio {
    fn execute<'a>(
        &'a self,
        credentials: &'a Credentials,
        request: ApiRequest,
    ) -> Later<'a, Result<ApiResponse, NoAnswer>> {
        Box::pin(SendFuture::new(async move {
            let url = request.url(&self.base);
            let asked = glue::ask(
                &url,
                request.method,
                &credentials.authorization(),
                request.body,
                TIME_OUT_MS,
            )
            .await;
            let (status, body) = asked.map_err(|error| NoAnswer(glue::reason(&error)))?;
            Ok(ApiResponse { status, body })
        }))
    }
}
