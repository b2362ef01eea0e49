//! Pages of the address book, in the order of its indexes.

use super::{ContactList, ContactQuery, Statement, Value};
use crate::contacts::view::CONTACT;
use domain::folding::fold;
use domain::ids::CompanyId;

/// Which contacts, and from where on.
pub struct ContactPage<'a> {
    pub company: &'a CompanyId,
    pub list: Option<ContactList>,
    pub q: Option<&'a str>,
    pub tag: Option<&'a str>,
    /// The last one of the page before, by what it is sorted by and its id.
    pub after: Option<(String, String)>,
    pub limit: u32,
}

/// Saved contacts come by name and then the others, the newest first: the order of one list, and of all together.
pub fn page(page: &ContactPage<'_>) -> Statement {
    let query = page.q.and_then(ContactQuery::parse);
    let mut sql = format!("SELECT {CONTACT} FROM contacts p WHERE p.company_id = ?1");
    let mut values = vec![Value::from(page.company)];
    let mut bind = |value: Value| {
        values.push(value);
        format!("?{}", values.len())
    };
    let tag = page.tag.map(str::trim).filter(|tag| !tag.is_empty());
    if let Some(tag) = tag {
        let tag = bind(tag.into());
        sql.push_str(&format!(
            " AND p.id IN (SELECT contact_id FROM contact_tags WHERE company_id = ?1 AND tag = {tag})"
        ));
    }
    let everybody = tag.is_some() || query.is_some();
    match query {
        Some(ContactQuery::Phrases(phrases)) => {
            let phrases = bind(phrases.within(page.company).into());
            sql.push_str(&format!(
                " AND p.search_key IN (SELECT rowid FROM contact_search WHERE contact_search MATCH {phrases})"
            ));
        }
        // Too short for the search: the beginning of a name, which the index of the list knows.
        Some(ContactQuery::Contains(text)) => {
            let (from, to) = (fold(&text), fold(&text) + "\u{10ffff}");
            let (from, to) = (bind(from.into()), bind(to.into()));
            sql.push_str(&format!(
                " AND p.sort_name > '' AND p.sort_name >= {from} AND p.sort_name < {to}"
            ));
        }
        None => {}
    }
    let (condition, by_name) = match page.list {
        Some(ContactList::Saved) => (" AND p.sort_name > ''", true),
        Some(ContactList::Unsaved) => (" AND p.sort_name = ''", false),
        Some(ContactList::Blocked) => (
            " AND p.id IN (SELECT contact_id FROM contact_addresses WHERE company_id = ?1 AND blocked_at IS NOT NULL)",
            true,
        ),
        None if everybody => ("", true),
        None => (" AND p.sort_name > ''", true),
    };
    sql.push_str(condition);
    let plain = matches!(page.list, Some(ContactList::Saved)) || (page.list.is_none() && !everybody);
    if let Some((name, id)) = &page.after {
        let nameless = bind(name.is_empty().into());
        let (name, id) = (bind(name.as_str().into()), bind(id.as_str().into()));
        sql.push_str(&match (by_name, plain) {
            (false, _) => format!(" AND p.id < {id}"),
            (true, true) => format!(" AND (p.sort_name, p.id) > ({name}, {id})"),
            (true, false) => {
                format!(" AND (p.sort_name = '', p.sort_name, p.id) > ({nameless}, {name}, {id})")
            }
        });
    }
    sql.push_str(match (by_name, plain) {
        (false, _) => " ORDER BY p.id DESC",
        (true, true) => " ORDER BY p.sort_name, p.id",
        (true, false) => " ORDER BY p.sort_name = '', p.sort_name, p.id",
    });
    sql.push_str(&format!(" LIMIT {}", page.limit));
    Statement {
        sql: sql.into(),
        values,
    }
}

/// Of the contact that has most: the columns of a table.
pub fn most_numbers(company: &CompanyId) -> Statement {
    Statement::new(
        "SELECT coalesce(max(count), 0) AS count FROM (
           SELECT count(*) AS count FROM contact_addresses WHERE company_id = ?1 GROUP BY contact_id)",
    )
    .bind(company)
}
