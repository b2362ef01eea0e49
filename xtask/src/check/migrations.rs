//! Migrations are applied while the version before still runs: they only add. Read as text, statement by statement.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::project;

/// Those up to here were applied by everybody before there was this rule.
const LAST_BEFORE: &str = "0049";

/// Says that what is dropped holds nothing of its own, and why the version before does without it.
const DERIVED: &str = "-- derived:";

pub(crate) fn check() -> Result<()> {
    let folder = project::root().join("migrations");
    let mut wrong = Vec::new();
    let mut names: Vec<_> = fs::read_dir(&folder)
        .with_context(|| format!("cannot read {}", folder.display()))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    names.sort();
    for path in names {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.get(..LAST_BEFORE.len()) > Some(LAST_BEFORE) {
            let found = objections(&fs::read_to_string(&path)?);
            wrong.extend(found.into_iter().map(|what| format!("migrations/{name}: {what}")));
        }
    }
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n"));
    }
    Ok(())
}

/// What the version that still runs would trip over.
fn objections(sql: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut explained = false;
    for line in sql.lines() {
        let (statement, comment) = line.split_once("--").unwrap_or((line, ""));
        explained |= format!("--{comment}").starts_with(DERIVED);
        let words = statement.to_uppercase();
        let words: Vec<_> = words
            .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
            .filter(|word| !word.is_empty())
            .collect();
        let says = |wanted: &[&str]| words.windows(wanted.len()).any(|window| window == wanted);
        let begins = |wanted: &[&str]| words.starts_with(wanted);
        let alters = begins(&["ALTER", "TABLE"]);
        if alters && words.contains(&"DROP") {
            found.push(format!("takes a column away: {}", line.trim()));
        } else if alters && words.contains(&"RENAME") {
            found.push(format!("renames: {}", line.trim()));
        } else if alters && says(&["NOT", "NULL"]) && !words.contains(&"DEFAULT") {
            found.push(format!(
                "adds a column that old code does not fill: {}",
                line.trim()
            ));
        } else if begins(&["DROP"]) && !explained {
            found.push(format!(
                "drops without `{DERIVED} …`, which says why nobody misses it: {}",
                line.trim()
            ));
        }
        if !statement.trim().is_empty() {
            explained = false;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_adds_is_fine() {
        let sql = "-- A table.\nCREATE TABLE a (\n  b TEXT NOT NULL -- DROP TABLE a\n) STRICT;
            ALTER TABLE a ADD COLUMN c INTEGER NOT NULL DEFAULT 0;\nALTER TABLE a ADD COLUMN d TEXT;
            CREATE INDEX a_by_b ON a (b);";
        assert_eq!(objections(sql), Vec::<String>::new());
    }

    #[test]
    fn what_the_version_before_would_miss_is_refused() {
        for sql in [
            "ALTER TABLE a DROP COLUMN b;",
            "alter table a rename to b;",
            "ALTER TABLE a RENAME COLUMN b TO c;",
            "ALTER TABLE a ADD COLUMN b TEXT NOT NULL;",
            "DROP TABLE a;",
            "DROP INDEX a_by_b;",
            "-- derived: that one\nDROP INDEX a_by_b;\nDROP INDEX a_by_c;",
        ] {
            assert_eq!(objections(sql).len(), 1, "{sql}");
        }
    }

    #[test]
    fn what_is_made_anew_may_be_dropped_when_it_says_so() {
        assert_eq!(
            objections("-- derived: the same trigger, for both.\nDROP TRIGGER a;"),
            Vec::<String>::new()
        );
        assert_eq!(
            objections("DROP INDEX a; -- derived: nobody asks for it"),
            Vec::<String>::new()
        );
    }
}
