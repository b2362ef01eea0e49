//! A link by which an invited person, or one who forgot a password, chooses one.

use contract::ProblemCode;
use contract::live::LiveEvent;
use contract::people::{AcceptInvitation, CheckInvitation, Invitation, InvitationView, RenewInvitation};
use contract::session::{Me, UserView};
use domain::ids::UserId;
use domain::{AuditAction, Timestamp};
use std::time::Duration;

use super::account::new_password;
use super::shut_out::Listening;
use super::store::people::{self, UserRow};
use super::store::tokens::{self, InvitationRow};
use super::token::Token;
use super::users::may_give;
use super::{password, sign_in};
use crate::audit::{Actor, Entry};
use crate::live::tell_later;
use crate::ports::database::Statement;
use crate::web::{Answer, Call, RequestMeta, UnauthenticatedCall};
use crate::{App, Failure};

const LIFE: Duration = Duration::from_secs(7 * 24 * 3600);

/// An invitation before it is stored: the token exists only here and in the answer.
pub struct Draft {
    token: Token,
    user: UserId,
    expires_at: Timestamp,
}

impl Draft {
    pub fn new(app: &App, user: &UserId) -> Self {
        Self {
            token: Token::new(app.entropy.as_ref(), ""),
            user: user.clone(),
            expires_at: app.now() + LIFE,
        }
    }

    pub fn statement(&self) -> Statement {
        tokens::put_invitation(&self.token.hash(), &self.user, self.expires_at)
    }

    pub fn view(self, user: UserView, meta: &RequestMeta) -> Invitation {
        Invitation {
            user,
            invitation_url: format!("{}/invitation#{}", meta.public_url, self.token.reveal()),
            expires_at: self.expires_at,
        }
    }
}

pub async fn renew(call: Call<RenewInvitation>) -> Result<Answer<Invitation>, Failure> {
    let app = &call.app;
    let user = app
        .database
        .query(people::user_in(call.caller.company()?, &call.id))
        .await?
        .first::<UserRow>()?;
    let user = user.ok_or(ProblemCode::NotFound)?;
    may_give(&call.caller, user.role)?;
    if !user.active {
        return Err(ProblemCode::NotAnInvitee.into());
    }
    let draft = Draft::new(app, &user.id);
    let entry = Entry::new(app, &user.company_id, &call.caller, AuditAction::RenewInvitation);
    app.database
        .commit(vec![draft.statement(), entry.subject(&user.email).statement()])
        .await?;
    Ok(Answer::created(draft.view(user.into(), &call.meta)))
}

/// A token has 256 random bits: guessing needs no further slowing.
async fn find(app: &App, token: &str) -> Result<InvitationRow, Failure> {
    let statement = tokens::invitation(&Token::presented(token).hash(), app.now());
    let row = app.database.query(statement).await?.first::<InvitationRow>()?;
    row.ok_or_else(|| ProblemCode::InvalidInvitation.into())
}

pub async fn check(call: UnauthenticatedCall<CheckInvitation>) -> Result<Answer<InvitationView>, Failure> {
    let row = find(&call.app, &call.body.token).await?;
    Ok(Answer::ok(InvitationView {
        email: row.email,
        name: row.name,
        company_name: row.company_name,
        language: row.language,
        expires_at: row.expires_at,
    }))
}

/// The link works once; whoever was signed in under the old password no longer is.
pub async fn accept(call: UnauthenticatedCall<AcceptInvitation>) -> Result<Answer<Me>, Failure> {
    let app = &call.app;
    let row = find(app, &call.body.token).await?;
    let password = new_password(&call.body.password, "password")?;
    let hash = password::hash(app.entropy.as_ref(), &password)?;
    let user = app
        .database
        .query(people::user(&row.user_id))
        .await?
        .first::<UserRow>()?;
    let user = user.ok_or(ProblemCode::InvalidInvitation)?;
    let listening = Listening::of(app, &user.id, &user.company_id).await?;
    let batch = vec![
        tokens::guard_invitation(&Token::presented(&call.body.token).hash()),
        people::set_password(&user.id, &hash),
        tokens::delete_invitation_of(&user.id),
        tokens::delete_sessions_of(&user.id),
        Entry::new(
            app,
            &user.company_id,
            Actor::user(&user.id, &user.name),
            AuditAction::AcceptInvitation,
        )
        .statement(),
    ];
    match sign_in::start_session(app, &call.meta, &user.id, &user.company_id, batch).await {
        Err(Failure::Fault(fault)) if fault.to_string().contains("invitation_used") => {
            Err(ProblemCode::InvalidInvitation.into())
        }
        other => {
            let me = other?;
            listening.end_later(app, &call.meta.after);
            let events = vec![LiveEvent::ConfigChanged];
            tell_later(app, &call.meta.after, &user.company_id, events);
            Ok(me)
        }
    }
}
