//! The SQL of integrations and numbers.

use contract::integrations::{Capabilities, IntegrationView, NumberView};
use domain::campaign::default_rate;
use domain::ids::{CompanyId, IntegrationId, NumberId};
use domain::{Address, Region, Timestamp, numbering};
use serde::Deserialize;

use crate::Fault;
use crate::ports::database::{Statement, column};

#[derive(Clone, Deserialize)]
pub struct IntegrationRow {
    pub id: IntegrationId,
    pub company_id: CompanyId,
    pub name: String,
    pub account_sid: String,
    pub auth_token_sealed: String,
    pub auth_token_ending: String,
    pub api_key_sid: Option<String>,
    pub api_key_secret_sealed: Option<String>,
    pub api_key_secret_ending: Option<String>,
    pub twiml_app_sid: Option<String>,
    pub messaging_service_sid: Option<String>,
    pub default_region: Region,
    #[serde(deserialize_with = "column::boolean")]
    pub is_active: bool,
    #[serde(deserialize_with = "column::boolean")]
    pub is_default: bool,
    #[serde(deserialize_with = "column::millis")]
    pub created_at: Timestamp,
    #[serde(deserialize_with = "column::millis")]
    pub updated_at: Timestamp,
    /// Rises with each change that a person sees.
    pub version: i64,
    /// A JSON array of [`NumberRow`], in order.
    pub numbers: String,
}

/// With what the company keeps.
#[derive(Deserialize)]
pub struct KnownRow {
    #[serde(flatten)]
    pub integration: IntegrationRow,
    pub keep_webhooks_days: u32,
}

#[derive(Clone, Deserialize)]
pub struct NumberRow {
    pub id: NumberId,
    pub address: Address,
    pub capabilities: Option<Capabilities>,
    /// Segments a second; `None`: by the kind of number.
    pub rate: Option<f64>,
    #[serde(deserialize_with = "column::millis")]
    pub free_at: Timestamp,
    pub setbacks: u32,
}

impl NumberRow {
    /// Segments a second.
    pub fn rate(&self) -> f64 {
        self.rate.unwrap_or_else(|| default_rate(&self.address))
    }
}

const COLUMNS: &str = "i.*, (SELECT json_group_array(json_object(
    'id', n.id, 'address', n.address, 'capabilities', json(n.capabilities),
    'rate', n.rate, 'free_at', n.free_at, 'setbacks', n.setbacks) ORDER BY n.position)
  FROM numbers n WHERE n.integration_id = i.id) AS numbers";

impl IntegrationRow {
    pub fn numbers(&self) -> Result<Vec<NumberRow>, Fault> {
        serde_json::from_str(&self.numbers)
            .map_err(|error| Fault::Storage(format!("numbers of {}: {error}", self.id)))
    }

    pub fn number_views(&self) -> Result<Vec<NumberView>, Fault> {
        let numbers = self.numbers()?.into_iter().enumerate();
        Ok(numbers
            .map(|(position, number)| NumberView {
                segments_per_minute: (number.rate() * 60.0).round() as u32,
                id: number.id,
                integration_id: self.id.clone(),
                display: display(&number.address, &self.default_region),
                is_default: self.is_default && position == 0,
                is_active: self.is_active,
                capabilities: number.capabilities,
                address: number.address,
            })
            .collect())
    }

    pub fn into_view(self) -> Result<IntegrationView, Fault> {
        let numbers = self.number_views()?;
        let is_whatsapp = |number: &&NumberView| matches!(number.address, Address::Whatsapp(_));
        Ok(IntegrationView {
            phone_number: numbers
                .first()
                .map_or(Address::Withheld, |number| number.address.clone()),
            whatsapp_number: numbers
                .iter()
                .find(is_whatsapp)
                .map(|number| number.address.clone()),
            numbers,
            id: self.id,
            name: self.name,
            integration_type: "sms".to_owned(),
            account_id: self.account_sid,
            api_key: mask(&self.auth_token_ending),
            api_key_sid: self.api_key_sid,
            api_key_secret: self.api_key_secret_ending.as_deref().map(mask),
            twiml_app_sid: self.twiml_app_sid,
            messaging_service_sid: self.messaging_service_sid,
            default_region: self.default_region.to_string(),
            is_active: self.is_active,
            is_default: self.is_default,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        })
    }

    /// What a browser's telephone needs is there: an API key and a TwiML App.
    pub const fn can_place_calls(&self) -> bool {
        self.api_key_sid.is_some() && self.api_key_secret_sealed.is_some() && self.twiml_app_sid.is_some()
    }
}

fn mask(ending: &str) -> String {
    format!("••••{ending}")
}

/// An address as people of `home` write it.
pub fn display(address: &Address, home: &Region) -> String {
    address
        .phone_number()
        .map_or_else(|| address.to_string(), |number| numbering::display(number, home))
}

/// The place that a secret is sealed for.
pub fn auth_token_context(id: &IntegrationId) -> String {
    format!("{id}/auth_token")
}

pub fn api_key_context(id: &IntegrationId) -> String {
    format!("{id}/api_key_secret")
}

pub fn of_company(company: &CompanyId) -> Statement {
    Statement::new(format!(
        "SELECT {COLUMNS} FROM integrations i WHERE i.company_id = ?1 ORDER BY i.is_default DESC, i.id"
    ))
    .bind(company)
}

pub fn one(company: &CompanyId, id: &IntegrationId) -> Statement {
    Statement::new(format!(
        "SELECT {COLUMNS} FROM integrations i WHERE i.id = ?1 AND i.company_id = ?2"
    ))
    .bind(id)
    .bind(company)
}

/// Whom a webhook of this account may be for, inactive ones included; several companies may share an account.
pub fn of_account(account_sid: &str) -> Statement {
    Statement::new(format!(
        "SELECT {COLUMNS}, (SELECT keep_webhooks_days FROM companies WHERE id = i.company_id) AS keep_webhooks_days
         FROM integrations i WHERE i.account_sid = ?1 ORDER BY i.id"
    ))
    .bind(account_sid)
}

/// The first integration is the default one, whatever it asks for.
pub fn insert(row: &IntegrationRow) -> Vec<Statement> {
    stored(
        row,
        "INSERT INTO integrations (id, company_id, name, account_sid, auth_token_sealed, auth_token_ending,
           api_key_sid, api_key_secret_sealed, api_key_secret_ending, twiml_app_sid, messaging_service_sid,
           default_region, is_active, is_default, updated_at, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,
           ?14 OR NOT EXISTS (SELECT 1 FROM integrations WHERE company_id = ?2 AND is_default = 1), ?15, ?16)",
    )
}

/// Fails the batch when somebody has changed it since that version.
pub fn guard_unchanged(id: &IntegrationId, version: i64) -> Statement {
    Statement::new(
        "INSERT INTO guards (name)
         SELECT 'integration_changed' WHERE NOT EXISTS (SELECT 1 FROM integrations WHERE id = ?1 AND version = ?2)",
    )
    .bind(id)
    .bind(version)
}

pub fn update(row: &IntegrationRow) -> Vec<Statement> {
    stored(
        row,
        "UPDATE integrations SET name = ?3, account_sid = ?4, auth_token_sealed = ?5, auth_token_ending = ?6,
           api_key_sid = ?7, api_key_secret_sealed = ?8, api_key_secret_ending = ?9, twiml_app_sid = ?10,
           messaging_service_sid = ?11, default_region = ?12, is_active = ?13, is_default = ?14, updated_at = ?15,
           created_at = ?16, version = version + 1
         WHERE id = ?1 AND company_id = ?2",
    )
}

fn stored(row: &IntegrationRow, sql: &'static str) -> Vec<Statement> {
    let statement = Statement::new(sql)
        .bind(&row.id)
        .bind(&row.company_id)
        .bind(&row.name)
        .bind(&row.account_sid)
        .bind(&row.auth_token_sealed)
        .bind(&row.auth_token_ending)
        .bind(row.api_key_sid.clone())
        .bind(row.api_key_secret_sealed.clone())
        .bind(row.api_key_secret_ending.clone())
        .bind(row.twiml_app_sid.clone())
        .bind(row.messaging_service_sid.clone())
        .bind(row.default_region.as_str())
        .bind(row.is_active)
        .bind(row.is_default)
        .bind(row.updated_at)
        .bind(row.created_at);
    let no_other = row.is_default.then(|| no_default(&row.company_id));
    no_other.into_iter().chain([statement]).collect()
}

/// The TwiML application that browsers call through.
pub fn set_application(id: &IntegrationId, sid: &str, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE integrations SET twiml_app_sid = ?2, updated_at = ?3, version = version + 1 WHERE id = ?1",
    )
    .bind(id)
    .bind(sid)
    .bind(now)
}

fn no_default(company: &CompanyId) -> Statement {
    Statement::new("UPDATE integrations SET is_default = 0, version = version + 1 WHERE company_id = ?1 AND is_default = 1")
        .bind(company)
}

pub fn delete(company: &CompanyId, id: &IntegrationId) -> Statement {
    Statement::new("DELETE FROM integrations WHERE id = ?1 AND company_id = ?2 RETURNING id")
        .bind(id)
        .bind(company)
}

/// When the default integration is gone, the oldest that is left takes its place.
pub fn choose_default(company: &CompanyId) -> Statement {
    Statement::new(
        "UPDATE integrations SET is_default = 1, version = version + 1
         WHERE id = (SELECT min(id) FROM integrations WHERE company_id = ?1)
           AND NOT EXISTS (SELECT 1 FROM integrations WHERE company_id = ?1 AND is_default = 1)",
    )
    .bind(company)
}

/// Makes `numbers` (a JSON array of `{id, address}` in order) the numbers of an integration. Those that stay keep
/// their row; one that another integration of the company has fails the batch.
pub fn set_numbers(company: &CompanyId, id: &IntegrationId, numbers: &str) -> Vec<Statement> {
    let wanted = "SELECT value ->> 'address' FROM json_each(?2)";
    vec![
        Statement::new(format!("DELETE FROM numbers WHERE integration_id = ?1 AND address NOT IN ({wanted})")).bind(id).bind(numbers),
        Statement::new(
            "UPDATE numbers SET position = (SELECT key FROM json_each(?2) WHERE value ->> 'address' = address)
             WHERE integration_id = ?1",
        )
        .bind(id)
        .bind(numbers),
        Statement::new(
            "INSERT INTO numbers (id, company_id, integration_id, address, position)
             SELECT value ->> 'id', ?3, ?1, value ->> 'address', key FROM json_each(?2)
             WHERE value ->> 'address' NOT IN (SELECT address FROM numbers WHERE integration_id = ?1)",
        )
        .bind(id)
        .bind(numbers)
        .bind(company),
    ]
}

/// `rates`: a JSON object of segments a second by address; `null` is the rate of the number's kind.
pub fn set_rates(id: &IntegrationId, rates: &str) -> Statement {
    Statement::new(
        "UPDATE numbers SET rate = (SELECT value FROM json_each(?2) WHERE key = numbers.address)
         WHERE integration_id = ?1 AND address IN (SELECT key FROM json_each(?2))",
    )
    .bind(id)
    .bind(rates)
}

/// What the dispatcher has learned of a number: when it may send more, and how often it was told to wait.
pub fn set_pace(company: &CompanyId, address: &str, free_at: Timestamp, setbacks: u32) -> Statement {
    Statement::new("UPDATE numbers SET free_at = ?3, setbacks = ?4 WHERE company_id = ?1 AND address = ?2")
        .bind(company)
        .bind(address)
        .bind(free_at)
        .bind(i64::from(setbacks))
}

/// `capabilities`: a JSON array of `{address, capabilities}`.
pub fn set_capabilities(id: &IntegrationId, capabilities: &str) -> Statement {
    Statement::new(
        "UPDATE numbers SET capabilities = (
           SELECT json(value -> 'capabilities') FROM json_each(?2) WHERE value ->> 'address' = numbers.address)
         WHERE integration_id = ?1 AND address IN (SELECT value ->> 'address' FROM json_each(?2))",
    )
    .bind(id)
    .bind(capabilities)
}
