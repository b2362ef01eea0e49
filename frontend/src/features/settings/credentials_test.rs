//! What Twilio says of the credentials: the account, and every number of it.

use contract::integrations::{CredentialsTest, TestedNumber};
use leptos::prelude::*;

use super::integrations::CapabilityChips;
use crate::features::company::use_company;
use crate::locales::Texts;
use crate::preferences::use_texts;
use crate::ui::banner::Banner;
use crate::ui::button::Button;
use crate::ui::chip::{Chip, Tone};

/// The path that Twilio is to call for messages.
const SMS_WEBHOOK: &str = "/handle_sms";

/// Where numbers of the account can be added to.
#[derive(Clone, Copy)]
pub struct Pick {
    /// What is chosen already.
    pub numbers: RwSignal<String>,
    pub on_use: Callback<String>,
}

#[component]
pub fn TestResult(
    test: CredentialsTest,
    /// Only in a form.
    #[prop(optional)]
    pick: Option<Pick>,
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
        .map(|number| view! { <Number number pick/> })
        .collect_view();
    let (status, tone) = status_words(&test.account_status, texts);
    view! {
        <div class="credentials_test" role="status">
            <Banner text=texts.settings().test_passed tone=Tone::Good/>
            <dl>
                <div><dt>{texts.settings().account}</dt><dd>{test.account_name}</dd></div>
                <div><dt>{texts.settings().status}</dt><dd><Chip label=status tone/></dd></div>
                <div><dt>{texts.settings().kind}</dt><dd>{kind_words(&test.account_type, texts)}</dd></div>
            </dl>
            {(!missing.is_empty())
                .then(|| {
                    let text = format!("{} {missing}", texts.settings().missing);
                    view! { <Banner text/> }
                })}
            <div class="credentials_test-table">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{texts.settings().number}</th>
                            <th scope="col">{texts.settings().capabilities}</th>
                            <th scope="col">{texts.settings().webhook}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {elsewhere
                .then(|| {
                    view! {
                        <p class="credentials_test-help">
                            {texts.settings().webhook_help}" "<code>{format!("{public_url}{SMS_WEBHOOK}")}</code>
                        </p>
                    }
                })}
        </div>
    }
    .into_any()
}

#[component]
fn Number(number: TestedNumber, pick: Option<Pick>) -> AnyView {
    let texts = use_texts();
    let address = number.address.to_string();
    let webhook = match (number.in_use, number.sms_webhook_is_ours) {
        (_, true) => Some((texts.settings().webhook_ours, Tone::Good)),
        (true, false) => Some((texts.settings().webhook_elsewhere, Tone::Waiting)),
        // A number that is not ours may go wherever it likes.
        (false, false) => None,
    };
    let choice = pick.map(|pick| {
        let address = StoredValue::new(address);
        move || {
            let is_chosen = pick
                .numbers
                .with(|text| address.with_value(|address| text.contains(address.as_str())));
            (!is_chosen).then(|| {
                view! {
                    <Button
                        label=texts.settings().add_number
                        on_press=move |()| pick.on_use.run(address.get_value())
                    />
                }
            })
        }
    });
    view! {
        <tr>
            <th scope="row">
                {number.display}
                <span class="row-detail">{number.friendly_name}</span>
            </th>
            <td><CapabilityChips can=number.capabilities/></td>
            <td class="credentials_test-choice">
                {webhook.map(|(label, tone)| view! { <Chip label tone/> })}
                {choice}
            </td>
        </tr>
    }
    .into_any()
}

fn status_words(status: &str, texts: &'static Texts) -> (String, Tone) {
    match status {
        "active" => (texts.settings().status_active.to_owned(), Tone::Good),
        "suspended" => (texts.settings().status_suspended.to_owned(), Tone::Bad),
        "closed" => (texts.settings().status_closed.to_owned(), Tone::Bad),
        other => (other.to_owned(), Tone::Quiet),
    }
}

fn kind_words(kind: &str, texts: &'static Texts) -> String {
    match kind {
        "Trial" => texts.settings().type_trial.to_owned(),
        "Full" => texts.settings().type_full.to_owned(),
        other => other.to_owned(),
    }
}
