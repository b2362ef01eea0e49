//! Refused webhooks, for whoever looks into why: what was tried, and taking one in once the cause is mended.

use axum::body::Body;
use axum::extract::Request;
use contract::inbox::PageQuery;
use contract::rejected::{GetRejected, ListRejected, RejectedDetail, RejectedView, ReplayRejected};
use contract::webhooks::{HandleMms, HandleSms, InboxWebhookSms, MessageStatus, TwilioWebhookStatus};
use contract::{Endpoint, Nothing, Page, ProblemCode};
use domain::ids::{CompanyId, MessageId};
use domain::{AuditAction, Role, Timestamp};
use http::header::CONTENT_TYPE;
use serde::Deserialize;
use twilio::params::Params;
use twilio::signature::urls_tried;

use super::signed_webhook::IsReplay;
use super::{cursor, receive_message, receive_status};
use crate::access::authenticate::Caller;
use crate::audit::Entry;
use crate::ports::database::{Statement, column};
use crate::web::call::RequestId;
use crate::web::{Answer, Call};
use crate::{App, Failure, Fault};

#[derive(Deserialize)]
struct RejectedRow {
    id: MessageId,
    path: String,
    url: String,
    reason: String,
    account_sid: Option<String>,
    signature: Option<String>,
    body: String,
    remote_address: Option<String>,
    #[serde(deserialize_with = "column::millis")]
    at: Timestamp,
}

#[derive(Deserialize)]
struct NumberRow {
    address: String,
}

const COLUMNS: &str = "id, path, url, reason, account_sid, signature, body, remote_address, at";

pub async fn list(call: Call<ListRejected>) -> Result<Answer<Page<RejectedView>>, Failure> {
    let company = call.caller.company()?;
    let (limit, mut before) = place(&call.query)?;
    let (limit, others) = (limit as usize, numbers_of_others(&call.app, company).await?);
    let from = from(&call.caller);
    let mut page = Page {
        items: Vec::new(),
        next_cursor: None,
    };
    // What is for somebody else's number is left out, and does not make the page shorter.
    loop {
        let select = Statement::new(format!(
            "SELECT {COLUMNS} FROM {from} AND id < ?2 ORDER BY id DESC LIMIT ?3"
        ))
        .bind(company)
        .bind(before)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX) + 1);
        let rows = call.app.database.query(select).await?.all::<RejectedRow>()?;
        let more = rows.len() > limit;
        let Some(last) = rows.last() else {
            break;
        };
        before = last.id.to_string();
        for row in rows.into_iter().filter(|row| !row.is_for(&others)) {
            if page.items.len() == limit {
                page.next_cursor = page
                    .items
                    .last()
                    .map(|last: &RejectedView| cursor::encode(last.at, last.id.as_str()));
                return Ok(Answer::ok(page));
            }
            page.items.push(row.view(mask));
        }
        if !more {
            break;
        }
    }
    Ok(Answer::ok(page))
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

fn place(query: &PageQuery) -> Result<(u32, String), Failure> {
    let before = match &query.cursor {
        Some(text) => cursor::decode(text)?.1,
        // Greater than any id.
        None => "~".to_owned(),
    };
    Ok((cursor::limit(query.limit), before))
}

pub async fn get(call: Call<GetRejected>) -> Result<Answer<RejectedDetail>, Failure> {
    let row = find(&call.app, &call.caller, &call.id).await?;
    Ok(Answer::ok(RejectedDetail {
        tried: urls_tried(&row.url),
        has_signature: row
            .signature
            .as_ref()
            .is_some_and(|signature| !signature.is_empty()),
        remote_address: row.remote_address.clone().filter(|address| !address.is_empty()),
        params: Params::parse(&row.body)
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        rejected: row.view(str::to_owned),
    }))
}

pub async fn replay(call: Call<ReplayRejected>) -> Result<Answer<Nothing>, Failure> {
    let (app, company) = (&call.app, call.caller.company()?);
    let row = find(app, &call.caller, &call.id).await?;
    let mut request = Request::builder()
        .method("POST")
        .uri(row.url.as_str())
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("x-twilio-signature", row.signature.clone().unwrap_or_default())
        .body(Body::from(row.body.clone()))
        .map_err(|error| Fault::Internal(error.to_string()))?;
    let extensions = request.extensions_mut();
    extensions.insert(call.meta.after.clone());
    extensions.insert(RequestId(call.meta.request_id.clone()));
    extensions.insert(IsReplay);
    // The cause may have been mended a moment ago.
    app.accounts.forget();
    let app = std::sync::Arc::clone(app);
    let path = row.path.as_str();
    if is_message(path) {
        receive_message::handle(std::sync::Arc::clone(&app), request, None).await?;
    } else if is_receipt(path) {
        receive_status::handle(std::sync::Arc::clone(&app), request, None).await?;
    } else {
        return Err(ProblemCode::CannotBeReplayed.into());
    }
    // Should this fail, it is replayed again and changes nothing.
    let delete = Statement::new("DELETE FROM rejected_webhooks WHERE id = ?1 RETURNING id").bind(&row.id);
    let entry = Entry::new(&app, company, &call.caller, AuditAction::ReplayWebhook)
        .subject(&row.path)
        .if_changed();
    app.database.commit(vec![delete, entry]).await?;
    Ok(Answer::ok(Nothing {}))
}

fn is_message(path: &str) -> bool {
    [HandleSms::PATH, HandleMms::PATH, InboxWebhookSms::PATH].contains(&path)
}

fn is_receipt(path: &str) -> bool {
    [MessageStatus::PATH, TwilioWebhookStatus::PATH].contains(&path)
}

async fn find(app: &App, caller: &Caller, id: &MessageId) -> Result<RejectedRow, Failure> {
    let company = caller.company()?;
    let select = Statement::new(format!("SELECT {COLUMNS} FROM {} AND id = ?2", from(caller)))
        .bind(company)
        .bind(id);
    let row = app.database.query(select).await?.first::<RejectedRow>()?;
    let others = numbers_of_others(app, company).await?;
    row.filter(|row| !row.is_for(&others))
        .ok_or_else(|| ProblemCode::NotFound.into())
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

    fn view(self, shown: impl Fn(&str) -> String) -> RejectedView {
        let params = Params::parse(&self.body);
        RejectedView {
            can_be_replayed: is_message(&self.path) || is_receipt(&self.path),
            from: params.get_filled("From").map(&shown),
            to: params.get_filled("To").map(&shown),
            id: self.id,
            at: self.at,
            path: self.path,
            reason: self.reason,
            account_sid: self.account_sid,
        }
    }
}

/// `+33612345678` → `+336••••••78`
fn mask(number: &str) -> String {
    let length = number.chars().count();
    number
        .chars()
        .enumerate()
        .map(|(at, character)| {
            if at < 4 || at + 2 >= length {
                character
            } else {
                '•'
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_number_is_told_apart_and_cannot_be_called() {
        assert_eq!(mask("+33612345678"), "+336••••••78");
        assert_eq!(mask("whatsapp:+33612345678"), "what•••••••••••••••78");
    }
}
