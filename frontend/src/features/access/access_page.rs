//! The page around every way in: the product, a card, the language.

use domain::Language;
use leptos::prelude::*;

use crate::features::shell::rail::Logo;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::segmented::Segmented;

#[component]
pub fn AccessPage(
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] intro: Signal<String>,
    children: Children,
) -> AnyView {
    let texts = use_texts();
    crate::platform::page::set_title(texts.shell.product);
    view! {
        <main class="access_page" id="content">
            <div class="access_page-card">
                <p class="access_page-logo"><Logo/>{texts.shell.product}</p>
                <h1 tabindex="-1" data-focus-first="">{move || title.get()}</h1>
                {move || (!intro.with(String::is_empty)).then(|| view! { <p class="access_page-intro">{intro.get()}</p> })}
                {children()}
            </div>
            <LanguageChoice/>
        </main>
    }
    .into_any()
}

/// Each language in its own words.
#[component]
pub fn LanguageChoice() -> AnyView {
    let (texts, preferences) = (use_texts(), use_preferences());
    view! {
        <Segmented
            label=texts.shell.language
            bare=true
            options=vec![(Language::Fr, "Français"), (Language::En, "English")]
            value=Signal::derive(move || preferences.language())
            on_choose=move |language| preferences.set_language(language)
        />
    }
    .into_any()
}
