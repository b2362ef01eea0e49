//! The people of a company.

use contract::ProblemCode;
use contract::people::{Invitation, InviteUser, ListUsers, UpdateUser};
use contract::session::UserView;
use domain::Role;
use domain::ids::UserId;

use super::account::new_name;
use super::authenticate::Caller;
use super::invitations;
use super::set_up::new_email;
use super::store::people::{self, NewUserRow, UserChange, UserRow};
use super::store::tokens;
use crate::ports::database::DatabaseError;
use crate::web::{Answer, Call};
use crate::{Failure, Refusal};

pub async fn list(call: Call<ListUsers>) -> Result<Answer<Vec<UserView>>, Failure> {
    let rows = call
        .app
        .database
        .query(people::users_of(call.caller.company()?))
        .await?
        .all::<UserRow>()?;
    Ok(Answer::ok(rows.into_iter().map(UserView::from).collect()))
}

pub async fn invite(call: Call<InviteUser>) -> Result<Answer<Invitation>, Failure> {
    let app = &call.app;
    let company = call.caller.company()?;
    let (email, name) = (new_email(&call.body.email)?, new_name(&call.body.name)?);
    may_give(&call.caller, call.body.role)?;
    let id = app.new_id(UserId::new);
    let insert = people::insert_user(&NewUserRow {
        id: &id,
        company,
        email: &email,
        name: &name,
        role: call.body.role,
        language: call.body.language,
        password_hash: None,
        now: app.now(),
    });
    let invitation = invitations::Draft::new(app, &id);
    let rows = match app.database.commit(vec![insert, invitation.statement()]).await {
        Err(error) if is_email_taken(&error) => {
            return Err(Refusal::new(ProblemCode::EmailTaken).at("email").into());
        }
        other => other?,
    };
    let user = rows
        .first()
        .map(|rows| rows.first::<UserRow>())
        .transpose()?
        .flatten()
        .ok_or(ProblemCode::NotFound)?;
    Ok(Answer::created(invitation.view(user.into(), &call.meta)))
}

pub async fn update(call: Call<UpdateUser>) -> Result<Answer<UserView>, Failure> {
    let app = &call.app;
    let company = call.caller.company()?;
    let user = app
        .database
        .query(people::user_in(company, &call.id))
        .await?
        .first::<UserRow>()?;
    let user = user.ok_or(ProblemCode::NotFound)?;
    // Nobody touches who stands above them.
    may_give(&call.caller, user.role)?;
    let name = call.body.name.as_deref().map(new_name).transpose()?;
    if let Some(role) = call.body.role {
        may_give(&call.caller, role)?;
    }
    let change = UserChange {
        name: name.as_ref(),
        role: call.body.role,
        language: None,
        active: call.body.active,
    };
    let mut batch = vec![people::update_user(&user.id, &change)];
    let was_administrator = user.active && user.role >= Role::Admin && user.password_hash.is_some();
    if was_administrator && (call.body.role.is_some() || call.body.active.is_some()) {
        batch.push(people::guard_last_administrator(company));
    }
    if call.body.active == Some(false) {
        batch.push(tokens::delete_sessions_of(&user.id));
        batch.push(tokens::delete_invitation_of(&user.id));
    }
    let rows = match app.database.commit(batch).await {
        Err(error) if error.is("last_administrator") => return Err(ProblemCode::LastAdministrator.into()),
        other => other?,
    };
    let user = rows
        .first()
        .map(|rows| rows.first::<UserRow>())
        .transpose()?
        .flatten()
        .ok_or(ProblemCode::NotFound)?;
    Ok(Answer::ok(user.into()))
}

/// A role that is at most the caller's own.
pub fn may_give(caller: &Caller, role: Role) -> Result<(), Failure> {
    if role <= caller.role {
        Ok(())
    } else {
        Err(Refusal::new(ProblemCode::RoleTooHigh).at("role").into())
    }
}

fn is_email_taken(error: &DatabaseError) -> bool {
    error.is("users.email") || error.is("one_account_per_email")
}
