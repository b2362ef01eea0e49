//! The way to a new campaign: whom, what, how. What was entered stays while one goes to and fro.

use std::sync::Arc;
use std::time::Duration;

use contract::Nothing;
use contract::appointments::{AppointmentSettings, GetAppointmentSettings};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use super::campaigns_screen::ToList;
use super::estimate::{Counting, Estimate};
use super::message_step::MessageStep;
use super::people::People;
use super::people_step::PeopleStep;
use super::sending_step::SendingStep;
use crate::client::{Client, use_client};
use crate::features::form::Checked;
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::load::{Load, Loading, fetch_into};
use crate::platform::focus;
use crate::preferences::use_texts;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::field::Field;

/// The person pauses: a long list is not gone through for each letter.
const ESTIMATE_AFTER: Duration = Duration::from_millis(250);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
pub enum Step {
    People,
    Message,
    Sending,
}

#[derive(Clone, Copy)]
pub struct Wizard {
    pub client: Client,
    pub step: RwSignal<Step>,
    /// The list, once it was looked over.
    pub people: RwSignal<Option<Arc<People>>>,
    pub message: Field,
    pub estimate: RwSignal<Estimate>,
    pub settings: Loading<AppointmentSettings>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

impl Wizard {
    fn provide() -> Self {
        let wizard = Self {
            client: use_client(),
            step: RwSignal::new(Step::People),
            people: RwSignal::new(None),
            message: Checked::here().required(""),
            estimate: RwSignal::new(Estimate::default()),
            settings: RwSignal::new(Load::Waiting),
            timer: StoredValue::new(None),
        };
        wizard.fetch();
        Effect::new(move || {
            wizard.people.track();
            wizard.message.value.track();
            wizard.estimate_soon();
        });
        wizard
    }

    fn fetch(self) {
        let client = self.client;
        fetch_into(self.settings, async move {
            client
                .call::<GetAppointmentSettings>(&(), &Nothing {}, &Nothing {})
                .await
        });
    }

    fn estimate_soon(self) {
        self.after(ESTIMATE_AFTER, move || self.estimate_now());
    }

    /// The screen may be gone by the time that the timer is over. Begun anew, it forgets what it counted.
    pub fn estimate_now(self) {
        let Some(Some(people)) = self.people.try_get_untracked() else {
            return;
        };
        self.go_on(people, self.message.text(), Counting::default());
    }

    fn go_on(self, people: Arc<People>, text: String, mut counting: Counting) {
        match counting.go_on(&people, text.trim()) {
            Some(estimate) => self.estimate.set(estimate),
            None => self.after(Duration::ZERO, move || {
                if !self.people.is_disposed() {
                    self.go_on(people, text, counting);
                }
            }),
        }
    }

    fn after(self, pause: Duration, next: impl FnOnce() + 'static) {
        self.timer.update_value(|timer| {
            if let Some(timer) = timer.take() {
                timer.clear();
            }
            *timer = set_timeout_with_handle(next, pause).ok();
        });
    }

    pub fn go(self, step: Step) {
        self.step.set(step);
        focus::focus_soon(".wizard > div:not([hidden]) h2");
    }

    fn may_go(self, step: Step) -> bool {
        let has_people = self.people.with(|people| {
            people
                .as_ref()
                .is_some_and(|people| people.ready().next().is_some())
        });
        let has_text = self.message.value.with(|text| !text.trim().is_empty());
        match step {
            Step::People => true,
            Step::Message => has_people,
            Step::Sending => has_people && has_text,
        }
    }
}

#[component]
pub fn WizardPage() -> AnyView {
    let words = use_texts().campaigns();
    let wizard = Wizard::provide();
    view! {
        <ToList/>
        <header class="campaigns-head">
            <h1 tabindex="-1" data-focus-first="">{words.new}</h1>
        </header>
        <Steps wizard/>
        <Fetched stage=stage_of(wizard.settings) on_retry=move |()| wizard.fetch()>
            <section class="wizard">
                // Hidden, and not taken away: what was chosen in a step stays.
                <div hidden=move || wizard.step.get() != Step::People><PeopleStep wizard/></div>
                <div hidden=move || wizard.step.get() != Step::Message><MessageStep wizard/></div>
                <div hidden=move || wizard.step.get() != Step::Sending><SendingStep wizard/></div>
            </section>
        </Fetched>
    }
    .into_any()
}

#[component]
fn Steps(wizard: Wizard) -> AnyView {
    let words = use_texts().campaigns();
    let steps = [
        (Step::People, words.step_people),
        (Step::Message, words.step_message),
        (Step::Sending, words.step_sending),
    ];
    let items = steps.into_iter().enumerate().map(|(place, (step, label))| {
        view! {
            <li>
                <button
                    type="button"
                    class="steps-step"
                    aria-current=move || (wizard.step.get() == step).then_some("step")
                    disabled=move || !wizard.may_go(step)
                    on:click=move |_| wizard.go(step)
                >
                    <span class="steps-number" aria-hidden="true">{place + 1}</span>
                    {label}
                </button>
            </li>
        }
    });
    view! {
        <nav aria-label=words.steps>
            <ol class="steps">{items.collect_view()}</ol>
        </nav>
    }
    .into_any()
}

/// The button to the next step.
#[component]
pub fn Next(wizard: Wizard, to: Step) -> AnyView {
    let words = use_texts().campaigns();
    view! {
        <footer class="wizard-foot">
            <Button
                label=words.next
                kind=ButtonKind::Primary
                disabled=Signal::derive(move || !wizard.may_go(to))
                on_press=move |()| wizard.go(to)
            />
        </footer>
    }
    .into_any()
}
