//! How far an import is, and what became of the rows.

use leptos::prelude::*;

use super::run::{Run, State, why};
use crate::navigation::{Route, use_navigation};
use crate::platform::files;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::icon::Icon;
use crate::ui::toast::use_toasts;

/// More would only be scrolled past: the file has them all.
const SHOWN: usize = 50;

#[component]
pub fn Report(run: Run, #[prop(into)] on_again: Callback<()>) -> AnyView {
    let (texts, preferences) = (use_texts(), use_preferences());
    let words = texts.contacts();
    let done = Memo::new(move |_| run.counts.get().done());
    let state = move || match run.state.get() {
        State::Running => view! { <Button label=words.stop on_press=move |()| run.stop()/> }.into_any(),
        State::Stopped => view! {
            <Banner text=words.stopped/>
            <Button label=words.go_on kind=ButtonKind::Primary on_press=move |()| run.go_on()/>
        }
        .into_any(),
        State::Failed(failure) => view! {
            <Banner text=failure.sentence(preferences.language_untracked())/>
            <Button label=words.go_on kind=ButtonKind::Primary on_press=move |()| run.go_on()/>
        }
        .into_any(),
        State::Done => view! { <Finished on_again/> }.into_any(),
    };
    let facts = move || {
        let counts = run.counts.get();
        [
            (counts.added, words.added),
            (counts.merged, words.merged),
            (counts.unchanged, words.unchanged),
            (counts.invalid, words.invalid),
        ]
        .map(|(count, label)| view! { <div><dd>{count}</dd><dt>{label}</dt></div> })
        .collect_view()
    };
    let is_done = Memo::new(move |_| run.state.get() == State::Done);
    view! {
        <h3 aria-live="polite">
            {move || if is_done.get() { words.import_done.to_owned() } else { (words.rows_done)(done.get(), run.all) }}
        </h3>
        <progress class="import_screen-progress" aria-label=words.progress max=run.all prop:value=move || done.get() as f64></progress>
        <dl class="import_screen-counts">{facts}</dl>
        <div class="import_screen-foot">{state}</div>
        <Rejects run/>
    }
    .into_any()
}

#[component]
fn Finished(on_again: Callback<()>) -> AnyView {
    let (texts, navigation) = (use_texts(), use_navigation());
    let words = texts.contacts();
    view! {
        <Button label=words.another_file on_press=on_again/>
        <Button
            label=words.to_contacts
            kind=ButtonKind::Primary
            on_press=move |()| navigation.go(Route::Contacts(None))
        />
    }
    .into_any()
}

#[component]
fn Rejects(run: Run) -> AnyView {
    let (texts, toasts) = (use_texts(), use_toasts());
    let language = use_preferences().language_untracked();
    let words = texts.contacts();
    let count = Memo::new(move |_| run.rejects.with(Vec::len));
    let download = move |()| {
        let text = run.rejects_file(texts, language);
        if files::save(words.rejects_file, "text/csv;charset=utf-8", &text).is_err() {
            toasts.problem(words.unreadable_file);
        }
    };
    let rows = move || {
        run.rejects.with(|rejects| {
            rejects
                .iter()
                .take(SHOWN)
                .map(|reject| {
                    let line = format!("{} {}", words.line, reject.record.line);
                    let fields = reject.record.fields.join(" · ");
                    view! {
                        <li>
                            <p class="import_screen-title">{line} " · " {why(reject, texts, language)}</p>
                            <p class="contact_card-faint">{fields}</p>
                        </li>
                    }
                })
                .collect_view()
        })
    };
    (move || {
        (count.get() > 0).then(|| {
            view! {
                <section class="import_screen-rejects">
                    <header>
                        <h3>{words.rejects}</h3>
                        <Button label=words.download_rejects icon=Icon::ArrowDown on_press=download/>
                    </header>
                    {move || {
                        let all = count.get();
                        (all > SHOWN)
                            .then(|| view! { <p class="contact_card-faint">{(words.first_rejects)(SHOWN, all)}</p> })
                    }}
                    <ul>{rows}</ul>
                </section>
            }
        })
    })
    .into_any()
}
