//! Whose browsers a number rings.

use contract::calls::Colleague;
use domain::ids::UserId;
use leptos::prelude::*;

use crate::preferences::use_texts;
use crate::ui::segmented::Segmented;
use crate::ui::toggle::Toggle;

#[derive(Clone, Copy)]
pub struct Group {
    everybody: RwSignal<bool>,
    people: RwSignal<Vec<UserId>>,
}

impl Group {
    pub fn new(ring: Vec<UserId>) -> Self {
        Self {
            everybody: RwSignal::new(ring.is_empty()),
            people: RwSignal::new(ring),
        }
    }

    /// Nobody stands for everybody.
    pub fn chosen(self) -> Vec<UserId> {
        if self.everybody.get_untracked() {
            Vec::new()
        } else {
            self.people.get_untracked()
        }
    }
}

#[component]
pub fn Ring(group: Group, colleagues: Vec<Colleague>) -> AnyView {
    let words = use_texts().call_rules();
    let colleagues = StoredValue::new(colleagues);
    view! {
        <Segmented
            label=words.ringing
            options=vec![(true, words.everybody), (false, words.some)]
            value=group.everybody
            on_choose=move |all| group.everybody.set(all)
            bare=true
        />
        {move || {
            (!group.everybody.get())
                .then(|| {
                    if colleagues.with_value(Vec::is_empty) {
                        return view! { <p class="settings_page-fact">{words.nobody_yet}</p> }.into_any();
                    }
                    colleagues
                        .get_value()
                        .into_iter()
                        .map(|person| view! { <Person group person/> })
                        .collect_view()
                        .into_any()
                })
        }}
    }
    .into_any()
}

#[component]
fn Person(group: Group, person: Colleague) -> AnyView {
    let id = StoredValue::new(person.user_id);
    let value = Signal::derive(move || {
        group
            .people
            .with(|people| id.with_value(|id| people.contains(id)))
    });
    let choose = move |on| {
        group.people.update(|people| {
            people.retain(|one| id.with_value(|id| one != id));
            if on {
                people.push(id.get_value());
            }
        });
    };
    view! { <Toggle label=person.name value on_change=choose/> }.into_any()
}
