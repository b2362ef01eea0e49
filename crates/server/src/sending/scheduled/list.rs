//! What is still to leave, the soonest first.

use contract::Page;
use contract::inbox::ContactSummary;
use contract::scheduled::{ListScheduled, ScheduledMessage};
use domain::Language;

use super::store::{self, ScheduledRow};
use crate::inbox::cursor;
use crate::inbox::read::drop_beyond;
use crate::web::{Answer, Call};
use crate::{App, Failure};

pub async fn list(call: Call<ListScheduled>) -> Result<Answer<Page<ScheduledMessage>>, Failure> {
    let limit = cursor::limit(call.query.limit);
    let after = call.query.cursor.as_deref().map(cursor::decode).transpose()?;
    let statement = store::list(call.caller.company()?, after.as_ref(), limit + 1);
    let mut rows = call.app.database.query(statement).await?.all::<ScheduledRow>()?;
    let more = drop_beyond(&mut rows, limit);
    let next_cursor = rows.last().filter(|_| more).and_then(|row| {
        let at = row.message.scheduled_for?;
        Some(cursor::encode(at, row.message.id.as_str()))
    });
    let items = rows
        .into_iter()
        .map(|row| row.into_view(&call.app, call.meta.language))
        .collect();
    Ok(Answer::ok(Page { items, next_cursor }))
}

impl ScheduledRow {
    fn into_view(self, app: &App, language: Language) -> ScheduledMessage {
        let home = self.region.unwrap_or(app.settings.default_region);
        ScheduledMessage {
            message: self.message.into_view(Some(language)),
            contact: ContactSummary {
                id: self.contact_id,
                name: self.contact_name,
                display: app.displays.of(&self.customer, home),
                opted_out: self.opted_out_at.is_some(),
                blocked: self.blocked_at.is_some(),
                can_be_answered: self.customer.can_be_answered(),
                address: self.customer,
            },
            replied: self.replied,
        }
    }
}
