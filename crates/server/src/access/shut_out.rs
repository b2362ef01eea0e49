//! Whoever may no longer listen is let go by every hub that they may be listening to.

use std::sync::Arc;

use domain::ids::{CompanyId, UserId};
use serde::Deserialize;

use super::store::tokens;
use crate::live::let_go_later;
use crate::ports::AfterAnswer;
use crate::ports::database::column;
use crate::{App, Failure};

/// Where a person listens: at their own company's hub, and a superadmin at those of the companies they looked into.
pub struct Listening {
    user: UserId,
    home: CompanyId,
    elsewhere: Vec<CompanyId>,
    has_programs: bool,
}

#[derive(Deserialize)]
struct Row {
    company_id: CompanyId,
    #[serde(deserialize_with = "column::boolean")]
    by_program: bool,
}

impl Listening {
    /// Asked before their sessions are deleted.
    pub async fn of(app: &App, user: &UserId, home: &CompanyId) -> Result<Self, Failure> {
        let rows = app
            .database
            .query(tokens::companies_listened_to(user, home))
            .await?
            .all::<Row>()?;
        let has_programs = rows.iter().any(|row| row.by_program);
        let others = rows.into_iter().map(|row| row.company_id);
        Ok(Self {
            user: user.clone(),
            home: home.clone(),
            elsewhere: others.filter(|company| company != home).collect(),
            has_programs,
        })
    }

    pub fn end_later(&self, app: &Arc<App>, after: &AfterAnswer) {
        for company in std::iter::once(&self.home).chain(&self.elsewhere) {
            let_go_later(app, after, company, Some(&self.user));
        }
    }

    /// With the programs that have a token of theirs: the hub does not tell programs apart, and those that still may
    /// listen come in again.
    pub fn end_with_programs_later(&self, app: &Arc<App>, after: &AfterAnswer) {
        self.end_later(app, after);
        if self.has_programs {
            let_go_later(app, after, &self.home, None);
        }
    }
}
