//! The companies of the deployment, for its superadmins.

use contract::ProblemCode;
use contract::people::{CreateCompany, ListCompanies, RenameCompany};
use contract::session::{CompanyView, Me, SwitchCompany};
use domain::ids::CompanyId;

use super::account::{me, new_name};
use super::authenticate::CallerKind;
use super::store::people::{self, CompanyRow};
use super::store::tokens;
use crate::Failure;
use crate::web::{Answer, Call};

pub async fn list(call: Call<ListCompanies>) -> Result<Answer<Vec<CompanyView>>, Failure> {
    let rows = call
        .app
        .database
        .query(people::companies())
        .await?
        .all::<CompanyRow>()?;
    Ok(Answer::ok(rows.into_iter().map(CompanyView::from).collect()))
}

pub async fn create(call: Call<CreateCompany>) -> Result<Answer<CompanyView>, Failure> {
    let name = new_name(&call.body.name)?;
    let (id, now) = (call.app.new_id(CompanyId::new), call.app.now());
    call.app
        .database
        .query(people::insert_company(&id, &name, now))
        .await?;
    Ok(Answer::created(CompanyView {
        id,
        name: name.into(),
        created_at: now,
    }))
}

pub async fn rename(call: Call<RenameCompany>) -> Result<Answer<CompanyView>, Failure> {
    let name = new_name(&call.body.name)?;
    let row = call
        .app
        .database
        .query(people::rename_company(&call.id, &name))
        .await?
        .first::<CompanyRow>()?;
    Ok(Answer::ok(row.ok_or(ProblemCode::NotFound)?.into()))
}

/// From now on this session shows another company.
pub async fn switch(call: Call<SwitchCompany>) -> Result<Answer<Me>, Failure> {
    let (Some(user), CallerKind::Session(session)) = (&call.caller.user, &call.caller.kind) else {
        return Err(ProblemCode::Forbidden.into());
    };
    let company = &call.body.company_id;
    let known = call
        .app
        .database
        .query(people::company(company))
        .await?
        .first::<CompanyRow>()?;
    known.ok_or(ProblemCode::NotFound)?;
    call.app
        .database
        .query(tokens::look_at_company(session, company))
        .await?;
    Ok(Answer::ok(me(&call.app, user, company).await?))
}
