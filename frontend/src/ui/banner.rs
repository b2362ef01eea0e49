//! A line across a pane that stays until its cause is gone.

use leptos::prelude::*;

use super::chip::Tone;
use super::icon::{Glyph, Icon};

#[component]
pub fn Banner(
    #[prop(into)] text: Signal<String>,
    #[prop(default = Tone::Bad)] tone: Tone,
    #[prop(optional)] children: Option<Children>,
) -> AnyView {
    let role = if tone == Tone::Bad { "alert" } else { "status" };
    view! {
        <div class=format!("banner banner-{}", tone.suffix()) role=role>
            <Glyph icon=if tone == Tone::Good { Icon::Check } else { Icon::Alert }/>
            <p>{move || text.get()}</p>
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}
