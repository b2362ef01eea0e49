//! "Test these credentials": asks Twilio whose account it is, and what its numbers can do.

use contract::integrations::{Capabilities, CredentialsTest, TestCredentials, TestIntegration, TestedNumber};
use contract::live::LiveEvent;
use domain::{Address, Region};
use twilio::accounts::FetchAccount;
use twilio::phone_numbers::{IncomingPhoneNumberResource, ListIncomingPhoneNumbers};
use twilio::sid::{Credentials, Secret};

use super::draft::{self, required};
use super::read;
use super::store;
use super::twilio_call::{call, credentials};
use crate::live::tell_later;
use crate::web::{Answer, Call};
use crate::{App, Failure, Fault};

/// Ten pages of 50: an account with more numbers is tested by its first 500.
const MOST_PAGES: usize = 10;

const OUR_PATHS: [&str; 3] = ["/handle_sms", "/handle_mms", "/inbox/webhooks/sms"];

pub async fn test_stored(request: Call<TestIntegration>) -> Result<Answer<CredentialsTest>, Failure> {
    let app = &request.app;
    let row = read::find(app, request.caller.company()?, &request.id).await?;
    let ours: Vec<_> = row.numbers()?.into_iter().map(|number| number.address).collect();
    let credentials = credentials(app, &row)?;
    let test = ask(
        app,
        &credentials,
        &ours,
        &row.default_region,
        &request.meta.public_url,
    )
    .await?;
    let capabilities: Vec<_> = test
        .numbers
        .iter()
        .map(|number| serde_json::json!({ "address": number.address, "capabilities": number.capabilities }))
        .collect();
    let capabilities =
        serde_json::to_string(&capabilities).map_err(|error| Fault::Internal(error.to_string()))?;
    app.database
        .query(store::set_capabilities(&row.id, &capabilities))
        .await?;
    app.accounts.forget();
    // Who writes now is told what the number cannot do.
    tell_later(
        app,
        &request.meta.after,
        request.caller.company()?,
        vec![LiveEvent::ConfigChanged],
    );
    Ok(Answer::ok(test))
}

pub async fn test_draft(request: Call<TestCredentials>) -> Result<Answer<CredentialsTest>, Failure> {
    let (app, body) = (&request.app, &request.body);
    let region = draft::region(body)?.unwrap_or(app.settings.default_region);
    let credentials = Credentials {
        account_sid: required(draft::account_sid(body)?, "account_id")?,
        secret: Secret::AuthToken(required(draft::auth_token(body), "auth_token")?),
    };
    // Numbers may still be unknown: finding them out is what the test is for.
    let ours = if draft::names_a_number(body) {
        draft::numbers(body, Vec::new(), &region)?
    } else {
        Vec::new()
    };
    Ok(Answer::ok(
        ask(app, &credentials, &ours, &region, &request.meta.public_url).await?,
    ))
}

async fn ask(
    app: &App,
    credentials: &Credentials,
    ours: &[Address],
    home: &Region,
    public_url: &str,
) -> Result<CredentialsTest, Failure> {
    let account = call(app, credentials, &FetchAccount).await?;
    let mut resources = Vec::new();
    let mut next = Some(ListIncomingPhoneNumbers::new());
    for _ in 0..MOST_PAGES {
        let Some(list) = next.take() else { break };
        let page = call(app, credentials, &list).await?;
        resources.extend(page.incoming_phone_numbers);
        next = page.next_page_uri.map(ListIncomingPhoneNumbers::next);
    }
    let mut numbers: Vec<_> = resources
        .into_iter()
        .map(|resource| tested(resource, ours, home, public_url))
        .collect();
    numbers.sort_by_key(|number| !number.in_use);
    let owned = |address: &&Address| {
        matches!(address, Address::Number(_)) && !numbers.iter().any(|number| number.address == **address)
    };
    Ok(CredentialsTest {
        account_name: account.friendly_name,
        account_status: account.status.as_str().to_owned(),
        account_type: account.kind.unwrap_or_default(),
        missing: ours.iter().filter(owned).cloned().collect(),
        numbers,
    })
}

fn tested(
    resource: IncomingPhoneNumberResource,
    ours: &[Address],
    home: &Region,
    public_url: &str,
) -> TestedNumber {
    let address = Address::Number(resource.phone_number);
    let webhook = resource.sms_url.unwrap_or_default();
    // A connection override (`#rc=2`) is no part of the address.
    let webhook = webhook.split('#').next().unwrap_or_default();
    TestedNumber {
        display: store::display(&address, home),
        in_use: ours.contains(&address),
        address,
        friendly_name: resource.friendly_name,
        capabilities: Capabilities {
            sms: resource.capabilities.sms,
            mms: resource.capabilities.mms,
            voice: resource.capabilities.voice,
            fax: resource.capabilities.fax,
        },
        sms_webhook_is_ours: OUR_PATHS
            .iter()
            .any(|path| webhook.strip_prefix(public_url) == Some(path)),
    }
}
