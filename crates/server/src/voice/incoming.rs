//! A call comes in: `POST /handle_calls`. Before anything rings, the company's browsers prove that they are alive.
//! <https://www.twilio.com/docs/voice/twiml#request-parameters>

use std::sync::Arc;

use axum::extract::Request;
use axum::response::Response;
use contract::ProblemCode;
use contract::calls::{CallRejected, CompanyCallRules, NumberCallRules};
use contract::lines::ProbeKind;
use domain::Address;
use domain::call::{CallDirection, CallStatus};
use domain::call_destination::CallDestination;
use domain::ids::MessageId;
use serde::Deserialize;
use twilio::twiml::{RejectReason, Verb};
use twilio::voice_webhooks::{CallWebhook, Party};

use super::answer::{self, Callbacks, MOST_RUNG};
use super::begin::{self, Begun};
use super::change::{Change, Tell, change};
use super::identity::{self, IdentityRow};
use super::rules::{self, Rules};
use super::store::{CallRow, LegRole, NewCall, Which};
use super::token::of_browsers;
use super::{announce, outside};
use crate::health::probe;
use crate::inbox::signed_webhook::UnverifiedWebhook;
use crate::integrations::cache::KnownIntegration;
use crate::integrations::senders::Senders;
use crate::integrations::store::{self as integrations, IntegrationRow};
use crate::ports::AfterAnswer;
use crate::ports::database::Statement;
use crate::{App, Failure, Fault, Refusal};

pub async fn handle(app: Arc<App>, request: Request, _: Option<String>) -> Result<Response, Failure> {
    let webhook = UnverifiedWebhook::read(&app, request)
        .await?
        .verify(&app, "To")
        .await?;
    if let Some(integration) = webhook.probed() {
        return probe::arrived(&app, integration, ProbeKind::Call).await;
    }
    let incoming = CallWebhook::from_params(&webhook.params)
        .map_err(|missing| Refusal::new(ProblemCode::MissingField).at(missing.0))?;
    let integration = webhook.integration().ok_or(ProblemCode::UnknownAccount)?;
    let (Party::Line(number), Party::Line(customer)) = (&incoming.to, &incoming.from) else {
        return Err(Refusal::new(ProblemCode::InvalidField).at("To").into());
    };
    let rules = Rules::of(&app, &integration.company).await?;
    let (rules, company_rules) = (rules.number(number)?, rules.company()?);
    let blocked = is_blocked(&app, integration, customer).await?;
    let new = NewCall {
        id: app.new_id(MessageId::new),
        direction: CallDirection::Inbound,
        parent_sid: incoming.call_sid.as_str(),
        user: None,
        identity: None,
        rejected: blocked.then_some(CallRejected::Blocked),
        integration: &integration.id,
        number,
        company: &integration.company,
        now: app.now(),
    };
    let begun = begin::with_customer(&app, &webhook, &new, customer).await?;
    let call = &begun.call;
    if call.rejected.is_some() {
        return Ok(answer::respond(vec![Verb::Reject(RejectReason::Rejected)]));
    }
    let callbacks = Callbacks {
        public_url: &webhook.public_url,
        call: &call.id,
    };
    if !rules::is_open(&rules, app.now()) {
        return Ok(answer::respond(callbacks.take_a_message(&rules, true)));
    }
    let ringing = ring(&app, &webhook.after, &begun, &rules, &company_rules, &callbacks).await?;
    let verbs = match ringing {
        Some(verbs) => verbs,
        None => {
            let tell = Tell::AfterAnswer(&app, &webhook.after);
            nobody_here(tell, call, &rules, &company_rules, &callbacks).await?
        }
    };
    Ok(answer::respond(verbs))
}

async fn is_blocked(app: &App, integration: &KnownIntegration, customer: &Address) -> Result<bool, Failure> {
    #[derive(Deserialize)]
    struct Blocked {
        blocked_at: Option<i64>,
    }
    let row = app
        .database
        .query(
            Statement::new(
                "SELECT blocked_at FROM contact_addresses WHERE company_id = ?1 AND identity = ?2",
            )
            .bind(&integration.company)
            .bind(customer.identity()),
        )
        .await?
        .first::<Blocked>()?;
    Ok(row.is_some_and(|row| row.blocked_at.is_some()))
}

/// Rings those who proved to be alive and are free; `None` when there is nobody.
async fn ring(
    app: &Arc<App>,
    after: &AfterAnswer,
    Begun { call, conversation }: &Begun,
    rules: &NumberCallRules,
    company_rules: &CompanyCallRules,
    callbacks: &Callbacks<'_>,
) -> Result<Option<Vec<Verb>>, Failure> {
    let asked = vec![
        integrations::of_company(&call.company_id),
        identity::of_company(&call.company_id),
    ];
    let rows = app.database.commit(asked).await?;
    let [lines, people] = rows.as_slice() else {
        return Err(Fault::Storage("two answers were expected".to_owned()).into());
    };
    let lines = lines.all::<IntegrationRow>()?;
    let own = |row: &&IntegrationRow| Some(&row.id) == call.integration_id.as_ref();
    let here = lines.iter().find(own).map(|row| &row.account_sid);
    // Where no browser can be, none is waited for.
    if here.is_none() || of_browsers(&lines).map(|row| &row.account_sid) != here {
        return Ok(None);
    }
    // A hub that does not answer rings nobody: the caller gets to the voicemail, not into silence.
    let alive = app
        .live
        .who_can_ring(&call.company_id, &call.id)
        .await
        .unwrap_or_else(|error| {
            log::error!("{}: no browser could be asked: {error}", call.id);
            Vec::new()
        });
    let people = people.all::<IdentityRow>()?;
    let is_free = |row: &&IdentityRow| {
        rules.rings(&row.user_id) && alive.iter().any(|one| one.user == row.user_id && !one.busy)
    };
    announce::of_ringing(app, after, call, rules, &alive);
    announce::of_waiting(app, after, call, rules, &alive);
    let mut parameters = callbacks.parameters(call);
    parameters.extend(conversation.iter().flat_map(answer::of_caller));
    let parties: Vec<_> = people
        .iter()
        .filter(is_free)
        .take(MOST_RUNG)
        .map(|row| callbacks.client(&row.identity, parameters.clone(), false))
        .collect();
    if parties.is_empty() {
        return Ok(None);
    }
    let mut dial = callbacks.dial(parties);
    dial.timeout_seconds = Some(rules.ring_seconds);
    Ok(Some(with_notice(
        Verb::Dial(Box::new(dial)),
        rules,
        company_rules,
    )))
}

fn with_notice(dial: Verb, rules: &NumberCallRules, company: &CompanyCallRules) -> Vec<Verb> {
    if company.record_all && company.say_recorded {
        vec![answer::recorded_notice(rules.language), dial]
    } else {
        vec![dial]
    }
}

/// Elsewhere, else the voicemail.
pub async fn nobody_here(
    tell: Tell<'_>,
    call: &CallRow,
    rules: &NumberCallRules,
    company: &CompanyCallRules,
    callbacks: &Callbacks<'_>,
) -> Result<Vec<Verb>, Failure> {
    let gave_up = call.dialled_status == Some(CallStatus::Canceled);
    let to = rules.forward_to.as_deref().filter(|_| !gave_up);
    let Some(to) = to else {
        return Ok(callbacks.take_a_message(rules, false));
    };
    if !may_forward(tell, call, to, company).await? {
        return Ok(callbacks.take_a_message(rules, false));
    }
    let notice = company.record_all && company.say_recorded;
    let mut dial = callbacks.dial(vec![callbacks.number(to, LegRole::Other, notice)]);
    dial.timeout_seconds = Some(rules.ring_seconds);
    // The one who is forwarded to sees our number: Twilio would charge, or refuse, a stranger's.
    dial.caller_id = Some(call.number.to_string());
    dial.action = Some(callbacks.forward_done());
    Ok(with_notice(Verb::Dial(Box::new(dial)), rules, company))
}

/// A forward costs as much as a call that somebody places. What was chosen once may be out of bounds by now. A webhook
/// that Twilio repeats is answered as before.
async fn may_forward(
    tell: Tell<'_>,
    call: &CallRow,
    to: &str,
    company: &CompanyCallRules,
) -> Result<bool, Failure> {
    if call.forwarded_to.is_some() {
        return Ok(true);
    }
    let app = tell.app();
    let home = Senders::of(app, &call.company_id).await?.region(app);
    let is_possible = matches!(outside::whom(to, &home, company), Ok(CallDestination::Number(_)));
    let refused = outside::is_refused(app, &call.company_id, None, company).await?;
    if !is_possible || refused.is_some() {
        log::warn!("{}: it was not forwarded: {refused:?}", call.id);
        return Ok(false);
    }
    change(tell, &call.company_id, &Which::Id(&call.id), |call| {
        call.forwarded_to = Some(to.to_owned());
        Ok(Some(Change {
            what: "forwarded".to_owned(),
            leg: None,
            with: vec![outside::note(app, &call.company_id, None)],
        }))
    })
    .await?;
    Ok(true)
}
