//! The database port on D1: a batch is one transaction and one round trip
//! (<https://developers.cloudflare.com/d1/worker-api/d1-database/#batch>).

use serde::ser::{SerializeSeq, SerializeTuple};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use server::ports::Later;
use server::ports::database::{Database, DatabaseError, Rows, Statement, Value};
use wasm_bindgen::JsValue;
use worker::send::{SendFuture, SendWrapper};

use crate::glue;

pub(crate) struct D1(SendWrapper<JsValue>);

impl D1 {
    pub(crate) const fn new(binding: JsValue) -> Self {
        Self(SendWrapper(binding))
    }

    async fn run(&self, statements: Vec<Statement>) -> Result<Vec<Rows>, DatabaseError> {
        let unreadable = |error: serde_json::Error| DatabaseError::Unavailable(error.to_string());
        let text = serde_json::to_string(&Wire(&statements)).map_err(unreadable)?;
        let answer = glue::commit(&self.0, &text)
            .await
            .map_err(|error| classify(&error))?;
        let rows: Vec<Box<RawValue>> =
            serde_json::from_str(&answer.as_string().unwrap_or_default()).map_err(unreadable)?;
        Ok(rows.into_iter().map(Rows).collect())
    }
}

impl Database for D1 {
    fn commit(&self, statements: Vec<Statement>) -> Later<'_, Result<Vec<Rows>, DatabaseError>> {
        Box::pin(SendFuture::new(self.run(statements)))
    }
}

/// `UNIQUE constraint failed: users.email: SQLITE_CONSTRAINT …`
fn classify(error: &JsValue) -> DatabaseError {
    let reason = glue::reason(error);
    if reason.contains("constraint failed") {
        DatabaseError::Constraint(reason)
    } else {
        DatabaseError::Unavailable(reason)
    }
}

/// `[[sql, [values…]], …]`
struct Wire<'a>(&'a [Statement]);

impl Serialize for Wire<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for statement in self.0 {
            list.serialize_element(&WireStatement(statement))?;
        }
        list.end()
    }
}

/// `[sql, [values…]]`
pub(crate) struct WireStatement<'a>(pub(crate) &'a Statement);

impl Serialize for WireStatement<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut pair = serializer.serialize_tuple(2)?;
        pair.serialize_element(&self.0.sql)?;
        pair.serialize_element(&WireValues(&self.0.values))?;
        pair.end()
    }
}

struct WireValues<'a>(&'a [Value]);

impl Serialize for WireValues<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for value in self.0 {
            match value {
                Value::Null => list.serialize_element(&())?,
                Value::Integer(number) => list.serialize_element(number)?,
                Value::Text(text) => list.serialize_element(text)?,
            }
        }
        list.end()
    }
}
