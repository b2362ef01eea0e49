//! What Twilio says of the credentials: the account, and every number of it.

use contract::integrations::{CredentialsTest, TestedNumber};
use leptos::prelude::*;

use super::integrations::CapabilityChips;
use crate::features::company::use_company;
use crate::locales::Texts;
use crate::preferences::use_texts;
use crate::ui::banner::Banner;
use crate::ui::chip::{Chip, Tone};

/// The path that Twilio is to call for messages.
const SMS_WEBHOOK: &str = "/handle_sms";

#[component]
pub fn TestResult(
    test: CredentialsTest,
    /// Adds a number of the account to the form.
    #[prop(optional)]
    on_use: Option<Callback<String>>,
) -> AnyView {
    let (texts, company) = (use_texts(), use_company());
    let elsewhere = test
        .numbers
        .iter()
        .any(|number| number.in_use && !number.sms_webhook_is_ours);
    let public_url = company
        .config
        .with_untracked(|config| config.ready().map(|config| config.public_url.clone()))
        .unwrap_or_default();
    let missing = test
        .missing
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ");
    let rows = test
        .numbers
        .into_iter()
        .map(|number| view! { <Number number on_use/> })
        .collect_view();
    let (status, tone) = status_words(&test.account_status, texts);
    view! {
        <div class="credentials_test" role="status">
            <Banner text=texts.settings.test_passed tone=Tone::Good/>
            <dl>
                <div><dt>{texts.settings.account}</dt><dd>{test.account_name}</dd></div>
                <div><dt>{texts.settings.status}</dt><dd><Chip label=status tone/></dd></div>
                <div><dt>{texts.settings.kind}</dt><dd>{kind_words(&test.account_type, texts)}</dd></div>
            </dl>
            {(!missing.is_empty())
                .then(|| {
                    let text = format!("{} {missing}", texts.settings.missing);
                    view! { <Banner text/> }
                })}
            <div class="credentials_test-table">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{texts.settings.number}</th>
                            <th scope="col">{texts.settings.capabilities}</th>
                            <th scope="col">{texts.settings.webhook}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {elsewhere
                .then(|| {
                    view! {
                        <p class="credentials_test-help">
                            {texts.settings.webhook_help}" "<code>{format!("{public_url}{SMS_WEBHOOK}")}</code>
                        </p>
                    }
                })}
        </div>
    }
    .into_any()
}

#[component]
fn Number(number: TestedNumber, on_use: Option<Callback<String>>) -> AnyView {
    let texts = use_texts();
    let address = StoredValue::new(number.address.to_string());
    let webhook = match (number.in_use, number.sms_webhook_is_ours) {
        (_, true) => view! { <Chip label=texts.settings.webhook_ours tone=Tone::Good/> }.into_any(),
        (true, false) => {
            view! { <Chip label=texts.settings.webhook_elsewhere tone=Tone::Waiting/> }.into_any()
        }
        (false, false) => match on_use {
            Some(on_use) => view! {
                <crate::ui::button::Button
                    label=texts.settings.add_number
                    on_press=move |()| on_use.run(address.get_value())
                />
            }
            .into_any(),
            None => ().into_any(),
        },
    };
    view! {
        <tr>
            <th scope="row">
                {number.display}
                <span class="row-detail">{number.friendly_name}</span>
            </th>
            <td><CapabilityChips can=number.capabilities/></td>
            <td>{webhook}</td>
        </tr>
    }
    .into_any()
}

fn status_words(status: &str, texts: &'static Texts) -> (String, Tone) {
    match status {
        "active" => (texts.settings.status_active.to_owned(), Tone::Good),
        "suspended" => (texts.settings.status_suspended.to_owned(), Tone::Bad),
        "closed" => (texts.settings.status_closed.to_owned(), Tone::Bad),
        other => (other.to_owned(), Tone::Quiet),
    }
}

fn kind_words(kind: &str, texts: &'static Texts) -> String {
    match kind {
        "Trial" => texts.settings.type_trial.to_owned(),
        "Full" => texts.settings.type_full.to_owned(),
        other => other.to_owned(),
    }
}
