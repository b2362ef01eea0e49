//! An administrator records what a person said elsewhere, on the telephone or at the counter.

use contract::ProblemCode;
use contract::contacts::{ContactDetail, RecordConsent};
use domain::consent::Consent;
use domain::{Address, AuditAction};

use super::store::NewConsentRow;
use super::tell::{changed, find, known, views};
use super::{draft, read, store};
use crate::audit::Entry;
use crate::web::{Answer, Call};
use crate::{Failure, Refusal};

const LONGEST_REASON: usize = 200;

pub async fn record(call: Call<RecordConsent>) -> Result<Answer<ContactDetail>, Failure> {
    let (app, company, id, body) = (&call.app, call.caller.company()?, &call.id, &call.body);
    let home = read::home(app, company).await?;
    let before = known(app, company, &[id], &[]).await?;
    let contact = &find(&before, id)?.contact;
    let reason = body.reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        return Err(Refusal::new(ProblemCode::InvalidReason).at("reason").into());
    }
    let refuse = |code| Failure::from(Refusal::new(code).at("number"));
    let identity = draft::identity(&body.number, &home).map_err(refuse)?;
    let number = contact
        .numbers
        .iter()
        .find(|number| number.identity == identity)
        .ok_or_else(|| refuse(ProblemCode::InvalidField))?;
    let (word, opted_out_at) = match body.consent {
        Consent::OptOut => ("optout", Some(app.now())),
        Consent::OptIn => ("optin", None),
    };
    // Said before: once is enough.
    if opted_out_at.is_some() != number.opted_out_at.is_some() {
        let mut batch = store::record_consent(
            company,
            id,
            &NewConsentRow {
                identity: &identity,
                word,
                opted_out_at,
                recorded_by: &call.caller.name,
                reason,
                now: app.now(),
            },
        );
        let entry = Entry::new(app, company, &call.caller, AuditAction::ChangeConsent)
            .subject(contact.called(app, home))
            .number(&Address::parse(&identity))
            .detail("consent", Some(word))
            .detail("reason", Some(reason));
        batch.push(entry.statement());
        batch.extend(views(company, id, &before)?);
        let rows = app.database.commit(batch).await?;
        changed(app, &call.meta, company, &[id], &rows)?;
    }
    Ok(Answer::ok(read::detail(app, company, id).await?))
}
