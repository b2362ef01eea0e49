//! SQL: D1 in production, `rusqlite` in native tests, the same text on both.

use std::borrow::Cow;

use domain::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::Later;
use crate::Fault;

/// A value to bind. D1 binds every number as REAL: an id or a SID goes as text, and INTEGER columns convert.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Integer(i64),
    Text(String),
}

#[derive(Clone, Debug)]
pub struct Statement {
    pub sql: Cow<'static, str>,
    pub values: Vec<Value>,
}

impl Statement {
    pub fn new(sql: impl Into<Cow<'static, str>>) -> Self {
        Self {
            sql: sql.into(),
            values: Vec::new(),
        }
    }

    /// Binds the next `?N`.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Narrows a query that ends with its `WHERE`: each `?` of the condition stands for the next of the values.
    #[must_use]
    pub fn and(mut self, condition: &str, values: impl IntoIterator<Item = Value>) -> Self {
        let sql = self.sql.to_mut();
        sql.push_str(" AND ");
        let mut parts = condition.split('?');
        sql.push_str(parts.next().unwrap_or_default());
        for (part, value) in parts.zip(values) {
            self.values.push(value);
            sql.push_str(&format!("?{}{part}", self.values.len()));
        }
        self
    }

    /// What stands behind the conditions: order and limit.
    #[must_use]
    pub fn ending(mut self, sql: &str) -> Self {
        self.sql.to_mut().push_str(sql);
        self
    }
}

/// The rows that a statement answered: a JSON array of objects, one per row.
#[derive(Debug)]
pub struct Rows(pub Box<RawValue>);

impl Rows {
    pub fn all<T: DeserializeOwned>(&self) -> Result<Vec<T>, Fault> {
        serde_json::from_str(self.0.get())
            .map_err(|error| Fault::Storage(format!("a row is not as expected: {error}")))
    }

    pub fn first<T: DeserializeOwned>(&self) -> Result<Option<T>, Fault> {
        Ok(self.all()?.into_iter().next())
    }

    pub fn is_empty(&self) -> bool {
        self.0.get() == "[]"
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseError {
    /// A constraint did not hold; nothing of the batch was kept. The text names columns or the constraint.
    #[error("constraint: {0}")]
    Constraint(String),
    /// Anything else. Whether a batch was kept is unknown.
    #[error("storage: {0}")]
    Unavailable(String),
}

impl DatabaseError {
    /// Whether it is this constraint (`users.email` for a column, a name for a CHECK).
    pub fn is(&self, constraint: &str) -> bool {
        matches!(self, Self::Constraint(text) if text.contains(constraint))
    }
}

/// MUST run the statements in order as one atomic transaction, in one round trip, and answer one [`Rows`] each.
pub trait Database: Send + Sync {
    fn commit(&self, statements: Vec<Statement>) -> Later<'_, Result<Vec<Rows>, DatabaseError>>;
}

/// What verbs call: one statement, or several whose rows do not matter.
impl dyn Database {
    pub async fn query(&self, statement: Statement) -> Result<Rows, DatabaseError> {
        let mut rows = self.commit(vec![statement]).await?;
        rows.pop()
            .ok_or_else(|| DatabaseError::Unavailable("an empty answer".to_owned()))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<bool> for Value {
    fn from(yes: bool) -> Self {
        Self::Integer(i64::from(yes))
    }
}

impl From<Timestamp> for Value {
    fn from(at: Timestamp) -> Self {
        Self::Integer(at.as_millis())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! ids_bind_as_text {
    ($($id:ident),+) => {$(
        impl From<&domain::ids::$id> for Value {
            fn from(id: &domain::ids::$id) -> Self {
                Self::Text(id.to_string())
            }
        }
    )+};
}

ids_bind_as_text!(
    ApiTokenId,
    AppointmentId,
    AuditId,
    CampaignId,
    CompanyId,
    ContactId,
    ConversationId,
    HookDeliveryId,
    HookId,
    IntegrationId,
    MediaId,
    MessageId,
    NoteId,
    NumberId,
    TemplateId,
    UserId
);

/// Column types that JSON rows do not carry as we hold them.
pub mod column {
    use domain::Timestamp;
    use serde::de::DeserializeOwned;
    use serde::{Deserialize, Deserializer};

    /// A JSON text, as `json_group_array` makes it.
    pub fn json<'de, T: DeserializeOwned, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        serde_json::from_str(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }

    /// The same where there may be none.
    pub fn json_or_null<'de, T: DeserializeOwned, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        Option::<String>::deserialize(deserializer)?
            .map(|text| serde_json::from_str(&text).map_err(serde::de::Error::custom))
            .transpose()
    }

    /// 0 or 1.
    pub fn boolean<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
        Ok(i64::deserialize(deserializer)? != 0)
    }

    pub fn millis<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        Ok(Timestamp::from_millis(i64::deserialize(deserializer)?))
    }

    pub fn millis_or_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
        Ok(Option::<i64>::deserialize(deserializer)?.map(Timestamp::from_millis))
    }
}
