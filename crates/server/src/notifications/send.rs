//! `POST /api/sms/notification`: the company's text of one kind, with the values that the caller brings.

use contract::ProblemCode;
use contract::notifications::SendNotification;
use contract::older::ShapeA;
use domain::{AuditAction, Language, template};

use super::store::{self, TextRow};
use super::values::{self, Values};
use crate::access::store::people::{self, CompanyRow};
use crate::appointments::settings;
use crate::integrations::senders::Senders;
use crate::integrations::store as integrations;
use crate::sending::compose;
use crate::sending::draft::{Content, Draft};
use crate::sending::idempotency::IdempotencyKey;
use crate::sending::older_paths::shape_a;
use crate::sending::parties::recipient;
use crate::web::{Answer, Call};
use crate::{Failure, Fault, Refusal};

pub async fn send(call: Call<SendNotification>) -> Result<Answer<ShapeA>, Failure> {
    let (app, company, request) = (&call.app, call.caller.company()?, &call.body);
    let batch = vec![
        integrations::of_company(company),
        people::company(company),
        store::of_company(company),
        settings::of_company(company),
    ];
    let rows = app.database.commit(batch).await?;
    let [senders, name, texts, settings] = rows.as_slice() else {
        return Err(Fault::Storage("not every answer came back".to_owned()).into());
    };
    let senders = Senders::read(senders.all()?)?;
    let to = recipient(&request.to, &senders.region(app), false, "to")?;
    let language = match request.locale.as_deref() {
        Some(locale) => language(locale)?,
        None => settings::read(settings, &senders, app)?.language,
    };
    let sender = senders.choose(app, request.from.as_deref(), false)?;
    let mut values = Values::new();
    if let Some(row) = name.first::<CompanyRow>()? {
        values.insert("company".to_owned(), row.name);
    }
    // What is null is as if it were absent: the text says whether it is needed.
    for (name, value) in &request.data {
        let text = value.as_ref().map(ToString::to_string).unwrap_or_default();
        values.insert(template::key(name), text);
    }
    let texts = texts.all::<TextRow>()?;
    let body = values::render(values::text(&texts, request.kind, language), &values)?;

    let (number, from) = (to.to_string(), sender.address.to_string());
    let parts = [
        "notification",
        request.kind.as_str(),
        &number,
        &from,
        body.as_str(),
    ];
    let draft = Draft {
        caller: &call.caller,
        company,
        sender: &sender,
        to,
        key: IdempotencyKey::of(&call.caller, &call.meta, &parts)?,
        content: Content {
            text: body.into(),
            media: Vec::new(),
            template: None,
            field: "data",
        },
        to_field: "to",
        seen: None,
    };
    let sent = compose::send_as(app, &call.meta, draft, AuditAction::SendNotificationSms).await?;
    Ok(Answer::created(shape_a(sent.message, call.meta.language)))
}

/// `fr`, `fr-FR`, `fr_CA`…
fn language(locale: &str) -> Result<Language, Failure> {
    match locale.trim().to_ascii_lowercase().split(['-', '_']).next() {
        Some("fr") => Ok(Language::Fr),
        Some("en") => Ok(Language::En),
        _ => Err(Refusal::new(ProblemCode::InvalidField).at("locale").into()),
    }
}
