//! A person is forgotten, because they asked or nobody needs them any more. One batch: all of it or nothing.

use contract::ProblemCode;
use contract::live::LiveEvent;
use contract::own_data::{ERASE, EraseContact, Erased};
use domain::AuditAction;
use domain::ids::{CompanyId, ContactId};

use super::at_twilio;
use crate::audit::Entry;
use crate::contacts::store as contacts;
use crate::contacts::tell::{find, known};
use crate::live::forget_later;
use crate::ports::database::Statement;
use crate::recorder::log::Forget;
use crate::web::{Answer, Call};
use crate::{Failure, Fault, Refusal};

pub async fn erase(call: Call<EraseContact>) -> Result<Answer<Erased>, Failure> {
    let (app, company, id) = (&call.app, call.caller.company()?, &call.id);
    let before = known(app, company, &[id], &[]).await?;
    let contact = &find(&before, id)?.contact;
    if call.body.confirm != ERASE {
        return Err(Refusal::new(ProblemCode::ConfirmationMissing)
            .at("confirm")
            .into());
    }
    let mut batch = vec![count(company, id)];
    if call.body.at_twilio {
        batch.extend(at_twilio::plan(company, id, app.now()));
    }
    batch.extend(forget_conversations(company, id));
    for number in &contact.numbers {
        let alone = app.new_id(ContactId::new);
        batch.push(forget_consent(company, &number.identity));
        // Whoever said STOP stays, without a name: they must not be written to again.
        batch.extend(contacts::release(
            company,
            id,
            &number.identity,
            &alone,
            app.now(),
        ));
    }
    batch.push(contacts::delete(company, id));
    // Nothing that tells who it was.
    let entry = Entry::new(app, company, &call.caller, AuditAction::EraseContact)
        .subject(id.to_string())
        .detail("at_twilio", call.body.at_twilio.then_some("yes"));
    batch.push(entry.if_changed());
    let rows = app.database.commit(batch).await?;
    let erased = rows
        .first()
        .map(|rows| rows.first::<Erased>())
        .transpose()?
        .flatten();
    let erased = erased.ok_or_else(|| Fault::Storage("what was erased was not counted".to_owned()))?;
    let numbers = contact.numbers.iter().map(|number| number.identity.clone());
    let gone = Forget::Numbers(numbers.collect());
    forget_later(app, &call.meta.after, company, LiveEvent::EverythingChanged, gone);
    Ok(Answer::ok(erased))
}

/// `?1` the company, `?2` the contact.
const MESSAGES: &str =
    "SELECT m.id FROM conversations c CROSS JOIN messages m INDEXED BY messages_of_conversation
    ON m.conversation_id = c.id WHERE c.contact_id = ?2 AND c.company_id = ?1";
const NUMBERS: &str = "SELECT identity FROM contact_addresses WHERE contact_id = ?2 AND company_id = ?1
    UNION ALL SELECT 'whatsapp:' || identity FROM contact_addresses WHERE contact_id = ?2 AND company_id = ?1";

fn of(company: &CompanyId, id: &ContactId, sql: String) -> Statement {
    Statement::new(sql).bind(company).bind(id)
}

fn count(company: &CompanyId, id: &ContactId) -> Statement {
    of(
        company,
        id,
        "SELECT coalesce(sum(m.channel <> 'call'), 0) AS messages, coalesce(sum(m.channel = 'call'), 0) AS calls,
           coalesce(sum(m.media_count), 0) AS files
         FROM conversations c CROSS JOIN messages m INDEXED BY messages_of_conversation ON m.conversation_id = c.id
         WHERE c.contact_id = ?2 AND c.company_id = ?1"
            .to_owned(),
    )
}

/// Messages take their files, calls, places and search rows along.
fn forget_conversations(company: &CompanyId, id: &ContactId) -> Vec<Statement> {
    [
        format!(
            "UPDATE recipients SET address = '', name = NULL, variables = NULL
             WHERE campaign_id IN (SELECT id FROM campaigns WHERE company_id = ?1) AND state <> 'waiting'
               AND address IN ({NUMBERS})"
        ),
        format!(
            "UPDATE recipients SET state = 'failed', error = 'message_deleted', address = '', name = NULL, variables = NULL
             WHERE campaign_id IN (SELECT id FROM campaigns WHERE company_id = ?1) AND state = 'waiting'
               AND address IN ({NUMBERS})"
        ),
        format!("DELETE FROM appointments WHERE company_id = ?1 AND customer IN ({NUMBERS})"),
        format!(
            "DELETE FROM hook_deliveries
             WHERE hook_id IN (SELECT id FROM hooks WHERE company_id = ?1) AND subject IN ({MESSAGES})"
        ),
        "DELETE FROM rejected_webhooks
         WHERE account_sid IN (SELECT account_sid FROM integrations WHERE company_id = ?1)
           AND EXISTS (SELECT 1 FROM contact_addresses a WHERE a.contact_id = ?2 AND a.company_id = ?1
             AND length(a.identity) > 6 AND instr(body, replace(a.identity, '+', '')) > 0)"
            .to_owned(),
        "DELETE FROM conversations WHERE contact_id = ?2 AND company_id = ?1".to_owned(),
    ]
    .map(|sql| of(company, id, sql))
    .into()
}

/// Of whoever may be written to, nothing needs to be proved.
fn forget_consent(company: &CompanyId, identity: &str) -> Statement {
    Statement::new(
        "DELETE FROM consent_events WHERE company_id = ?1 AND identity = ?2 AND NOT EXISTS (
           SELECT 1 FROM contact_addresses
           WHERE company_id = ?1 AND identity = ?2 AND (opted_out_at IS NOT NULL OR blocked_at IS NOT NULL))",
    )
    .bind(company)
    .bind(identity)
}
