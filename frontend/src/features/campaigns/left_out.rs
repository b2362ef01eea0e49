//! What looking over a list has found: how many are written to, and every row that is left out, with its reason.

use std::sync::Arc;

use contract::ProblemCode;
use domain::Language;
use domain::table::{Delimiter, TableWriter};
use leptos::prelude::*;

use super::people::{People, Person};
use crate::locales::CampaignTexts;
use crate::platform::files;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::banner::Banner;
use crate::ui::button::Button;
use crate::ui::icon::Icon;
use crate::ui::toast::use_toasts;

/// The file has them all.
const SHOWN: usize = 50;

#[component]
pub fn LeftOut(people: Arc<People>) -> AnyView {
    let (words, language, toasts) = (
        use_texts().campaigns(),
        use_preferences().language_untracked(),
        use_toasts(),
    );
    let (ready, out) = (people.ready().count(), people.left_out().count());
    let rows = people
        .left_out()
        .take(SHOWN)
        .map(|person| {
            let line = format!("{} {}", words.line, person.line);
            view! {
                <li>
                    <span class="left_out-line">{line}</span>
                    <span class="left_out-number">{person.number.clone()}" "{person.name.clone()}</span>
                    <span>{why(person, language)}</span>
                </li>
            }
        })
        .collect_view();
    let save = move |()| {
        if files::save(
            words.bad_rows_file,
            "text/csv;charset=utf-8",
            &file(&people, words, language),
        )
        .is_err()
        {
            toasts.problem(words.unreadable_file);
        }
    };
    let list = (out > 0).then(|| {
        view! {
            <section class="left_out">
                <header>
                    <h3>{words.bad_rows}</h3>
                    <Button label=words.save_bad_rows icon=Icon::ArrowDown on_press=save/>
                </header>
                <ul>{rows}</ul>
                {(out > SHOWN).then(|| view! { <p class="hint">{(words.first_shown)(SHOWN, out)}</p> })}
            </section>
        }
    });
    view! {
        <div role="status">
            <dl class="campaign-counts">
                <div class="campaign-count campaign-delivered"><dt>{words.ready}</dt><dd>{ready}</dd></div>
                <div class="campaign-count campaign-failed"><dt>{words.left_out}</dt><dd>{out}</dd></div>
            </dl>
        </div>
        {(ready == 0).then(|| view! { <Banner text=words.nobody_left/> })}
        {list}
    }
    .into_any()
}

fn why(person: &Person, language: Language) -> &'static str {
    person
        .problem
        .unwrap_or(ProblemCode::InvalidPhoneNumber)
        .sentence(language)
}

fn file(people: &People, words: &CampaignTexts, language: Language) -> String {
    let mut table = TableWriter::with_mark(match language {
        Language::Fr => Delimiter::Semicolon,
        Language::En => Delimiter::Comma,
    });
    let head = [words.line, words.numbers, words.recipients_name, words.why];
    let columns = people.columns.iter().map(String::as_str);
    table.row(head.into_iter().chain(columns));
    for person in people.left_out() {
        let line = person.line.to_string();
        let name = person.name.as_deref().unwrap_or_default();
        let known = [line.as_str(), person.number.as_str(), name, why(person, language)];
        table.row(known.into_iter().chain(person.values.iter().map(String::as_str)));
    }
    table.into_text()
}
