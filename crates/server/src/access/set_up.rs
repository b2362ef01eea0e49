//! The first start: the first company and its first administrator, for whoever holds `ADMIN_TOKEN`.

use contract::ProblemCode;
use contract::session::{Me, SetUp};
use domain::ids::{CompanyId, UserId};
use domain::people::{EmailAddress, Name};
use domain::{AuditAction, Role};

use super::account::{new_name, new_password};
use super::authenticate::is_admin_token;
use super::store::people::{self, NewUserRow};
use super::throttle::Attempt;
use super::{password, sign_in};
use crate::audit::{Actor, Entry};
use crate::integrations;
use crate::web::{Answer, UnauthenticatedCall};
use crate::{Failure, Refusal};

pub async fn set_up(call: UnauthenticatedCall<SetUp>) -> Result<Answer<Me>, Failure> {
    let (app, draft) = (&call.app, &call.body);
    let company_name = Name::new(&draft.company_name)
        .map_err(|_| Refusal::new(ProblemCode::InvalidName).at("company_name"))?;
    let name = new_name(&draft.name)?;
    let email = new_email(&draft.email)?;
    let password = new_password(&draft.password, "password")?;
    let attempt = Attempt::begin(app, "set-up", &call.meta.remote_address).await?;
    if !is_admin_token(app, &draft.admin_token) {
        return Err(Refusal::new(ProblemCode::WrongAdminToken)
            .at("admin_token")
            .into());
    }
    let hash = password::hash(app.entropy.as_ref(), &password)?;

    let (company, user, now) = (app.new_id(CompanyId::new), app.new_id(UserId::new), app.now());
    let mut batch = vec![
        people::guard_first_administrator(),
        people::insert_company(&company, &company_name, now),
        people::insert_user(&NewUserRow {
            id: &user,
            company: &company,
            email: &email,
            name: &name,
            role: Role::Superadmin,
            language: draft.language,
            password_hash: Some(hash),
            now,
        }),
        Entry::new(
            app,
            &company,
            Actor::user(&user, name.as_str()),
            AuditAction::SetUp,
        )
        .subject(company_name.as_str())
        .statement(),
    ];
    batch.extend(attempt.was_right());
    batch.extend(integrations::from_environment(app, &company)?);
    match sign_in::start_session(app, &call.meta, &user, &company, batch).await {
        Err(Failure::Fault(fault)) if fault.to_string().contains("not_the_first_administrator") => {
            Err(ProblemCode::AlreadySetUp.into())
        }
        other => other,
    }
}

pub fn new_email(text: &str) -> Result<EmailAddress, Failure> {
    EmailAddress::new(text).map_err(|_| Refusal::new(ProblemCode::InvalidEmail).at("email").into())
}
