//! Tokens for programs: shown once, revocable, never stronger than whoever made them.

use contract::people::{ApiTokenView, CreateApiToken, CreatedApiToken, ListApiTokens, RevokeApiToken};
use contract::{Nothing, ProblemCode};
use domain::AuditAction;
use domain::ids::ApiTokenId;
use domain::role::Scope;
use serde_json::json;

use super::account::new_name;
use super::store::tokens::{self, ApiTokenRow, NewApiTokenRow};
use super::token::{API_TOKEN_PREFIX, Token};
use super::users::may_give;
use crate::audit::Entry;
use crate::live::let_go_later;
use crate::web::{Answer, Call};
use crate::{Failure, Refusal};

pub async fn list(call: Call<ListApiTokens>) -> Result<Answer<Vec<ApiTokenView>>, Failure> {
    let rows = call
        .app
        .database
        .query(tokens::api_tokens_of(call.caller.company()?))
        .await?
        .all::<ApiTokenRow>()?;
    Ok(Answer::ok(rows.into_iter().map(ApiTokenView::from).collect()))
}

pub async fn create(call: Call<CreateApiToken>) -> Result<Answer<CreatedApiToken>, Failure> {
    let app = &call.app;
    let name = new_name(&call.body.name)?;
    may_give(&call.caller, call.body.role)?;
    let scopes = chosen(call.body.scopes)?;
    let (id, now) = (app.new_id(ApiTokenId::new), app.now());
    let token = Token::new(app.entropy.as_ref(), API_TOKEN_PREFIX);
    let ending = token.ending();
    let row = NewApiTokenRow {
        id: &id,
        hash: token.hash(),
        company: call.caller.company()?,
        created_by: call.caller.on_behalf_of.as_ref(),
        name: name.as_str(),
        role: call.body.role,
        scopes: scopes.as_ref().map(|scopes| json!(scopes).to_string()),
        ending: &ending,
        now,
    };
    let entry = Entry::new(app, row.company, &call.caller, AuditAction::MakeToken)
        .subject(name.as_str())
        .detail("role", Some(call.body.role.as_str()))
        .detail("scopes", words(scopes.as_deref()).as_deref());
    app.database
        .commit(vec![tokens::insert_api_token(&row), entry.statement()])
        .await?;
    let view = ApiTokenView {
        id,
        name: name.into(),
        role: call.body.role,
        scopes,
        ending,
        created_by: call.caller.user.as_ref().map(|_| call.caller.name.clone()),
        created_at: now,
        last_used_at: None,
    };
    Ok(Answer::created(CreatedApiToken {
        token: token.reveal().to_owned(),
        view,
    }))
}

/// Each once, in their order.
fn chosen(scopes: Option<Vec<Scope>>) -> Result<Option<Vec<Scope>>, Failure> {
    let Some(mut scopes) = scopes else {
        return Ok(None);
    };
    if scopes.is_empty() {
        return Err(Refusal::new(ProblemCode::NoScopes).at("scopes").into());
    }
    scopes.sort_unstable();
    scopes.dedup();
    Ok(Some(scopes))
}

fn words(scopes: Option<&[Scope]>) -> Option<String> {
    let words: Vec<_> = scopes?.iter().map(|scope| scope.as_str()).collect();
    Some(words.join(", "))
}

pub async fn revoke(call: Call<RevokeApiToken>) -> Result<Answer<Nothing>, Failure> {
    let company = call.caller.company()?;
    let token = tokens::api_token(company, &call.id);
    let token = call.app.database.query(token).await?.first::<ApiTokenRow>()?;
    let token = ApiTokenView::from(token.ok_or(ProblemCode::NotFound)?);
    let entry = Entry::new(&call.app, company, &call.caller, AuditAction::RevokeToken).subject(token.name);
    call.app
        .database
        .commit(vec![
            tokens::delete_api_token(company, &call.id),
            entry.if_changed(),
        ])
        .await?;
    let_go_later(&call.app, &call.meta.after, company, None);
    Ok(Answer::ok(Nothing {}))
}
