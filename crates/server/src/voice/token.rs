//! `/api/token`: what a person's browser registers and calls with (<https://www.twilio.com/docs/iam/access-tokens>).

use std::time::Duration;

use contract::calls::{GetToken, PostToken, VoiceToken};
use contract::{Endpoint, ProblemCode};
use twilio::access_token::{AccessToken, VoiceGrant};
use twilio::sid::{AccountSid, ApiKeySid, ApplicationSid, AuthToken};

use super::identity;
use crate::integrations::senders::Senders;
use crate::integrations::store::{self, IntegrationRow};
use crate::web::{Answer, Call};
use crate::{App, Failure, Fault};

/// The Voice SDK asks for another one before it ends.
const LIFETIME: Duration = Duration::from_secs(3600);

pub async fn get(call: Call<GetToken>) -> Result<Answer<VoiceToken>, Failure> {
    make(call).await
}

pub async fn post(call: Call<PostToken>) -> Result<Answer<VoiceToken>, Failure> {
    make(call).await
}

async fn make<E: Endpoint>(call: Call<E>) -> Result<Answer<VoiceToken>, Failure> {
    let app = &call.app;
    let (company, user) = identity::person(&call)?;
    let rows = app.database.query(store::of_company(company)).await?;
    let rows = rows.all::<IntegrationRow>()?;
    let keys = match of_browsers(&rows) {
        Some(row) => Keys::of(app, row)?,
        None => None,
    }
    .ok_or(ProblemCode::VoiceNotConfigured)?;
    let identity = identity::own(app, company, user).await?;
    let numbers = Senders::read(rows)?.callers(&keys.account);
    let token = AccessToken {
        account_sid: keys.account,
        api_key_sid: keys.key,
        identity: identity.clone(),
        issued_at: app.now(),
        lifetime: LIFETIME,
        not_before: None,
        region: None,
        voice: VoiceGrant::default().incoming().outgoing(keys.application),
    };
    let expires_at = token.expires_at();
    let token = token
        .sign(&keys.secret)
        .map_err(|error| Fault::Internal(error.to_string()))?;
    Ok(Answer::ok(VoiceToken {
        token,
        identity,
        expires_at,
        numbers,
        signalling: signalling(&app.settings.twilio_api_base),
    }))
}

/// The SDK finds the real Twilio by itself.
fn signalling(api_base: &str) -> Option<String> {
    let rest = api_base
        .strip_prefix("http")
        .filter(|_| api_base != twilio::api::API_BASE)?;
    Some(format!("ws{rest}"))
}

/// On whose account a company's browsers are: the first that has an API key and a TwiML application. A call on another
/// account finds none of them there.
pub fn of_browsers(rows: &[IntegrationRow]) -> Option<&IntegrationRow> {
    rows.iter().find(|row| row.is_active && row.can_place_calls())
}

struct Keys {
    account: AccountSid,
    key: ApiKeySid,
    secret: AuthToken,
    application: ApplicationSid,
}

impl Keys {
    /// `None` of an integration that has no API key or TwiML application.
    fn of(app: &App, row: &IntegrationRow) -> Result<Option<Self>, Failure> {
        let (Some(key), Some(sealed), Some(application)) =
            (&row.api_key_sid, &row.api_key_secret_sealed, &row.twiml_app_sid)
        else {
            return Ok(None);
        };
        let broken = |what: &str| Fault::Storage(format!("{}: {what}", row.id));
        let secret = app.settings.keys.open(&store::api_key_context(&row.id), sealed)?;
        Ok(Some(Self {
            account: AccountSid::parse(&row.account_sid).map_err(|_| broken("account_sid"))?,
            key: ApiKeySid::parse(key).map_err(|_| broken("api_key_sid"))?,
            secret: AuthToken::new(&secret),
            application: ApplicationSid::parse(application).map_err(|_| broken("twiml_app_sid"))?,
        }))
    }
}
