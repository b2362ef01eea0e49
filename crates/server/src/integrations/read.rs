//! Looking at integrations. Secrets stay sealed: a view has their last four characters.

use contract::ProblemCode;
use contract::integrations::{GetIntegration, IntegrationView, ListIntegrations};
use domain::ids::{CompanyId, IntegrationId};

use super::store::{self, IntegrationRow};
use crate::web::{Answer, Call};
use crate::{App, Failure};

pub async fn list(call: Call<ListIntegrations>) -> Result<Answer<Vec<IntegrationView>>, Failure> {
    let rows = call
        .app
        .database
        .query(store::of_company(call.caller.company()?))
        .await?
        .all::<IntegrationRow>()?;
    Ok(Answer::ok(
        rows.into_iter()
            .map(IntegrationRow::into_view)
            .collect::<Result<_, _>>()?,
    ))
}

pub async fn get(call: Call<GetIntegration>) -> Result<Answer<IntegrationView>, Failure> {
    Ok(Answer::ok(
        find(&call.app, call.caller.company()?, &call.id)
            .await?
            .into_view()?,
    ))
}

pub async fn find(app: &App, company: &CompanyId, id: &IntegrationId) -> Result<IntegrationRow, Failure> {
    let row = app
        .database
        .query(store::one(company, id))
        .await?
        .first::<IntegrationRow>()?;
    row.ok_or_else(|| ProblemCode::NotFound.into())
}
