//! Every recipient of a campaign with its result, as a file for a spreadsheet.

use std::sync::Arc;

use axum::extract::Request;
use axum::response::Response;
use contract::campaigns::ExportCampaign;
use contract::{PathId, ProblemCode};
use domain::Language;
use domain::audit::AuditAction;
use domain::ids::CampaignId;
use domain::table::{Delimiter, TableWriter};

use super::read::find;
use super::store::recipients::{self, RecipientRow};
use super::view::{code_text, status_word};
use crate::web::answer::{CSV, file};
use crate::web::call::admit;
use crate::{App, Failure};

const AT_ONCE: u32 = 5000;

pub async fn export(app: Arc<App>, request: Request, segment: Option<String>) -> Result<Response, Failure> {
    let (parts, _) = request.into_parts();
    let (caller, meta) = admit::<ExportCampaign>(&app, &parts).await?;
    let company = caller.company()?;
    let id = CampaignId::from_segment(segment.as_deref()).ok_or(ProblemCode::NotFound)?;
    let campaign = find(&app, company, &id).await?;
    let entry = campaign.entry(&app, company, &caller, AuditAction::ExportCampaign);
    app.database.query(entry.statement()).await?;
    let mut table = TableWriter::with_mark(match meta.language {
        // What a French spreadsheet opens without asking.
        Language::Fr => Delimiter::Semicolon,
        Language::En => Delimiter::Comma,
    });
    table.row(header(meta.language));
    let mut after = -1;
    loop {
        let page = recipients::page(&id, None, after, AT_ONCE);
        let rows = app.database.query(page).await?.all::<RecipientRow>()?;
        let Some(last) = rows.last().map(|row| row.position) else {
            break;
        };
        after = last;
        for row in &rows {
            table.row(fields(row, &campaign.body, meta.language));
        }
    }
    Ok(file(
        table.into_text(),
        CSV,
        "attachment; filename=\"edgeline-campaign.csv\"",
    ))
}

const fn header(language: Language) -> [&'static str; 8] {
    match language {
        Language::Fr => [
            "place",
            "destinataire",
            "nom",
            "statut",
            "erreur",
            "code",
            "date",
            "SID Twilio",
        ],
        Language::En => [
            "place",
            "recipient",
            "name",
            "status",
            "error",
            "code",
            "time",
            "Twilio SID",
        ],
    }
}

fn fields(row: &RecipientRow, body: &str, language: Language) -> [String; 8] {
    [
        (row.position + 1).to_string(),
        row.address.clone(),
        row.name.clone().unwrap_or_default(),
        status_word(row.state.simple()).to_owned(),
        row.problem(body, language).unwrap_or_default(),
        code_text(row.error, row.error_code),
        row.at.map(|at| at.to_string()).unwrap_or_default(),
        row.external_id.clone().unwrap_or_default(),
    ]
}
