//! A face for somebody who has none: initials on a quiet colour of their own.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

const HUES: u32 = 8;

/// `seed` keeps the colour when the name changes.
#[component]
pub fn Avatar(name: Option<String>, seed: String, #[prop(optional)] small: bool) -> AnyView {
    let hue = seed.into_bytes().into_iter().fold(7_u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u32::from(byte))
    }) % HUES;
    let size = if small { " avatar-small" } else { "" };
    let letters = name
        .map(|name| initials(&name))
        .filter(|letters| !letters.is_empty());
    let nobody = letters.is_none().then(|| view! { <Glyph icon=Icon::User/> });
    // Drawn by the style sheet: as text they would be read into the name of a button around them.
    view! {
        <span class=format!("avatar avatar-{hue}{size}") data-initials=letters aria-hidden="true">
            {nobody}
        </span>
    }
    .into_any()
}

/// The first letters of the first and the last word; the style sheet makes them capitals. A number has none.
fn initials(name: &str) -> String {
    let is_of_numbers = |c: char| c.is_ascii_digit() || c.is_whitespace() || c.is_ascii_punctuation();
    if name.chars().all(is_of_numbers) {
        return String::new();
    }
    let mut words = name.split([' ', '\u{a0}', '-']).filter_map(|word| {
        word.chars()
            .find(|c| !c.is_ascii_punctuation() && !c.is_control() && *c != '…')
    });
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).collect()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_those_of_the_first_and_the_last_word() {
        assert_eq!(initials("Léa Martin"), "LM");
        assert_eq!(initials("jean-paul de la tour"), "jt");
        assert_eq!(initials("Élodie"), "É");
        assert_eq!(initials("(garage)"), "g");
        assert_eq!(initials("…"), "");
        assert_eq!(initials("06\u{a0}12\u{a0}34\u{a0}56\u{a0}78"), "");
        assert_eq!(initials("+33 6 12 34 56 78"), "");
    }
}
