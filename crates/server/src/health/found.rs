//! What Twilio has: everything that decides where an integration's messages and calls go.

use std::collections::BTreeMap;

use domain::Address;
use twilio::accounts::{AccountResource, FetchAccount};
use twilio::api::ApiError;
use twilio::applications::{ApplicationResource, FetchApplication, ListApplications};
use twilio::messaging::{
    FetchService, ListPool, ListServices, ListWhatsappSenders, SenderResource, ServiceResource,
};
use twilio::phone_numbers::{IncomingPhoneNumberResource, ListIncomingPhoneNumbers};
use twilio::sid::{ApplicationSid, Credentials, MessagingServiceSid, PhoneNumberSid};

use super::wiring::Wiring;
use crate::integrations::store::IntegrationRow;
use crate::integrations::twilio_call::{CallError, call};
use crate::{App, Fault};

/// An account may have hundreds of services; each costs a question.
const MOST_SERVICES: usize = 20;

pub struct Found {
    pub account: AccountResource,
    /// The integration's own addresses, with the number that the account has under each.
    pub numbers: Vec<(Address, Option<IncomingPhoneNumberResource>)>,
    pub application: Option<ApplicationResource>,
    /// Each of the account, and which numbers are in its pool.
    pub services: Vec<(ServiceResource, Vec<PhoneNumberSid>)>,
    pub senders: BTreeMap<String, SenderResource>,
}

impl Found {
    pub async fn look(
        app: &App,
        credentials: &Credentials,
        row: &IntegrationRow,
        wiring: &Wiring,
    ) -> Result<Self, LookError> {
        let account = call(app, credentials, &FetchAccount).await?;
        let mut numbers = Vec::new();
        for number in row.numbers()? {
            let resource = match &number.address {
                Address::Number(own) => {
                    let page = call(app, credentials, &ListIncomingPhoneNumbers::of(own.clone())).await?;
                    page.incoming_phone_numbers
                        .into_iter()
                        .find(|resource| resource.phone_number == *own)
                }
                _ => None,
            };
            numbers.push((number.address, resource));
        }
        let application = application(app, credentials, row, wiring).await?;
        let mut services = Vec::new();
        for service in services_of(app, credentials, row).await? {
            let pool = ListPool {
                service: service.sid.clone(),
            };
            let pool = call(app, credentials, &pool).await?.phone_numbers;
            services.push((service, pool.into_iter().map(|number| number.sid).collect()));
        }
        let uses_whatsapp = numbers
            .iter()
            .any(|(address, _)| matches!(address, Address::Whatsapp(_)));
        let senders = if uses_whatsapp {
            optional(call(app, credentials, &ListWhatsappSenders).await)?
        } else {
            None
        };
        Ok(Self {
            account,
            numbers,
            application,
            services,
            senders: senders
                .into_iter()
                .flat_map(|page| page.senders)
                .map(|sender| (sender.sender_id.clone(), sender))
                .collect(),
        })
    }
}

/// The integration's own, and the first of the others: any of them may take a number's messages away.
async fn services_of(
    app: &App,
    credentials: &Credentials,
    row: &IntegrationRow,
) -> Result<Vec<ServiceResource>, LookError> {
    let listed = optional(call(app, credentials, &ListServices).await)?;
    let mut services = listed.map(|page| page.services).unwrap_or_default();
    services.truncate(MOST_SERVICES);
    let own = row
        .messaging_service_sid
        .as_deref()
        .and_then(|sid| MessagingServiceSid::parse(sid).ok());
    if let Some(sid) = own
        && !services.iter().any(|service| service.sid == sid)
        && let Some(own) = optional(call(app, credentials, &FetchService { sid }).await)?
    {
        services.push(own);
    }
    Ok(services)
}

/// The integration's own, or one that an earlier run has made and could not note.
async fn application(
    app: &App,
    credentials: &Credentials,
    row: &IntegrationRow,
    wiring: &Wiring,
) -> Result<Option<ApplicationResource>, LookError> {
    let known = row
        .twiml_app_sid
        .as_deref()
        .and_then(|sid| ApplicationSid::parse(sid).ok());
    if let Some(sid) = known
        && let Some(found) = if_there(call(app, credentials, &FetchApplication { sid }).await)?
    {
        return Ok(Some(found));
    }
    let list = ListApplications {
        friendly_name: wiring.application_name(),
    };
    Ok(call(app, credentials, &list)
        .await?
        .applications
        .into_iter()
        .next())
}

#[derive(Debug, thiserror::Error)]
pub enum LookError {
    #[error(transparent)]
    Call(#[from] CallError),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<LookError> for crate::Failure {
    fn from(error: LookError) -> Self {
        match error {
            LookError::Call(error) => error.into(),
            LookError::Fault(fault) => fault.into(),
        }
    }
}

/// 404 is an answer.
fn if_there<T>(answer: Result<T, CallError>) -> Result<Option<T>, CallError> {
    match answer {
        Err(CallError::Api(ApiError::Refused(refusal))) if refusal.status == 404 => Ok(None),
        answer => answer.map(Some),
    }
}

/// An account that may not use that part of Twilio has nothing there.
fn optional<T>(answer: Result<T, CallError>) -> Result<Option<T>, CallError> {
    match answer {
        Err(CallError::Api(ApiError::Refused(refusal))) if matches!(refusal.status, 403 | 404) => Ok(None),
        answer => answer.map(Some),
    }
}
