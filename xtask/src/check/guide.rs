//! docs/guide against the product: each page has its twin in the other language, each picture and page that is named is
//! there, and each word in bold stands on the screen exactly so.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::fingerprint::collect;
use crate::project;

/// The languages, as they stand in a line of `frontend/src/locales`: English first.
const LANGUAGES: [&str; 2] = ["en", "fr"];

pub(crate) fn check() -> Result<()> {
    let guide = project::root().join("docs/guide");
    let texts = texts()?;
    let mut complaints = Vec::new();
    let mut named = BTreeSet::new();
    for (language, texts) in LANGUAGES.into_iter().zip(&texts) {
        for page in pages(&guide.join(language))? {
            let text =
                fs::read_to_string(&page).with_context(|| format!("cannot read {}", page.display()))?;
            let shown = page.strip_prefix(&guide).unwrap_or(&page).display().to_string();
            for other in LANGUAGES.iter().filter(|other| **other != language) {
                let twin = guide.join(other).join(page.file_name().unwrap_or_default());
                if !twin.exists() {
                    complaints.push(format!("{shown}: {} is missing", twin.display()));
                }
            }
            for target in targets(&text) {
                let target = page.with_file_name("").join(target);
                match target.canonicalize() {
                    Ok(file) => drop(named.insert(file)),
                    Err(_) => complaints.push(format!("{shown}: {} is not there", target.display())),
                }
            }
            for words in bold(&text).filter(|words| !texts.contains(&spaced(words))) {
                complaints.push(format!("{shown}: the product does not say “{words}”"));
            }
        }
    }
    let mut pictures = Vec::new();
    collect(&guide.join("images"), &mut pictures)?;
    for picture in pictures {
        if !named.contains(&picture.canonicalize()?) {
            complaints.push(format!("{}: no page shows it", picture.display()));
        }
    }
    if !complaints.is_empty() {
        bail!("{}", complaints.join("\n"));
    }
    Ok(())
}

fn pages(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut pages = Vec::new();
    collect(folder, &mut pages)?;
    pages.sort();
    Ok(pages)
}

/// What the panel shows: all English texts, all French ones.
fn texts() -> Result<[BTreeSet<String>; 2]> {
    let mut files = Vec::new();
    collect(&project::root().join("frontend/src/locales"), &mut files)?;
    let mut texts = [BTreeSet::new(), BTreeSet::new()];
    for file in files {
        let source = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        for pair in source.lines().filter_map(pair) {
            for (texts, text) in texts.iter_mut().zip(pair) {
                texts.insert(text);
            }
        }
    }
    Ok(texts)
}

/// `name: "English", "French";`, or the pair of an act.
fn pair(line: &str) -> Option<[String; 2]> {
    let line = line.trim_end_matches([',', ';', ')']);
    let literals = line.split_once('"')?.1.strip_suffix('"')?;
    let (english, french) = literals.split_once("\", \"")?;
    Some([english, french].map(|text| spaced(&text.replace("\\u{a0}", " "))))
}

/// With ordinary spaces: where a line may break is no part of the words.
fn spaced(text: &str) -> String {
    text.replace('\u{a0}', " ")
}

/// The files that links and pictures lead to.
fn targets(page: &str) -> impl Iterator<Item = &str> {
    let links = page.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    links.filter(|target| !target.contains("://"))
}

fn bold(page: &str) -> impl Iterator<Item = &str> {
    page.lines().flat_map(|line| line.split("**").skip(1).step_by(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guide_says_what_the_product_says() {
        check().unwrap();
    }

    #[test]
    fn texts_are_read_with_their_spaces() {
        assert_eq!(
            pair("    missed: \"Missed call\", \"Appel manqué\\u{a0}!\";"),
            Some(["Missed call".to_owned(), "Appel manqué !".to_owned()])
        );
        assert_eq!(
            pair("        AuditAction::SetUp => (\"Set up\", \"Mise en service\"),"),
            Some(["Set up".to_owned(), "Mise en service".to_owned()])
        );
        assert_eq!(pair("use super::texts;"), None);
    }

    #[test]
    fn links_pictures_and_words_in_bold_are_found() {
        let page =
            "**Save** and **Close** ![a](../images/x.png)\n[b](inbox.md) [c](https://a.example) **Open**";
        assert_eq!(targets(page).collect::<Vec<_>>(), ["../images/x.png", "inbox.md"]);
        assert_eq!(bold(page).collect::<Vec<_>>(), ["Save", "Close", "Open"]);
    }
}
