//! The people of a company.

use contract::ProblemCode;
use contract::live::LiveEvent;
use contract::people::{Invitation, InviteUser, ListUsers, UpdateUser};
use contract::session::UserView;
use domain::ids::UserId;
use domain::{AuditAction, Role};

use super::account::new_name;
use super::authenticate::Caller;
use super::invitations;
use super::set_up::new_email;
use super::shut_out::Listening;
use super::store::people::{self, NewUserRow, UserChange, UserRow};
use super::store::tokens;
use crate::audit::Entry;
use crate::live::tell_later;
use crate::ports::database::{DatabaseError, Statement};
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
    let entry = Entry::new(app, company, &call.caller, AuditAction::InviteUser)
        .subject(email.as_str())
        .detail("role", Some(call.body.role.as_str()));
    let batch = vec![insert, invitation.statement(), entry.statement()];
    let rows = match app.database.commit(batch).await {
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
    tell_later(app, &call.meta.after, company, vec![LiveEvent::ConfigChanged]);
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
    batch.extend(entries(&call, company, &user));
    let role_before = user.role;
    let listening = Listening::of(app, &user.id, company).await?;
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
    if call.body.active == Some(false) || user.role < role_before {
        listening.end_with_programs_later(app, &call.meta.after);
    } else if call.body.role.is_some() || call.body.active.is_some() {
        listening.end_later(app, &call.meta.after);
    }
    tell_later(app, &call.meta.after, company, vec![LiveEvent::ConfigChanged]);
    Ok(Answer::ok(user.into()))
}

/// One for each kind of change that there is.
fn entries<'a>(
    call: &'a Call<UpdateUser>,
    company: &'a domain::ids::CompanyId,
    user: &'a UserRow,
) -> impl Iterator<Item = Statement> + 'a {
    let (name, role, active) = (&call.body.name, call.body.role, call.body.active);
    let entry = |action| Entry::new(&call.app, company, &call.caller, action).subject(&user.email);
    let renamed = name.as_ref().filter(|name| **name != user.name);
    let moved = role.filter(|role| *role != user.role);
    let switched = active.filter(|active| *active != user.active);
    [
        renamed.map(|name| {
            let entry = entry(AuditAction::ChangeUser).detail("before", Some(user.name.as_str()));
            entry.detail("name", Some(name.as_str()))
        }),
        moved.map(|role| {
            let entry = entry(AuditAction::ChangeRole).detail("before", Some(user.role.as_str()));
            entry.detail("role", Some(role.as_str()))
        }),
        switched.map(|active| {
            entry(if active {
                AuditAction::ReactivateUser
            } else {
                AuditAction::DeactivateUser
            })
        }),
    ]
    .into_iter()
    .flatten()
    .map(Entry::statement)
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
