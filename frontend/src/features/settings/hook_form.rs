//! Adding a webhook, or changing where it goes and what it is told of.

use contract::Nothing;
use contract::hooks::{CreateHook, HookChanges, HookDraft, HookEvent, HookView, HookWithSecret, UpdateHook};
use leptos::prelude::*;

use super::hooks::event_words;
use crate::client::use_client;
use crate::features::form::Form;
use crate::preferences::use_texts;
use crate::ui::dialog::Dialog;
use crate::ui::field::Field;
use crate::ui::form_frame::{Cancel, FormFrame};
use crate::ui::text_field::TextField;
use crate::ui::toggle::Toggle;

#[component]
pub fn EditHook(
    /// `None`: a new one.
    hook: Option<HookView>,
    /// With the secret of a new one.
    on_saved: Callback<Option<HookWithSecret>>,
    on_close: Callback<()>,
) -> AnyView {
    let (texts, client) = (use_texts(), use_client());
    let words = texts.hooks();
    let id = StoredValue::new(hook.as_ref().map(|hook| hook.id.clone()));
    let url = Field::new(hook.as_ref().map_or("", |hook| hook.url.as_str()), |_| None);
    let events = RwSignal::new(hook.map_or_else(|| vec![HookEvent::MessageReceived], |hook| hook.events));
    let form = Form::new(vec![("url", url)]);
    let submit = move |()| {
        let draft = HookDraft {
            url: url.text().trim().to_owned(),
            events: events.get_untracked(),
        };
        form.submit(
            move || async move {
                let Some(id) = id.get_value() else {
                    return client
                        .call::<CreateHook>(&(), &Nothing {}, &draft)
                        .await
                        .map(Some);
                };
                let changes = HookChanges {
                    url: Some(draft.url),
                    events: Some(draft.events),
                    active: None,
                };
                client
                    .call::<UpdateHook>(&id, &Nothing {}, &changes)
                    .await
                    .map(|_| None)
            },
            move |made| on_saved.run(made),
        );
    };
    let set = move |event, on| {
        events.update(|events| {
            events.retain(|known| *known != event);
            if on {
                events.push(event);
            }
        });
    };
    let toggles = HookEvent::CHOICES.map(|event| {
        view! {
            <Toggle
                label=event_words(event, words)
                value=Signal::derive(move || events.with(|events| events.contains(&event)))
                on_change=move |on: bool| set(event, on)
            />
        }
    });
    let title = if id.with_value(Option::is_some) {
        words.edit_title
    } else {
        words.add
    };
    view! {
        <Dialog title close_label=texts.shell.close on_close>
            <FormFrame
                submit=words.save
                on_submit=submit
                busy=form.busy
                problem=form.problem
                cancel=Some(Cancel { label: texts.shell.cancel, action: on_close })
            >
                <TextField label=words.url field=url kind="url" hint=words.url_hint exact=true autofocus=true/>
                <fieldset class="token-choices">
                    <legend>{words.told_of}</legend>
                    {toggles.into_iter().collect_view()}
                </fieldset>
            </FormFrame>
        </Dialog>
    }
    .into_any()
}
