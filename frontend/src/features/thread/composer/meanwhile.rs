//! A warning for whoever writes while a colleague answers.

use contract::inbox::MessageView;
use leptos::prelude::*;

use super::draft::Draft;
use crate::preferences::use_texts;
use crate::session::use_session;
use crate::ui::banner::Banner;
use crate::ui::chip::Tone;

const SHOWN: usize = 60;

#[component]
pub fn Meanwhile(messages: ArcRwSignal<Vec<MessageView>>, draft: Draft) -> AnyView {
    let (texts, me) = (&use_texts().thread, use_session().my_id());
    let last_at = {
        let messages = messages.clone();
        move || messages.with_untracked(|messages| messages.last().map(|message| message.created_at))
    };
    // The last message that was there when the writing began.
    let seen = RwSignal::new(None);
    let text = draft.text();
    let writes = Memo::new(move |_| text.with(|text| !text.trim().is_empty()));
    Effect::new(move || seen.set(if writes.get() { last_at() } else { None }));
    let answer = Memo::new(move |_| {
        let seen = seen.get()?;
        messages.with(|messages| {
            let mut newest = messages
                .iter()
                .rev()
                .take_while(|message| message.created_at > seen);
            newest
                .find(|message| {
                    !message.is_from_client && (message.author_id.is_none() || message.author_id != me)
                })
                .map(|message| {
                    (
                        message.author_name.clone(),
                        message.content.chars().take(SHOWN).collect::<String>(),
                    )
                })
        })
    });
    view! {
        <div role="alert">
            {move || {
                answer
                    .get()
                    .map(|(name, words)| {
                        let name = name.unwrap_or_else(|| texts.meanwhile.to_owned());
                        view! { <Banner text=(texts.answered_meanwhile)(&name, &words) tone=Tone::Waiting/> }
                    })
            }}
        </div>
    }
    .into_any()
}
