//! The address book as a file: CSV for spreadsheets, vCard for telephones.

use std::sync::Arc;

use axum::extract::Request;
use axum::response::Response;
use contract::contacts::{ContactExport, ExportContacts, ExportFormat};
use domain::ids::CompanyId;
use domain::table::{Delimiter, TableWriter};
use domain::vcard::Card;
use domain::{AuditAction, Language, Region};
use serde::Deserialize;

use super::read;
use super::store::list::{self, ContactPage};
use super::view::ContactRow;
use crate::audit::Entry;
use crate::web::answer;
use crate::web::call::{admit, query};
use crate::{App, Failure};

/// What fits into the isolate's memory with ease, a page of rows beside the file.
const MOST_EXPORTED: usize = 100_000;
const READ_AT_ONCE: u32 = 1000;

pub async fn export(app: Arc<App>, request: Request, _: Option<String>) -> Result<Response, Failure> {
    let (parts, _) = request.into_parts();
    let (caller, meta) = admit::<ExportContacts>(&app, &parts).await?;
    let company = caller.company()?;
    let asked = query::<ExportContacts>(&parts.uri)?;
    let home = read::home(&app, company).await?;
    let entry = Entry::new(&app, company, &caller, AuditAction::ExportContacts);
    app.database.query(entry.statement()).await?;
    let language = asked.language.unwrap_or(meta.language);
    let (file, kind, name) = match asked.format {
        ExportFormat::Csv => (
            csv(&app, company, &asked, language).await?,
            answer::CSV,
            "attachment; filename=\"contacts.csv\"",
        ),
        ExportFormat::Vcard => (
            vcard(&app, company, &asked, home).await?,
            "text/vcard; charset=utf-8",
            "attachment; filename=\"contacts.vcf\"",
        ),
    };
    Ok(answer::file(file, kind, name))
}

/// Every contact of the question, page by page.
async fn each(
    app: &App,
    company: &CompanyId,
    asked: &ContactExport,
    mut write: impl FnMut(ContactRow),
) -> Result<(), Failure> {
    let (mut after, mut exported) = (None, 0);
    while exported < MOST_EXPORTED {
        let statement = list::page(&ContactPage {
            company,
            list: asked.list,
            q: asked.q.as_deref(),
            tag: asked.tag.as_deref(),
            after,
            limit: READ_AT_ONCE,
        });
        let rows = app.database.query(statement).await?.all::<ContactRow>()?;
        let is_last = rows.len() < READ_AT_ONCE as usize;
        exported += rows.len();
        after = rows.last().map(|row| (row.sort_name.clone(), row.id.to_string()));
        rows.into_iter().for_each(&mut write);
        if is_last {
            break;
        }
    }
    Ok(())
}

#[derive(Deserialize)]
struct Count {
    count: usize,
}

/// Headers that our own import knows; a spreadsheet in French expects semicolons.
async fn csv(
    app: &App,
    company: &CompanyId,
    asked: &ContactExport,
    language: Language,
) -> Result<String, Failure> {
    let most = app
        .database
        .query(list::most_numbers(company))
        .await?
        .first::<Count>()?
        .map_or(1, |row| row.count.max(1));
    let (delimiter, name, number, rest, yes) = match language {
        Language::Fr => (
            Delimiter::Semicolon,
            "Nom",
            "Téléphone",
            ["Étiquettes", "Notes", "Langue", "Désabonné", "Bloqué"],
            "oui",
        ),
        Language::En => (
            Delimiter::Comma,
            "Name",
            "Phone",
            ["Tags", "Notes", "Language", "Opted out", "Blocked"],
            "yes",
        ),
    };
    let mut table = TableWriter::with_mark(delimiter);
    let numbers = (1..=most).map(|place| format!("{number} {place}"));
    table.row(
        std::iter::once(name.to_owned())
            .chain(numbers)
            .chain(rest.map(str::to_owned)),
    );
    each(app, company, asked, |row| {
        let blocked = row.is_blocked();
        let opted_out = row.numbers.iter().any(|number| number.opted_out_at.is_some());
        let mark = |is: bool| if is { yes.to_owned() } else { String::new() };
        let tags: Vec<String> = row.tags.into_iter().map(String::from).collect();
        let mut numbers = row.numbers.into_iter().map(|number| number.identity);
        let mut fields = vec![row.name.or(row.profile_name).unwrap_or_default()];
        fields.extend((0..most).map(|_| numbers.next().unwrap_or_default()));
        fields.extend([
            tags.join(", "),
            row.notes.into(),
            row.language
                .map(|language| language.as_str().to_owned())
                .unwrap_or_default(),
            mark(opted_out),
            mark(blocked),
        ]);
        table.row(fields);
    })
    .await?;
    Ok(table.into_text())
}

async fn vcard(
    app: &App,
    company: &CompanyId,
    asked: &ContactExport,
    home: Region,
) -> Result<String, Failure> {
    let mut file = String::new();
    each(app, company, asked, |row| {
        let name = row.called(app, home);
        let numbers: Vec<String> = row.numbers.into_iter().map(|number| number.identity).collect();
        let tags: Vec<String> = row.tags.into_iter().map(String::from).collect();
        Card {
            uid: row.id.as_str(),
            name: &name,
            numbers: &numbers,
            tags: &tags,
            notes: row.notes.as_str(),
            language: row.language,
            changed_at: row.updated_at,
        }
        .write(&mut file);
    })
    .await?;
    Ok(file)
}
