//! The SQL of templates. The list is small and belongs to Twilio: it is replaced whole.

use contract::whatsapp::WhatsappTemplate;
use domain::Timestamp;
use domain::ids::IntegrationId;
use serde::Deserialize;

use crate::Fault;
use crate::integrations::store::IntegrationRow;
use crate::ports::database::{Rows, Statement, column};

/// The templates as Twilio listed them at that time.
pub struct Kept {
    pub items: Vec<WhatsappTemplate>,
    pub synced_at: Timestamp,
}

/// For [`read`].
pub fn list(integration: &IntegrationId) -> Vec<Statement> {
    vec![
        Statement::new("SELECT synced_at FROM whatsapp_template_lists WHERE integration_id = ?1")
            .bind(integration),
        Statement::new(
            "SELECT json_object('sid', sid, 'name', name, 'language', language, 'body', body, 'buttons', json(buttons),
               'variables', json(variables), 'approval', approval, 'category', category,
               'rejection_reason', rejection_reason) AS template
             FROM whatsapp_templates WHERE integration_id = ?1 ORDER BY position",
        )
        .bind(integration),
    ]
}

/// `None` when Twilio was never asked.
pub fn read(rows: &[Rows]) -> Result<Option<Kept>, Fault> {
    #[derive(Deserialize)]
    struct SyncedRow {
        #[serde(deserialize_with = "column::millis")]
        synced_at: Timestamp,
    }
    #[derive(Deserialize)]
    struct TemplateRow {
        #[serde(deserialize_with = "column::json")]
        template: WhatsappTemplate,
    }
    let [synced, items] = rows else {
        return Err(Fault::Storage("rows of templates are missing".to_owned()));
    };
    let Some(SyncedRow { synced_at }) = synced.first()? else {
        return Ok(None);
    };
    let items = items.all::<TemplateRow>()?.into_iter().map(|row| row.template);
    Ok(Some(Kept {
        items: items.collect(),
        synced_at,
    }))
}

pub fn replace(integration: &IntegrationRow, list: &Kept) -> Vec<Statement> {
    vec![
        Statement::new("DELETE FROM whatsapp_templates WHERE integration_id = ?1").bind(&integration.id),
        Statement::new(
            "INSERT INTO whatsapp_templates (integration_id, company_id, position, sid, name, language, body, buttons,
               variables, approval, category, rejection_reason)
             SELECT ?1, ?2, key, value ->> 'sid', value ->> 'name', value ->> 'language', value ->> 'body',
               value -> 'buttons', value -> 'variables', value ->> 'approval', value ->> 'category',
               value ->> 'rejection_reason'
             FROM json_each(?3) WHERE true
             ON CONFLICT DO NOTHING",
        )
        .bind(&integration.id)
        .bind(&integration.company_id)
        .bind(serde_json::json!(list.items).to_string()),
        Statement::new(
            "INSERT INTO whatsapp_template_lists (integration_id, synced_at) VALUES (?1, ?2)
             ON CONFLICT (integration_id) DO UPDATE SET synced_at = ?2",
        )
        .bind(&integration.id)
        .bind(list.synced_at),
    ]
}
