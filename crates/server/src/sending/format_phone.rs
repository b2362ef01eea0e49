//! `POST /api/sms/format-phone`: a number in any form, as libphonenumber reads it.

use contract::ProblemCode;
use contract::older::{FormatPhone, FormattedPhone};
use domain::numbering;

use crate::integrations::senders::Senders;
use crate::web::{Answer, Call};
use crate::{Failure, Refusal};

pub async fn format_phone(call: Call<FormatPhone>) -> Result<Answer<FormattedPhone>, Failure> {
    let region = match call.body.region.as_deref() {
        Some(text) => text
            .parse()
            .map_err(|_| Failure::from(Refusal::new(ProblemCode::InvalidRegion).at("region")))?,
        None => match &call.caller.company {
            Some(company) => Senders::of(&call.app, company).await?.region(&call.app),
            None => call.app.settings.default_region,
        },
    };
    let number = numbering::parse(&call.body.phone, &region)
        .map_err(|_| Failure::from(Refusal::new(ProblemCode::InvalidPhoneNumber).at("phone")))?;
    let description = numbering::describe(&number);
    Ok(Answer::ok(FormattedPhone {
        phone: call.body.phone.clone(),
        formatted: number.into(),
        valid: description.valid,
        country: description.country.map(|region| region.to_string()),
        kind: description.kind.as_str().to_owned(),
        national: description.national,
    }))
}
