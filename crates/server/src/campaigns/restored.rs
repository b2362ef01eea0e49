//! After a restore, Twilio's list tells whom a campaign has written to since the backup: they are not written to again.

use contract::ProblemCode;
use domain::campaign::PauseReason;
use domain::ids::{CompanyId, ConversationId, MessageId};
use domain::{Address, DeliveryStatus};
use serde::Deserialize;
use twilio::messages::MessageResource;

use super::store::CampaignRow;
use super::view::rendered;
use crate::ports::database::Statement;
use crate::sending::same::is_same;
use crate::{App, Failure, Fault};

/// Somebody for whom a campaign that a restore has paused still has a text, as far as the backup knows.
#[derive(Deserialize)]
pub struct Unsure {
    id: i64,
    address: Address,
    name: Option<String>,
    variables: Option<String>,
    number: Address,
    body: String,
    files: usize,
}

/// Of these addresses. In all but a restored deployment's first minutes it reads a few rows of campaigns.
pub async fn unsure(app: &App, company: &CompanyId, addresses: &[String]) -> Result<Vec<Unsure>, Failure> {
    if addresses.is_empty() {
        return Ok(Vec::new());
    }
    let addresses = serde_json::to_string(addresses).map_err(|error| Fault::Internal(error.to_string()))?;
    let statement = Statement::new(
        "SELECT r.id, r.address, r.name, r.variables, c.number, c.body, c.media_url IS NOT NULL AS files
         FROM campaigns c CROSS JOIN recipients r INDEXED BY recipients_waiting ON r.campaign_id = c.id
         WHERE c.company_id = ?1 AND c.state = 'paused' AND c.pause_reason = ?3 AND r.state = 'waiting'
           AND r.address IN (SELECT value FROM json_each(?2))
         ORDER BY r.id",
    )
    .bind(company)
    .bind(addresses)
    .bind(PauseReason::Restored.as_str());
    Ok(app.database.query(statement).await?.all()?)
}

/// Takes whoever this message was for out of them.
pub fn take(unsure: &mut Vec<Unsure>, message: &MessageResource) -> Option<Unsure> {
    let nth = unsure.iter().position(|one| one.is_of(message))?;
    Some(unsure.remove(nth))
}

impl Unsure {
    fn is_of(&self, message: &MessageResource) -> bool {
        message.from.as_ref() == Some(&self.number)
            && message.to.as_ref() == Some(&self.address)
            && rendered(&self.body, self.name.as_deref(), self.variables.as_deref())
                .is_ok_and(|text| is_same(&text, self.files, message))
    }

    /// After the message's row: its recipient stands where a receipt would have brought it, and a conversation that was
    /// made for it where the campaign would have made it (`store::claims::claim`).
    pub fn was_written_to(
        &self,
        by: &MessageId,
        status: DeliveryStatus,
        code: Option<i64>,
        conversation: &ConversationId,
    ) -> [Statement; 3] {
        [
            Statement::new("UPDATE conversations SET status = 'waiting', answered = 1, last_at = 0 WHERE id = ?1")
                .bind(conversation),
            Statement::new("UPDATE messages SET campaign_recipient = ?2 WHERE id = ?1")
                .bind(by)
                .bind(self.id),
            Statement::new(
                "UPDATE recipients SET message_id = ?2, error_code = CASE WHEN ?3 IN ('failed', 'undelivered') THEN ?4 END,
                   error = CASE WHEN ?3 IN ('failed', 'undelivered') THEN 'twilio_refused' END,
                   state = CASE WHEN ?3 IN ('delivered', 'read') THEN 'delivered'
                     WHEN ?3 IN ('failed', 'undelivered', 'canceled') THEN 'failed' ELSE 'sent' END
                 WHERE id = ?1 AND state = 'waiting'",
            )
            .bind(self.id)
            .bind(by)
            .bind(status.as_str())
            .bind(code),
        ]
    }
}

/// Before it goes on: whom it has written to is known once Twilio's list has been read back to the backup.
pub async fn refuse_while_unsure(
    app: &App,
    company: &CompanyId,
    campaign: &CampaignRow,
) -> Result<(), Failure> {
    if campaign.pause_reason != Some(PauseReason::Restored) {
        return Ok(());
    }
    let statement = Statement::new(
        "SELECT 1 FROM readings WHERE since IS NOT NULL AND company_id = ?1 AND integration_id = (
           SELECT integration_id FROM campaigns WHERE id = ?2)",
    )
    .bind(company)
    .bind(&campaign.id);
    if app.database.query(statement).await?.is_empty() {
        Ok(())
    } else {
        Err(ProblemCode::ListsBeingRead.into())
    }
}
