//! Looking over a list before it is sent: which rows are numbers, and who cannot be written to.

use std::collections::HashMap;

use contract::ProblemCode;
use contract::campaigns::{CheckRecipients, CheckedRow, CheckedRows};
use domain::{Channel, PhoneNumber, numbering};

use super::incoming::address;
use super::store::recipients::{self, ShutRow};
use crate::integrations::senders::Senders;
use crate::sending::rules::{self, Allowed};
use crate::web::{Answer, Call};
use crate::{Failure, Fault, Refusal};

const MOST_ROWS: usize = 5000;

pub async fn check(call: Call<CheckRecipients>) -> Result<Answer<CheckedRows>, Failure> {
    let (app, company, asked) = (&call.app, call.caller.company()?, &call.body);
    if asked.phone_numbers.len() > MOST_ROWS {
        return Err(Refusal::new(ProblemCode::TooLarge).at("phone_numbers").into());
    }
    let home = Senders::of(app, company).await?.region(app);
    let numbers: Vec<Option<PhoneNumber>> = asked
        .phone_numbers
        .iter()
        .map(|text| {
            let text = text.trim();
            numbering::parse(text.strip_prefix("whatsapp:").unwrap_or(text), &home).ok()
        })
        .collect();
    let identities: Vec<_> = numbers.iter().flatten().map(ToString::to_string).collect();
    let identities =
        serde_json::to_string(&identities).map_err(|error| Fault::Internal(error.to_string()))?;
    let batch = vec![recipients::shut(company, &identities), rules::chosen(company)];
    let rows = app.database.commit(batch).await?;
    let [shut, chosen] = rows.as_slice() else {
        return Err(Fault::Storage("not every answer came back".to_owned()).into());
    };
    let allowed = Allowed::read(chosen)?;
    let shut: HashMap<String, ProblemCode> = shut
        .all::<ShutRow>()?
        .into_iter()
        .map(|row| (row.identity, row.problem))
        .collect();
    let whatsapp = asked.channel == Some(Channel::Whatsapp);
    let rows = numbers.into_iter().map(|number| {
        let problem = match &number {
            None => Some(ProblemCode::InvalidPhoneNumber),
            Some(number) => (!allowed.takes(number))
                .then_some(ProblemCode::CountryNotAllowed)
                .or_else(|| shut.get(number.as_str()).copied()),
        };
        CheckedRow {
            address: number.map(|number| address(number, whatsapp)),
            problem,
        }
    });
    Ok(Answer::ok(CheckedRows { rows: rows.collect() }))
}
