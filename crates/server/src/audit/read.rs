//! Looking at the audit trail, a page at a time or as a file.

use std::sync::Arc;

use axum::extract::Request;
use axum::response::Response;
use contract::Page;
use contract::audit::{AuditFilter, AuditView, ExportAudit, ListAudit};
use domain::ids::CompanyId;
use domain::{Address, AuditAction, numbering};

use super::csv;
use super::entry::Entry;
use super::store::{self, AuditPage, AuditRow};
use crate::inbox::cursor;
use crate::inbox::read::drop_beyond;
use crate::integrations::senders::Senders;
use crate::web::answer::{CSV, file};
use crate::web::call::{admit, query};
use crate::web::{Answer, Call};
use crate::{App, Failure};

pub async fn list(call: Call<ListAudit>) -> Result<Answer<Page<AuditView>>, Failure> {
    let company = call.caller.company()?;
    let limit = cursor::limit(call.query.limit);
    let after = call.query.cursor.as_deref().map(cursor::decode).transpose()?;
    let (mut rows, more) = page(&call.app, company, &call.query, after.map(|(_, id)| id), limit).await?;
    let next_cursor = rows
        .last()
        .filter(|_| more)
        .map(|row| cursor::encode(row.at, row.id.as_str()));
    let items = rows.drain(..).map(AuditView::from).collect();
    Ok(Answer::ok(Page { items, next_cursor }))
}

async fn page(
    app: &App,
    company: &CompanyId,
    filter: &AuditFilter,
    after: Option<String>,
    limit: u32,
) -> Result<(Vec<AuditRow>, bool), Failure> {
    let given = |text: &'_ Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let actor = given(&filter.actor);
    let number = match given(&filter.number) {
        Some(text) => Some(number(app, company, text.trim()).await?),
        None => None,
    };
    let page = AuditPage {
        company,
        action: filter.action,
        actor: actor.as_deref(),
        number,
        since: filter.since,
        until: filter.until,
        after,
        limit: limit + 1,
    };
    let lists = std::iter::once(store::list(&page)).chain(store::campaign_messages(&page));
    let mut rows = Vec::new();
    for list in app.database.commit(lists.collect()).await? {
        rows.extend(list.all::<AuditRow>()?);
    }
    rows.sort_by(|one, other| other.id.cmp(&one.id));
    let more = drop_beyond(&mut rows, limit);
    Ok((rows, more))
}

/// As it is stored: E.164, with `whatsapp:` when that is asked for.
async fn number(app: &App, company: &CompanyId, text: &str) -> Result<Address, Failure> {
    let region = Senders::of(app, company).await?.region(app);
    let (bare, whatsapp) = text
        .strip_prefix("whatsapp:")
        .map_or((text, false), |bare| (bare, true));
    Ok(match numbering::parse(bare, &region) {
        Ok(number) if whatsapp => Address::Whatsapp(number),
        Ok(number) => Address::Number(number),
        Err(_) => Address::parse(text),
    })
}

/// At most as many as fit into the isolate's memory with ease. The file's last line says when there are older ones.
const MOST_EXPORTED: usize = 20_000;
const EXPORTED_AT_ONCE: u32 = 1000;

pub async fn export(app: Arc<App>, request: Request, _: Option<String>) -> Result<Response, Failure> {
    let (parts, _) = request.into_parts();
    let (caller, meta) = admit::<ExportAudit>(&app, &parts).await?;
    let company = caller.company()?;
    let filter = query::<ExportAudit>(&parts.uri)?;
    let entry = Entry::new(&app, company, &caller, AuditAction::ExportAudit);
    app.database.query(entry.statement()).await?;

    let mut table = csv::beginning(meta.language);
    let (mut after, mut exported) = (None, 0);
    loop {
        let (rows, more) = page(&app, company, &filter, after, EXPORTED_AT_ONCE).await?;
        let Some((last, at)) = rows.last().map(|row| (row.id.to_string(), row.at)) else {
            break;
        };
        exported += rows.len();
        after = Some(last);
        for row in rows {
            csv::row(&mut table, row.into());
        }
        if !more {
            break;
        }
        if exported >= MOST_EXPORTED {
            csv::older_ones_are_missing(&mut table, at, meta.language);
            break;
        }
    }
    Ok(file(
        table.into_text(),
        CSV,
        "attachment; filename=\"edgeline-audit.csv\"",
    ))
}
