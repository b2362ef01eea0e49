//! The SQL of the texts that a company wrote in the place of ours.

use domain::Language;
use domain::ids::CompanyId;
use domain::notification::NotificationKind;
use serde::Deserialize;

use crate::ports::database::Statement;

#[derive(Deserialize)]
pub struct TextRow {
    pub kind: NotificationKind,
    pub language: Language,
    pub body: String,
}

pub fn of_company(company: &CompanyId) -> Statement {
    Statement::new("SELECT kind, language, body FROM notification_texts WHERE company_id = ?1").bind(company)
}

pub fn put(company: &CompanyId, kind: NotificationKind, language: Language, body: &str) -> Statement {
    Statement::new(
        "INSERT INTO notification_texts (company_id, kind, language, body) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (company_id, kind, language) DO UPDATE SET body = excluded.body",
    )
    .bind(company)
    .bind(kind.as_str())
    .bind(language.as_str())
    .bind(body)
}

pub fn forget(company: &CompanyId, kind: NotificationKind, language: Language) -> Statement {
    Statement::new("DELETE FROM notification_texts WHERE company_id = ?1 AND kind = ?2 AND language = ?3")
        .bind(company)
        .bind(kind.as_str())
        .bind(language.as_str())
}
