//! The SQL of texts to answer with.

use contract::templates::TemplateView;
use domain::ids::{CompanyId, TemplateId};
use domain::{Channel, Language, Timestamp, template};
use serde::Deserialize;

use crate::ports::database::{Statement, column};

#[derive(Deserialize)]
pub(super) struct TemplateRow {
    pub(super) id: TemplateId,
    pub(super) name: String,
    pub(super) shortcut: Option<String>,
    pub(super) channel: Option<Channel>,
    pub(super) language: Language,
    pub(super) body: String,
    #[serde(deserialize_with = "column::millis")]
    pub(super) updated_at: Timestamp,
}

impl From<TemplateRow> for TemplateView {
    fn from(row: TemplateRow) -> Self {
        Self {
            variables: template::variables(&row.body),
            id: row.id,
            name: row.name,
            shortcut: row.shortcut,
            channel: row.channel,
            language: row.language,
            body: row.body,
            updated_at: row.updated_at,
        }
    }
}

const COLUMNS: &str = "id, name, shortcut, channel, language, body, updated_at";

pub(super) fn of_company(company: &CompanyId) -> Statement {
    Statement::new(format!(
        "SELECT {COLUMNS} FROM templates WHERE company_id = ?1 ORDER BY name, id"
    ))
    .bind(company)
}

pub(super) fn one(company: &CompanyId, id: &TemplateId) -> Statement {
    Statement::new(format!(
        "SELECT {COLUMNS} FROM templates WHERE id = ?1 AND company_id = ?2"
    ))
    .bind(id)
    .bind(company)
}

pub(super) fn insert(company: &CompanyId, row: &TemplateRow) -> Statement {
    written(
        "INSERT INTO templates (id, company_id, name, shortcut, channel, language, body, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
        company,
        row,
    )
}

pub(super) fn update(company: &CompanyId, row: &TemplateRow) -> Statement {
    written(
        "UPDATE templates SET name = ?3, shortcut = ?4, channel = ?5, language = ?6, body = ?7, updated_at = ?8
         WHERE id = ?1 AND company_id = ?2",
        company,
        row,
    )
}

fn written(sql: &'static str, company: &CompanyId, row: &TemplateRow) -> Statement {
    Statement::new(sql)
        .bind(&row.id)
        .bind(company)
        .bind(&row.name)
        .bind(row.shortcut.clone())
        .bind(row.channel.map(Channel::as_str))
        .bind(row.language.as_str())
        .bind(&row.body)
        .bind(row.updated_at)
}

pub(super) fn delete(company: &CompanyId, id: &TemplateId) -> Statement {
    Statement::new("DELETE FROM templates WHERE id = ?1 AND company_id = ?2")
        .bind(id)
        .bind(company)
}
