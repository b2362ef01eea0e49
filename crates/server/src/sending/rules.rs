//! The countries that a company writes to.

use contract::sending::{ChangeSendingRules, GetSendingRules, SendingRules};
use domain::ids::CompanyId;
use domain::{Address, AuditAction, PhoneNumber, Region, countries, numbering};
use serde::Deserialize;

use crate::audit::Entry;
use crate::ports::database::{Rows, Statement, column};
use crate::web::{Answer, Call};
use crate::{App, Failure};

pub async fn get(call: Call<GetSendingRules>) -> Result<Answer<SendingRules>, Failure> {
    let rows = call.app.database.query(chosen(call.caller.company()?)).await?;
    Ok(Answer::ok(rules(&rows)?))
}

pub async fn change(call: Call<ChangeSendingRules>) -> Result<Answer<SendingRules>, Failure> {
    let company = call.caller.company()?;
    let countries = call.body.countries.clone().map(|mut countries| {
        countries.sort_unstable();
        countries.dedup();
        countries
    });
    let words = countries.as_ref().map_or_else(
        || "usual".to_owned(),
        |countries| countries.iter().map(Region::as_str).collect::<Vec<_>>().join(" "),
    );
    let stored = countries.map(|countries| serde_json::json!(countries).to_string());
    let entry = Entry::new(&call.app, company, &call.caller, AuditAction::ChangeSettings);
    let batch = vec![
        Statement::new("UPDATE companies SET countries = ?2 WHERE id = ?1")
            .bind(company)
            .bind(stored),
        entry.detail("countries", Some(words)).if_changed(),
        chosen(company),
    ];
    let rows = call.app.database.commit(batch).await?;
    let Some(rows) = rows.last() else {
        return Err(crate::Fault::Storage("the rules are gone".to_owned()).into());
    };
    Ok(Answer::ok(rules(rows)?))
}

/// Where the company writes to, to ask of many numbers.
pub struct Allowed(Vec<Region>);

impl Allowed {
    pub async fn of(app: &App, company: &CompanyId) -> Result<Self, Failure> {
        Self::read(&app.database.query(chosen(company)).await?)
    }

    /// From the rows of [`chosen`].
    pub fn read(rows: &Rows) -> Result<Self, Failure> {
        Ok(Self(rules(rows)?.countries))
    }

    pub fn takes(&self, number: &PhoneNumber) -> bool {
        numbering::country_of(number).is_some_and(|country| self.0.contains(&country))
    }
}

pub fn chosen(company: &CompanyId) -> Statement {
    Statement::new(
        "SELECT countries, (SELECT json_group_array(address) FROM numbers WHERE company_id = ?1) AS numbers
         FROM companies WHERE id = ?1",
    )
    .bind(company)
}

fn rules(rows: &Rows) -> Result<SendingRules, Failure> {
    #[derive(Deserialize)]
    struct Row {
        #[serde(deserialize_with = "column::json_or_null")]
        countries: Option<Vec<Region>>,
        #[serde(deserialize_with = "column::json")]
        numbers: Vec<Address>,
    }
    let row = rows.first::<Row>()?.ok_or(contract::ProblemCode::NotFound)?;
    let own = row.numbers.iter().filter_map(Address::phone_number);
    let usual = countries::usual(own.filter_map(numbering::country_of));
    Ok(SendingRules {
        is_usual: row.countries.is_none(),
        countries: row.countries.unwrap_or_else(|| usual.clone()),
        usual,
    })
}
