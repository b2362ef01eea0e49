//! Changing an integration: what is absent stays as it is.

use contract::Nothing;
use contract::integrations::{DeleteIntegration, IntegrationView, UpdateIntegration};
use contract::live::LiveEvent;
use domain::AuditAction;

use super::create::{ending, numbers_json, refuse_conflict};
use super::draft::ApiKeyChange;
use super::{draft, read, store};
use crate::Failure;
use crate::audit::Entry;
use crate::live::tell_later;
use crate::web::{Answer, Call};

pub async fn update(call: Call<UpdateIntegration>) -> Result<Answer<IntegrationView>, Failure> {
    let (app, body) = (&call.app, &call.body);
    let company = call.caller.company()?;
    let mut row = read::find(app, company, &call.id).await?;
    draft::integration_type(body)?;
    let before: Vec<_> = row.numbers()?.into_iter().map(|number| number.address).collect();
    let seal = |context: String, secret: &str| app.settings.keys.seal(app.entropy.as_ref(), &context, secret);
    if let Some(region) = draft::region(body)? {
        row.default_region = region;
    }
    if let Some(name) = draft::name(body)? {
        row.name = name.into();
    }
    if let Some(sid) = draft::account_sid(body)? {
        row.account_sid = sid.into();
    }
    if let Some(token) = draft::auth_token(body) {
        row.auth_token_sealed = seal(store::auth_token_context(&row.id), token.as_str())?;
        row.auth_token_ending = ending(&token);
    }
    match draft::api_key(body, row.api_key_sid.as_deref())? {
        ApiKeyChange::Comes(sid, secret) => {
            row.api_key_secret_sealed = Some(seal(store::api_key_context(&row.id), secret.as_str())?);
            row.api_key_secret_ending = Some(ending(&secret));
            row.api_key_sid = Some(sid.into());
        }
        ApiKeyChange::Goes => {
            (
                row.api_key_sid,
                row.api_key_secret_sealed,
                row.api_key_secret_ending,
            ) = (None, None, None);
        }
        ApiKeyChange::Stays => {}
    }
    row.twiml_app_sid = draft::twiml_app_sid(body, row.twiml_app_sid)?;
    row.messaging_service_sid = draft::messaging_service_sid(body, row.messaging_service_sid)?;
    row.is_active = body.is_active.unwrap_or(row.is_active);
    row.is_default = body.is_default.unwrap_or(row.is_default);
    row.updated_at = app.now();
    let numbers = draft::numbers(body, before, &row.default_region)?;

    let mut batch = vec![store::guard_unchanged(
        &row.id,
        body.version.unwrap_or(row.version),
    )];
    batch.extend(store::update(&row));
    batch.extend(store::set_numbers(
        company,
        &row.id,
        &numbers_json(app, &numbers)?,
    ));
    if let Some(rates) = draft::sending_rates(body, &row.default_region)? {
        batch.push(store::set_rates(&row.id, &rates));
    }
    let entry = Entry::new(app, company, &call.caller, AuditAction::ChangeIntegration);
    batch.push(
        entry
            .subject(&row.name)
            .detail("account", Some(row.account_sid.as_str()))
            .statement(),
    );
    app.database.commit(batch).await.map_err(refuse_conflict)?;
    app.accounts.forget();
    tell_later(
        &call.app,
        &call.meta.after,
        company,
        vec![LiveEvent::ConfigChanged],
    );
    Ok(Answer::ok(read::find(app, company, &row.id).await?.into_view()?))
}

pub async fn delete(call: Call<DeleteIntegration>) -> Result<Answer<Nothing>, Failure> {
    let company = call.caller.company()?;
    let row = read::find(&call.app, company, &call.id).await?;
    let entry = Entry::new(&call.app, company, &call.caller, AuditAction::DeleteIntegration);
    let batch = vec![
        store::delete(company, &call.id),
        entry
            .subject(&row.name)
            .detail("account", Some(row.account_sid.as_str()))
            .if_changed(),
        store::choose_default(company),
    ];
    call.app.database.commit(batch).await?;
    call.app.accounts.forget();
    tell_later(
        &call.app,
        &call.meta.after,
        company,
        vec![LiveEvent::ConfigChanged],
    );
    Ok(Answer::ok(Nothing {}))
}
