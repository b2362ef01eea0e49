//! The Twilio account of the environment becomes the first company's integration when that company is made.

use domain::ids::CompanyId;

use super::create::{NewIntegration, region_of};
use crate::ports::database::Statement;
use crate::{App, Failure};

pub fn from_environment(app: &App, company: &CompanyId) -> Result<Vec<Statement>, Failure> {
    let Some(first) = &app.settings.first_integration else {
        return Ok(Vec::new());
    };
    let mut numbers = vec![first.phone_number.clone()];
    numbers.extend(first.whatsapp_number.clone());
    let new = NewIntegration {
        name: "Twilio".to_owned(),
        account_sid: first.account_sid.clone(),
        auth_token: first.auth_token.clone(),
        api_key: first.api_key.clone(),
        twiml_app_sid: first.twiml_app_sid.clone().map(String::from),
        messaging_service_sid: None,
        region: region_of(&numbers).unwrap_or(app.settings.default_region),
        is_active: true,
        is_default: true,
        numbers,
    };
    Ok(new.into_batch(app, company)?.1)
}
