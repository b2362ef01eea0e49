//! The companies of the deployment, for its superadmins.

use contract::ProblemCode;
use contract::people::{CreateCompany, ListCompanies, RenameCompany};
use contract::session::{CompanyView, Me, SwitchCompany};
use domain::AuditAction;
use domain::ids::CompanyId;

use super::account::{me, new_name};
use super::authenticate::CallerKind;
use super::store::people::{self, CompanyRow};
use super::store::tokens;
use crate::Failure;
use crate::audit::Entry;
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
        .commit(vec![
            people::insert_company(&id, &name, now),
            Entry::new(&call.app, &id, &call.caller, AuditAction::CreateCompany)
                .subject(name.as_str())
                .statement(),
        ])
        .await?;
    Ok(Answer::created(CompanyView {
        id,
        name: name.into(),
        created_at: now,
    }))
}

pub async fn rename(call: Call<RenameCompany>) -> Result<Answer<CompanyView>, Failure> {
    let name = new_name(&call.body.name)?;
    let entry = Entry::new(&call.app, &call.id, &call.caller, AuditAction::RenameCompany);
    let batch = vec![
        people::rename_company(&call.id, &name),
        entry.subject(name.as_str()).if_changed(),
    ];
    let rows = call.app.database.commit(batch).await?;
    let row = rows.first().map(|rows| rows.first::<CompanyRow>()).transpose()?;
    Ok(Answer::ok(row.flatten().ok_or(ProblemCode::NotFound)?.into()))
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
        .commit(vec![
            tokens::look_at_company(session, company),
            Entry::new(&call.app, company, &call.caller, AuditAction::EnterCompany).statement(),
        ])
        .await?;
    Ok(Answer::ok(me(&call.app, user, company).await?))
}
