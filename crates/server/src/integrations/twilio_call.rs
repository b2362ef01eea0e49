//! Asking Twilio something on behalf of an integration.

use contract::ProblemCode;
use twilio::api::{ApiError, Operation};
use twilio::sid::{AccountSid, AuthToken, Credentials, Secret};

use super::store::{self, IntegrationRow};
use crate::ports::NoAnswer;
use crate::{App, Failure, Fault};

#[derive(Debug, thiserror::Error)]
pub enum CallError {
    #[error(transparent)]
    NoAnswer(#[from] NoAnswer),
    #[error(transparent)]
    Api(#[from] ApiError),
}

pub async fn call<O: Operation>(
    app: &App,
    credentials: &Credentials,
    operation: &O,
) -> Result<O::Answer, CallError> {
    let request = operation.request(&credentials.account_sid);
    let response = app.twilio.execute(credentials, request).await?;
    Ok(O::read(&response)?)
}

/// The credentials of a stored integration, opened.
pub fn credentials(app: &App, row: &IntegrationRow) -> Result<Credentials, Fault> {
    let token = app
        .settings
        .keys
        .open(&store::auth_token_context(&row.id), &row.auth_token_sealed)?;
    let account_sid =
        AccountSid::parse(&row.account_sid).map_err(|error| Fault::Storage(error.to_string()))?;
    Ok(Credentials {
        account_sid,
        secret: Secret::AuthToken(AuthToken::new(&token)),
    })
}

/// For questions that change nothing at Twilio: a clear answer or a fault.
impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Api(ApiError::Refused(refusal)) if matches!(refusal.status, 401 | 403 | 404) => {
                let mut problem = crate::Refusal::new(ProblemCode::TwilioCredentialsRefused);
                problem.twilio_code = refusal.code;
                problem.into()
            }
            other => Fault::Twilio(other.to_string()).into(),
        }
    }
}
