//! A call is placed from a browser: `POST /twiml/outgoing`. Who calls is what Twilio read in the token that we signed;
//! whom, from which number and how often is decided here.
//! <https://www.twilio.com/docs/voice/sdks/javascript#twiml-applications>

use std::sync::Arc;

use axum::extract::Request;
use axum::response::Response;
use contract::ProblemCode;
use contract::calls::{CallRejected, CompanyCallRules};
use domain::Address;
use domain::call::CallDirection;
use domain::call_destination::CallDestination;
use domain::ids::MessageId;
use twilio::twiml::Verb;
use twilio::voice_webhooks::CallWebhook;

use super::answer::{self, Callbacks};
use super::identity::{self, IdentityRow};
use super::rules::Rules;
use super::store::{LegRole, NewCall};
use super::{begin, outside};
use crate::inbox::signed_webhook::{UnverifiedWebhook, VerifiedWebhook};
use crate::integrations::senders::{Sender, Senders};
use crate::{App, Failure, Refusal};

/// Of what is kept of a number that is none.
const MOST_DIALLED: usize = 60;

pub async fn handle(app: Arc<App>, request: Request, _: Option<String>) -> Result<Response, Failure> {
    let webhook = UnverifiedWebhook::read(&app, request).await?;
    let asked = CallWebhook::from_params(&webhook.params)
        .map_err(|missing| Refusal::new(ProblemCode::MissingField).at(missing.0))?;
    let identity = asked.from.identity().unwrap_or_default();
    let person = app
        .database
        .query(identity::by_identity(identity))
        .await?
        .first::<IdentityRow>()?;
    let Some(person) = person else {
        // Whoever signed it gets an answer in words; a stranger, a refusal.
        let webhook = webhook.verify(&app, "CallerId").await?;
        log::warn!("{}: a call by an unknown identity", webhook.public_url);
        return Ok(answer::respond(answer::refuse(
            CallRejected::Unknown,
            domain::Language::default(),
        )));
    };
    // The account must be one of that person's company: an identity alone proves nothing.
    let webhook = webhook.verify_of(&app, &person.company_id).await?;
    let placed = Placed {
        senders: Senders::of(&app, &person.company_id).await?,
        rules: Rules::of(&app, &person.company_id).await?.company()?,
        person,
        asked,
    };
    placed.connect(&app, &webhook).await
}

struct Placed {
    person: IdentityRow,
    asked: CallWebhook,
    senders: Senders,
    rules: CompanyCallRules,
}

impl Placed {
    async fn connect(self, app: &Arc<App>, webhook: &VerifiedWebhook) -> Result<Response, Failure> {
        let home = self.senders.region(app);
        let dialled = webhook.params.get("To").unwrap_or_default().trim().to_owned();
        let caller_id = webhook
            .params
            .get("CallerId")
            .map(str::trim)
            .filter(|text| !text.is_empty());
        let Some(sender) = self.senders.caller(app, caller_id, &self.asked.account_sid) else {
            return Ok(answer::respond(answer::refuse(
                CallRejected::CallerId,
                self.person.language,
            )));
        };
        let number = match outside::whom(&dialled, &home, &self.rules) {
            Ok(CallDestination::Colleague(identity)) => {
                return call_colleague(app, webhook, &self, sender, &identity).await;
            }
            Ok(CallDestination::Number(number)) => number,
            Err(refused) => return self.refuse(app, webhook, sender, &dialled, refused).await,
        };
        let (company, user) = (&self.person.company_id, &self.person.user_id);
        let rejected = outside::is_refused(app, company, Some(user), &self.rules).await?;
        let new = self.new_call(app, sender, CallDirection::Outbound, rejected);
        let customer = Address::Number(number);
        let call = begin::with_customer(app, webhook, &new, &customer).await?.call;
        if let Some(rejected) = call.rejected {
            return Ok(answer::respond(answer::refuse(rejected, self.person.language)));
        }
        let callbacks = Callbacks {
            public_url: &webhook.public_url,
            call: &call.id,
        };
        let notice = self.rules.record_all && self.rules.say_recorded;
        let party = callbacks.number(&customer.to_string(), LegRole::Customer, notice);
        let mut dial = callbacks.dial(vec![party]);
        dial.caller_id = Some(sender.address.to_string());
        let mut verbs = Vec::new();
        if notice {
            verbs.push(answer::recorded_notice(self.person.language));
        }
        verbs.push(Verb::Dial(Box::new(dial)));
        Ok(answer::respond(verbs))
    }

    /// In words, and kept: whoever called reads why, and an administrator what was tried.
    async fn refuse(
        &self,
        app: &Arc<App>,
        webhook: &VerifiedWebhook,
        sender: &Sender,
        dialled: &str,
        why: CallRejected,
    ) -> Result<Response, Failure> {
        let new = self.new_call(app, sender, CallDirection::Outbound, Some(why));
        let dialled: String = dialled.chars().take(MOST_DIALLED).collect();
        begin::on_its_own(app, webhook, &new, &dialled).await?;
        Ok(answer::respond(answer::refuse(why, self.person.language)))
    }

    fn new_call<'a>(
        &'a self,
        app: &App,
        sender: &'a Sender,
        direction: CallDirection,
        rejected: Option<CallRejected>,
    ) -> NewCall<'a> {
        NewCall {
            id: app.new_id(MessageId::new),
            direction,
            parent_sid: self.asked.call_sid.as_str(),
            user: Some(&self.person.user_id),
            identity: Some(&self.person.identity),
            rejected,
            integration: &sender.integration.id,
            number: &sender.address,
            company: &self.person.company_id,
            now: app.now(),
        }
    }
}

async fn call_colleague(
    app: &Arc<App>,
    webhook: &VerifiedWebhook,
    placed: &Placed,
    sender: &Sender,
    identity: &str,
) -> Result<Response, Failure> {
    let (company, language) = (&placed.person.company_id, placed.person.language);
    let colleague = app
        .database
        .query(identity::by_identity(identity))
        .await?
        .first::<IdentityRow>()?;
    let Some(colleague) = colleague.filter(|row| row.company_id == *company) else {
        return Ok(answer::respond(answer::refuse(CallRejected::Unknown, language)));
    };
    let new = placed.new_call(app, sender, CallDirection::Internal, None);
    let party = format!("client:{identity}");
    let call = begin::on_its_own(app, webhook, &new, &party).await?.call;
    let alive = app
        .live
        .who_can_ring(company, &call.id)
        .await
        .unwrap_or_else(|error| {
            log::error!("{}: no browser could be asked: {error}", call.id);
            Vec::new()
        });
    if !alive.iter().any(|one| one.user == colleague.user_id && !one.busy) {
        let words = match language {
            domain::Language::Fr => "Votre collègue n’est pas joignable pour le moment.",
            domain::Language::En => "Your colleague cannot be reached right now.",
        };
        return Ok(answer::respond(vec![answer::say(words, language), Verb::Hangup]));
    }
    let callbacks = Callbacks {
        public_url: &webhook.public_url,
        call: &call.id,
    };
    let parameters = vec![
        ("call".to_owned(), call.id.to_string()),
        ("colleague".to_owned(), placed.person.name.clone()),
    ];
    let mut dial = callbacks.dial(vec![callbacks.colleague(&colleague.identity, parameters)]);
    dial.timeout_seconds = Some(30);
    Ok(answer::respond(vec![Verb::Dial(Box::new(dial))]))
}
