//! Webhooks that were refused: rows, because nothing proves whose they are.

use contract::ProblemCode;
use contract::recorder::{WebhookDetail, WebhookFilter, WebhookKind, WebhookOutcome, WebhookView};
use domain::ids::{CompanyId, MessageId};
use domain::{Role, Timestamp};
use serde::Deserialize;
use twilio::params::Params;
use twilio::signature::urls_tried;

use super::log::sid_of;
use super::read::{self, Shown};
use crate::access::authenticate::Caller;
use crate::ports::database::{Statement, column};
use crate::{App, Failure};

#[derive(Deserialize)]
pub struct RejectedRow {
    pub id: MessageId,
    pub path: String,
    pub url: String,
    reason: String,
    pub signature: Option<String>,
    pub body: String,
    remote_address: Option<String>,
    #[serde(deserialize_with = "column::millis")]
    at: Timestamp,
}

#[derive(Deserialize)]
struct NumberRow {
    address: String,
}

const COLUMNS: &str = "id, path, url, reason, signature, body, remote_address, at";

/// Those before that id, the newest first.
pub async fn page(
    app: &App,
    caller: &Caller,
    filter: &WebhookFilter,
    before: &str,
    limit: usize,
) -> Result<Vec<WebhookView>, Failure> {
    let company = caller.company()?;
    let (others, from) = (numbers_of_others(app, company).await?, from(caller));
    let (mut items, mut before) = (Vec::new(), before.to_owned());
    // What is for somebody else's number is left out, and does not make the page shorter.
    while items.len() < limit {
        let select = Statement::new(format!(
            "SELECT {COLUMNS} FROM {from} AND id < ?2 ORDER BY id DESC LIMIT ?3"
        ))
        .bind(company)
        .bind(before)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX));
        let rows = app.database.query(select).await?.all::<RejectedRow>()?;
        let is_last = rows.len() < limit;
        let Some(last) = rows.last() else {
            break;
        };
        before = last.id.to_string();
        let shown = rows
            .iter()
            .filter(|row| !row.is_for(&others) && row.is_like(filter));
        items.extend(shown.map(|row| row.view(read::mask)));
        if is_last {
            break;
        }
    }
    items.truncate(limit);
    Ok(items)
}

/// Which ones this person may see. What names an account that no company has is shown to who runs the deployment.
fn from(caller: &Caller) -> &'static str {
    if caller.role == Role::Superadmin {
        "rejected_webhooks
         WHERE (account_sid IN (SELECT account_sid FROM integrations WHERE company_id = ?1)
           OR NOT EXISTS (SELECT 1 FROM integrations i WHERE i.account_sid = rejected_webhooks.account_sid))"
    } else {
        "rejected_webhooks INDEXED BY rejected_webhooks_by_account
         WHERE account_sid IN (SELECT account_sid FROM integrations WHERE company_id = ?1)"
    }
}

pub fn delete(id: &MessageId) -> Statement {
    Statement::new("DELETE FROM rejected_webhooks WHERE id = ?1 RETURNING id").bind(id)
}

pub async fn find(app: &App, caller: &Caller, id: &MessageId) -> Result<Option<RejectedRow>, Failure> {
    let company = caller.company()?;
    let select = Statement::new(format!("SELECT {COLUMNS} FROM {} AND id = ?2", from(caller)))
        .bind(company)
        .bind(id);
    let row = app.database.query(select).await?.first::<RejectedRow>()?;
    let others = numbers_of_others(app, company).await?;
    Ok(row.filter(|row| !row.is_for(&others)))
}

/// Several companies may share an account: what is for the number of another one is not shown.
async fn numbers_of_others(app: &App, company: &CompanyId) -> Result<Vec<String>, Failure> {
    let select = Statement::new(
        "SELECT n.address FROM integrations own
         JOIN integrations i ON i.account_sid = own.account_sid AND i.company_id <> ?1
         JOIN numbers n ON n.integration_id = i.id
         WHERE own.company_id = ?1",
    )
    .bind(company);
    let rows = app.database.query(select).await?.all::<NumberRow>()?;
    Ok(rows.into_iter().map(|row| row.address).collect())
}

impl RejectedRow {
    fn is_for(&self, numbers: &[String]) -> bool {
        let params = Params::parse(&self.body);
        let is_theirs = |name| {
            params
                .get(name)
                .is_some_and(|value| numbers.iter().any(|number| number == value))
        };
        is_theirs("To") || is_theirs("From")
    }

    fn is_like(&self, filter: &WebhookFilter) -> bool {
        let params = Params::parse(&self.body);
        let parties = ["From", "To"].into_iter().filter_map(|name| params.get(name));
        let mut named = parties.chain(sid_of(&params));
        filter.kind.is_none_or(|kind| kind == WebhookKind::of(&self.path))
            && read::about(filter).is_none_or(|about| named.any(|name| name.contains(about)))
    }

    fn view(&self, shown: impl Fn(&str) -> String) -> WebhookView {
        let row = Shown {
            id: &self.id,
            at: self.at,
            path: &self.path,
            outcome: if self.reason == "unknown_account" {
                WebhookOutcome::UnknownAccount
            } else {
                WebhookOutcome::InvalidSignature
            },
            status: ProblemCode::InvalidSignature.status(),
            duration_ms: None,
            is_replay: false,
            params: &Params::parse(&self.body),
        };
        row.view(shown)
    }

    pub fn detail(self) -> WebhookDetail {
        WebhookDetail {
            webhook: self.view(str::to_owned),
            tried: urls_tried(&self.url),
            has_signature: self.signature.is_some_and(|signature| !signature.is_empty()),
            remote_address: self.remote_address.and_then(read::filled),
            headers: Vec::new(),
            params: read::params(&self.body),
            url: self.url,
            answer: None,
        }
    }
}
