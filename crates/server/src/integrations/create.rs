//! Connecting a Twilio account.

use contract::ProblemCode;
use contract::integrations::{CreateIntegration, IntegrationView};
use contract::live::LiveEvent;
use domain::ids::{CompanyId, IntegrationId, NumberId};
use domain::{Address, AuditAction, Region, numbering};
use twilio::sid::{AccountSid, ApiKeySid, AuthToken};

use super::draft::{self, ApiKeyChange, required};
use super::read;
use super::store::{self, IntegrationRow};
use crate::audit::Entry;
use crate::inbox::reading;
use crate::live::tell_later;
use crate::ports::database::{DatabaseError, Statement};
use crate::web::{Answer, Call};
use crate::{App, Failure, Fault, Refusal, keys};

pub async fn create(call: Call<CreateIntegration>) -> Result<Answer<IntegrationView>, Failure> {
    let (app, body) = (&call.app, &call.body);
    let company = call.caller.company()?;
    draft::integration_type(body)?;
    let region = draft::region(body)?;
    let numbers = draft::numbers(body, Vec::new(), &region.unwrap_or(app.settings.default_region))?;
    let new = NewIntegration {
        name: required(draft::name(body)?, "name")?.into(),
        account_sid: required(draft::account_sid(body)?, "account_id")?,
        auth_token: required(draft::auth_token(body), "auth_token")?,
        api_key: match draft::api_key(body, None)? {
            ApiKeyChange::Comes(sid, secret) => Some((sid, secret)),
            ApiKeyChange::Stays | ApiKeyChange::Goes => None,
        },
        twiml_app_sid: draft::twiml_app_sid(body, None)?,
        messaging_service_sid: draft::messaging_service_sid(body, None)?,
        region: region
            .or_else(|| region_of(&numbers))
            .unwrap_or(app.settings.default_region),
        is_active: body.is_active.unwrap_or(true),
        is_default: body.is_default.unwrap_or(false),
        numbers,
    };
    let entry = Entry::new(app, company, &call.caller, AuditAction::CreateIntegration)
        .subject(&new.name)
        .detail("account", Some(new.account_sid.as_str()));
    let rates = draft::sending_rates(body, &new.region)?;
    let (id, mut batch) = new.into_batch(app, company)?;
    batch.extend(rates.map(|rates| store::set_rates(&id, &rates)));
    batch.push(entry.statement());
    app.database.commit(batch).await.map_err(refuse_conflict)?;
    app.accounts.forget();
    tell_later(
        &call.app,
        &call.meta.after,
        company,
        vec![LiveEvent::ConfigChanged],
    );
    Ok(Answer::created(read::find(app, company, &id).await?.into_view()?))
}

/// The country of the main number.
pub fn region_of(numbers: &[Address]) -> Option<Region> {
    numbers
        .first()
        .and_then(Address::phone_number)
        .and_then(numbering::region_of)
}

pub fn refuse_conflict(error: DatabaseError) -> Failure {
    if error.is("numbers.company_id, numbers.address") || error.is("one_integration_per_number") {
        Refusal::new(ProblemCode::NumberTaken).at("phone_number").into()
    } else if error.is("integration_changed") {
        ProblemCode::IntegrationChanged.into()
    } else {
        error.into()
    }
}

pub struct NewIntegration {
    pub name: String,
    pub account_sid: AccountSid,
    pub auth_token: AuthToken,
    pub api_key: Option<(ApiKeySid, AuthToken)>,
    pub twiml_app_sid: Option<String>,
    pub messaging_service_sid: Option<String>,
    pub region: Region,
    pub is_active: bool,
    pub is_default: bool,
    pub numbers: Vec<Address>,
}

impl NewIntegration {
    pub fn into_batch(
        self,
        app: &App,
        company: &CompanyId,
    ) -> Result<(IntegrationId, Vec<Statement>), Failure> {
        let id = app.new_id(IntegrationId::new);
        let seal = |context: String, secret: &AuthToken| {
            app.settings
                .keys
                .seal(app.entropy.as_ref(), &context, secret.as_str())
        };
        let api_key_secret = self
            .api_key
            .as_ref()
            .map(|(_, secret)| seal(store::api_key_context(&id), secret))
            .transpose()?;
        let row = IntegrationRow {
            company_id: company.clone(),
            name: self.name,
            account_sid: self.account_sid.into(),
            auth_token_sealed: seal(store::auth_token_context(&id), &self.auth_token)?,
            auth_token_ending: ending(&self.auth_token),
            api_key_secret_sealed: api_key_secret,
            api_key_secret_ending: self.api_key.as_ref().map(|(_, secret)| ending(secret)),
            api_key_sid: self.api_key.map(|(sid, _)| sid.into()),
            twiml_app_sid: self.twiml_app_sid,
            messaging_service_sid: self.messaging_service_sid,
            default_region: self.region,
            is_active: self.is_active,
            is_default: self.is_default,
            created_at: app.now(),
            updated_at: app.now(),
            version: 1,
            numbers: "[]".to_owned(),
            id,
        };
        let mut batch = store::insert(&row);
        batch.push(reading::begin(&row));
        batch.extend(store::set_numbers(
            company,
            &row.id,
            &numbers_json(app, &self.numbers)?,
        ));
        Ok((row.id, batch))
    }
}

pub fn ending(secret: &AuthToken) -> String {
    keys::ending(secret.as_str())
}

/// For [`store::set_numbers`].
pub fn numbers_json(app: &App, numbers: &[Address]) -> Result<String, Fault> {
    let numbers: Vec<_> = numbers
        .iter()
        .map(|address| serde_json::json!({ "id": app.new_id(NumberId::new), "address": address }))
        .collect();
    serde_json::to_string(&numbers).map_err(|error| Fault::Internal(error.to_string()))
}
