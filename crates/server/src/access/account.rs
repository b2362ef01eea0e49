//! The caller's own account.

use contract::live::LiveEvent;
use contract::session::{ChangePassword, GetSession, Me, SessionView, UpdateMe};
use contract::{Nothing, ProblemCode};
use domain::AuditAction;
use domain::ids::{CompanyId, UserId};
use domain::people::{Name, NewPassword};

use super::authenticate::CallerKind;
use super::password;
use super::shut_out::Listening;
use super::store::people::{self, CompanyRow, UserChange, UserRow};
use super::store::tokens;
use super::throttle::Attempt;
use crate::audit::Entry;
use crate::live::tell_later;
use crate::web::{Answer, Call, UnauthenticatedCall};
use crate::{App, Failure, Refusal};

pub async fn who_am_i(call: UnauthenticatedCall<GetSession>) -> Result<Answer<SessionView>, Failure> {
    let signed_in = call
        .caller
        .and_then(|caller| Some((caller.user?, caller.company?)));
    let me = match &signed_in {
        Some((user, company)) => Some(me(&call.app, user, company).await?),
        None => None,
    };
    let setup_required = me.is_none() && call.app.database.query(people::any_user()).await?.is_empty();
    Ok(Answer::ok(SessionView { setup_required, me }))
}

pub async fn me(app: &App, user: &UserId, company: &CompanyId) -> Result<Me, Failure> {
    let rows = app
        .database
        .commit(vec![people::user(user), people::company(company)])
        .await?;
    let [user, company] = rows.as_slice() else {
        return Err(ProblemCode::NotSignedIn.into());
    };
    let user = user.first::<UserRow>()?.ok_or(ProblemCode::NotSignedIn)?;
    let company = company.first::<CompanyRow>()?.ok_or(ProblemCode::NotSignedIn)?;
    Ok(Me {
        user: user.into(),
        company: company.into(),
    })
}

pub async fn update_me(call: Call<UpdateMe>) -> Result<Answer<Me>, Failure> {
    let user = call.caller.user.as_ref().ok_or(ProblemCode::Forbidden)?;
    let name = call.body.name.as_deref().map(new_name).transpose()?;
    let company = call.caller.company()?;
    let change = UserChange {
        name: name.as_ref(),
        role: None,
        language: call.body.language,
        active: None,
    };
    call.app
        .database
        .query(people::update_user(user, &change))
        .await?;
    if name.is_some() {
        tell_later(
            &call.app,
            &call.meta.after,
            company,
            vec![LiveEvent::ConfigChanged],
        );
    }
    Ok(Answer::ok(me(&call.app, user, company).await?))
}

pub async fn change_password(call: Call<ChangePassword>) -> Result<Answer<Nothing>, Failure> {
    let (Some(id), CallerKind::Session(session)) = (&call.caller.user, &call.caller.kind) else {
        return Err(ProblemCode::Forbidden.into());
    };
    let company = call.caller.company()?;
    let new = new_password(&call.body.new, "new")?;
    let user = call
        .app
        .database
        .query(people::user(id))
        .await?
        .first::<UserRow>()?
        .ok_or(ProblemCode::NotSignedIn)?;
    // Guessing here is slowed like guessing at the door.
    let attempt = Attempt::begin(&call.app, &user.email, &call.meta.remote_address).await?;
    if !password::verify(&call.body.current, user.password_hash.as_deref()) {
        return Err(Refusal::new(ProblemCode::WrongPassword).at("current").into());
    }
    let hash = password::hash(call.app.entropy.as_ref(), &new)?;
    let mut batch = attempt.was_right();
    batch.extend([
        people::set_password(id, &hash),
        tokens::delete_other_sessions_of(id, session),
        tokens::delete_invitation_of(id),
        Entry::new(&call.app, company, &call.caller, AuditAction::ChangePassword).statement(),
    ]);
    let listening = Listening::of(&call.app, id, company).await?;
    call.app.database.commit(batch).await?;
    listening.end_later(&call.app, &call.meta.after);
    Ok(Answer::ok(Nothing {}))
}

pub fn new_name(text: &str) -> Result<Name, Failure> {
    Name::new(text).map_err(|_| Refusal::new(ProblemCode::InvalidName).at("name").into())
}

pub fn new_password(text: &str, field: &'static str) -> Result<NewPassword, Failure> {
    NewPassword::new(text).map_err(|_| Refusal::new(ProblemCode::InvalidPassword).at(field).into())
}
