//! Signing in and out.

use contract::session::{Me, SignIn, SignOut, SignOutEverywhere};
use contract::{Nothing, ProblemCode};
use domain::AuditAction;
use domain::ids::{CompanyId, UserId};
use http::header::SET_COOKIE;
use std::time::Duration;

use super::authenticate::CallerKind;
use super::shut_out::Listening;
use super::store::people::{self, UserRow};
use super::store::tokens;
use super::throttle::Attempt;
use super::token::Token;
use super::{account, password, session_cookie};
use crate::audit::Entry;
use crate::live::let_go_later;
use crate::ports::database::Statement;
use crate::web::site_address;
use crate::web::{Answer, Call, RequestMeta, UnauthenticatedCall};
use crate::{App, Failure};

pub async fn sign_in(call: UnauthenticatedCall<SignIn>) -> Result<Answer<Me>, Failure> {
    let email = call.body.email.trim().to_lowercase();
    let attempt = Attempt::begin(&call.app, &email, &call.meta.remote_address).await?;
    let user = call
        .app
        .database
        .query(people::user_by_email(&email))
        .await?
        .first::<UserRow>()?;
    let hash = user
        .as_ref()
        .filter(|user| user.active)
        .and_then(|user| user.password_hash.as_deref());
    let right = password::verify(&call.body.password, hash);
    let Some(user) = user.filter(|_| right) else {
        return Err(ProblemCode::WrongCredentials.into());
    };
    start_session(
        &call.app,
        &call.meta,
        &user.id,
        &user.company_id,
        attempt.was_right(),
    )
    .await
}

/// Makes a session in one batch with what leads to it, and answers who is signed in, with the cookie.
pub async fn start_session(
    app: &App,
    meta: &RequestMeta,
    user: &UserId,
    company: &CompanyId,
    mut with: Vec<Statement>,
) -> Result<Answer<Me>, Failure> {
    let token = Token::new(app.entropy.as_ref(), "");
    let now = app.now();
    let expires_at = now + Duration::from_secs(session_cookie::LIFE_SECONDS);
    with.push(tokens::insert_session(
        &token.hash(),
        user,
        company,
        now,
        expires_at,
    ));
    with.push(people::user_was_seen(user, now));
    with.extend(site_address::remember(app, meta));
    app.database.commit(with).await?;
    let me = account::me(app, user, company).await?;
    Ok(Answer::ok(me).with(SET_COOKIE, session_cookie::set(meta, &token)))
}

pub async fn sign_out(call: UnauthenticatedCall<SignOut>) -> Result<Answer<Nothing>, Failure> {
    if let Some(caller) = call.caller
        && let CallerKind::Session(hash) = &caller.kind
    {
        call.app.database.query(tokens::delete_session(hash)).await?;
        let_go_later(
            &call.app,
            &call.meta.after,
            caller.company()?,
            caller.user.as_ref(),
        );
    }
    Ok(Answer::ok(Nothing {}).with(SET_COOKIE, session_cookie::clear(&call.meta)))
}

pub async fn sign_out_everywhere(call: Call<SignOutEverywhere>) -> Result<Answer<Nothing>, Failure> {
    let user = call.caller.user.as_ref().ok_or(ProblemCode::Forbidden)?;
    let company = call.caller.company()?;
    let listening = Listening::of(&call.app, user, company).await?;
    call.app
        .database
        .commit(vec![
            tokens::delete_sessions_of(user),
            Entry::new(&call.app, company, &call.caller, AuditAction::EndSessions).statement(),
        ])
        .await?;
    listening.end_later(&call.app, &call.meta.after);
    Ok(Answer::ok(Nothing {}).with(SET_COOKIE, session_cookie::clear(&call.meta)))
}
