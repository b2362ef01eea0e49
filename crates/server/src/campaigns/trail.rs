//! What the audit trail says of a campaign: its name, its id, and the number that it is sent from.

use domain::audit::AuditAction;
use domain::ids::CompanyId;

use super::store::CampaignRow;
use crate::App;
use crate::audit::{Actor, Entry};

impl CampaignRow {
    pub fn entry<'a>(
        &self,
        app: &App,
        company: &'a CompanyId,
        actor: impl Into<Actor>,
        action: AuditAction,
    ) -> Entry<'a> {
        Entry::new(app, company, actor, action)
            .subject(&self.name)
            .number(&self.number)
            .detail("campaign", Some(&self.id))
    }
}
