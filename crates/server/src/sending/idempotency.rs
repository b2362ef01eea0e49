//! `Idempotency-Key`: the same key from the same caller within a day answers the first result and sends nothing.
//! <https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/>

use std::time::Duration;

use contract::ProblemCode;
use domain::Timestamp;
use domain::ids::{CompanyId, MessageId};
use serde::Deserialize;

use super::store;
use crate::access::authenticate::Caller;
use crate::keys::fingerprint;
use crate::ports::database::{DatabaseError, Rows, Statement};
use crate::web::RequestMeta;
use crate::{App, Failure, Refusal};

pub const KEPT: Duration = Duration::from_secs(24 * 3600);
const LONGEST: usize = 255;

/// A key that the caller gave, with what it stands for.
pub struct IdempotencyKey {
    caller: String,
    key: String,
    request_hash: String,
}

impl IdempotencyKey {
    /// `request`: everything that makes this request the same as another.
    pub fn of(caller: &Caller, meta: &RequestMeta, request: &[&str]) -> Result<Option<Self>, Failure> {
        let key = Self::of_streamed(caller, meta)?;
        Ok(key.map(|key| key.for_request(fingerprint(&request.join("\u{0}")))))
    }

    /// For a request that is read as it comes in: what it is shows at its end ([`Self::for_request`]).
    pub fn of_streamed(caller: &Caller, meta: &RequestMeta) -> Result<Option<Self>, Failure> {
        let Some(key) = meta.idempotency_key.clone() else {
            return Ok(None);
        };
        if key.is_empty() || key.len() > LONGEST {
            return Err(Refusal::new(ProblemCode::InvalidField)
                .at("Idempotency-Key")
                .into());
        }
        Ok(Some(Self {
            caller: caller.idempotency_scope(),
            key,
            request_hash: String::new(),
        }))
    }

    #[must_use]
    pub fn for_request(mut self, hash: String) -> Self {
        self.request_hash = hash;
        self
    }

    /// Whether it stands for something already.
    pub async fn is_known(&self, app: &App, company: &CompanyId) -> Result<bool, Failure> {
        let find = store::find_key(company, &self.caller, &self.key, app.now() - KEPT);
        Ok(!app.database.query(find).await?.is_empty())
    }

    /// First in the batch that stores the message: a repeated key fails it whole.
    pub fn statements(&self, company: &CompanyId, message: &MessageId, now: Timestamp) -> Vec<Statement> {
        vec![
            store::forget_key(company, &self.caller, &self.key, now - KEPT),
            store::insert_key(company, &self.caller, &self.key, &self.request_hash, message, now),
        ]
    }

    pub fn is_repeat(error: &DatabaseError) -> bool {
        error.is("idempotency_keys.") || error.is("one_request_per_key")
    }

    /// The message that this key sent; a conflict when it stood for another request.
    pub async fn first_result(&self, app: &App, company: &CompanyId) -> Result<MessageId, Failure> {
        let rows = app.database.query(self.find(company, app.now())).await?;
        self.read(&rows)?
            .ok_or_else(|| ProblemCode::IdempotencyKeyReused.into())
    }

    /// For [`IdempotencyKey::read`].
    pub fn find(&self, company: &CompanyId, now: Timestamp) -> Statement {
        store::find_key(company, &self.caller, &self.key, now - KEPT)
    }

    /// The message that this key sent, if it sent one; a conflict when it stood for another request.
    pub fn read(&self, rows: &Rows) -> Result<Option<MessageId>, Failure> {
        #[derive(Deserialize)]
        struct Row {
            request_hash: String,
            message_id: MessageId,
        }
        match rows.first::<Row>()? {
            Some(row) if row.request_hash == self.request_hash => Ok(Some(row.message_id)),
            Some(_) => Err(ProblemCode::IdempotencyKeyReused.into()),
            None => Ok(None),
        }
    }
}
