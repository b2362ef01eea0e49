//! The short way of a plain text stores what the long way stores, and leaves everything else to it.

use domain::DeliveryStatus;
use server::inbox::short_way::{Plan, plan};
use twilio::signature::sign;

use crate::world::site::Site;
use crate::world::{Company, Form, InProcess};

const CUSTOMER: &str = "+33612345678";

fn planned(site: &InProcess, company: &Company, form: &Form) -> Option<Plan> {
    let url = format!("{}/handle_sms", site.url());
    let signature = sign(&company.auth_token, &url, &form.params());
    plan(&site.app, &url, &signature, form.params().encode().as_bytes())
}

/// Runs it as the Worker does.
fn go(site: &InProcess, plan: Plan) {
    pollster::block_on(site.app.database.query(plan.statement)).unwrap();
}

#[test]
fn both_ways_store_the_same() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    company.text("+33698765432", "le compte est connu");
    let form = company.inbound(CUSTOMER, "Bonjour, êtes-vous ouverts ?");

    let short = planned(&site, &company, &form).expect("a plain text of a known account");
    assert_eq!(short.company, company.id);
    go(&site, short);
    let stored = company.agent.all_messages();
    assert_eq!(stored.len(), 2);
    let message = stored
        .iter()
        .find(|one| one.from.to_string() == CUSTOMER)
        .unwrap();
    assert_eq!(message.status, DeliveryStatus::Received);
    assert_eq!(message.content, "Bonjour, êtes-vous ouverts ?");
    assert_eq!(message.external_id.as_deref(), form.get("MessageSid"));

    // The same delivery again, by either way, changes nothing.
    go(&site, planned(&site, &company, &form).unwrap());
    assert_eq!(company.deliver("/handle_sms", &form).status, 200);
    assert_eq!(company.agent.all_messages(), stored);
}

#[test]
fn what_is_not_plain_goes_the_long_way() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let plain = company.inbound(CUSTOMER, "bonjour");
    assert!(
        planned(&site, &company, &plain).is_none(),
        "the account was not read yet"
    );
    company.text(CUSTOMER, "le compte est connu");
    assert!(planned(&site, &company, &plain).is_some());

    let changed = |name: &str, value: &str| {
        let mut form = plain.clone();
        form.set(name, value);
        form
    };
    for (name, value) in [
        ("Body", "STOP"),
        ("OptOutType", "START"),
        ("To", "+33755539999"),
        ("AccountSid", "AC00000000000000000000000000000000"),
        ("MessageSid", "none"),
    ] {
        assert!(
            planned(&site, &company, &changed(name, value)).is_none(),
            "{name}={value}"
        );
    }
    let mut picture = changed("NumMedia", "1");
    picture.push("MediaUrl0", "https://api.twilio.com/x");
    assert!(planned(&site, &company, &picture).is_none());

    let forged = plan(
        &site.app,
        &format!("{}/handle_sms", site.url()),
        "Zm9yZ2Vk",
        plain.params().encode().as_bytes(),
    );
    assert!(forged.is_none());
}
