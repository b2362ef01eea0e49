//! The database port on SQLite in memory, with the migrations and the rules of D1: a batch is one transaction,
//! foreign keys hold, every number is bound as REAL.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, params_from_iter};
use serde_json::value::RawValue;

use crate::Fault;
use crate::ports::Later;
use crate::ports::database::{Database, DatabaseError, Rows, Statement, Value};
use crate::recorder::log::Table;

/// How storage fails next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// Nothing was written.
    BeforeTheWrite,
    /// Everything was written, and the answer was lost.
    AfterTheWrite,
}

#[derive(Clone)]
pub struct Sqlite(Arc<Inner>);

struct Inner {
    connection: Mutex<Connection>,
    /// The commit that breaks, counted down: 0 is the next one.
    broken: Mutex<Option<(u32, Break)>>,
    commits: Mutex<u32>,
}

impl Sqlite {
    /// `migrations`: the files' texts, in order.
    pub fn in_memory<'a>(migrations: impl IntoIterator<Item = &'a str>) -> Result<Self, rusqlite::Error> {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch("PRAGMA foreign_keys = ON")?;
        for migration in migrations {
            connection.execute_batch(migration)?;
        }
        Ok(Self(Arc::new(Inner {
            connection: Mutex::new(connection),
            broken: Mutex::new(None),
            commits: Mutex::new(0),
        })))
    }

    /// Breaks the commit after `skip` more; only that one.
    pub fn break_commit(&self, skip: u32, how: Break) {
        *self.0.broken.lock().unwrap_or_else(PoisonError::into_inner) = Some((skip, how));
    }

    /// Round trips so far.
    pub fn commits(&self) -> u32 {
        *self.0.commits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For what a test wants to know beside the API.
    pub fn with<T>(&self, look: impl FnOnce(&Connection) -> T) -> T {
        look(&self.0.connection.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn breaks_now(&self) -> Option<Break> {
        let mut broken = self.0.broken.lock().unwrap_or_else(PoisonError::into_inner);
        match broken.take() {
            Some((0, how)) => Some(how),
            Some((left, how)) => {
                *broken = Some((left - 1, how));
                None
            }
            None => None,
        }
    }

    fn commit_now(&self, statements: &[Statement]) -> Result<Vec<Rows>, DatabaseError> {
        *self.0.commits.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        let breaks = self.breaks_now();
        if breaks == Some(Break::BeforeTheWrite) {
            return Err(DatabaseError::Unavailable("broken before the write".to_owned()));
        }
        let mut connection = self.0.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction().map_err(|error| classify(&error))?;
        let rows = statements
            .iter()
            .map(|statement| run(&transaction, statement))
            .collect::<Result<Vec<_>, _>>()?;
        transaction.commit().map_err(|error| classify(&error))?;
        if breaks == Some(Break::AfterTheWrite) {
            return Err(DatabaseError::Unavailable("broken after the write".to_owned()));
        }
        Ok(rows)
    }
}

impl Table for Sqlite {
    fn run(&self, statement: &Statement) -> Result<Vec<String>, Fault> {
        #[derive(serde::Deserialize)]
        struct Row {
            record: String,
        }
        let rows = self.with(|connection| run(connection, statement))?.all::<Row>()?;
        Ok(rows.into_iter().map(|row| row.record).collect())
    }
}

impl Database for Sqlite {
    fn commit(&self, statements: Vec<Statement>) -> Later<'_, Result<Vec<Rows>, DatabaseError>> {
        Box::pin(async move { self.commit_now(&statements) })
    }
}

fn classify(error: &rusqlite::Error) -> DatabaseError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::ConstraintViolation) => DatabaseError::Constraint(error.to_string()),
        _ => DatabaseError::Unavailable(error.to_string()),
    }
}

fn run(connection: &Connection, statement: &Statement) -> Result<Rows, DatabaseError> {
    let run = || -> Result<Vec<serde_json::Map<String, serde_json::Value>>, rusqlite::Error> {
        let mut prepared = connection.prepare_cached(&statement.sql)?;
        let names: Vec<String> = prepared.column_names().map(str::to_owned).collect();
        let values = statement.values.iter().map(|value| match value {
            Value::Null => rusqlite::types::Value::Null,
            // As D1 does it.
            Value::Integer(number) => rusqlite::types::Value::Real(*number as f64),
            Value::Text(text) => rusqlite::types::Value::Text(text.clone()),
        });
        let mut rows = prepared.query(params_from_iter(values))?;
        let mut read = Vec::new();
        while let Some(row) = rows.next()? {
            let mut object = serde_json::Map::new();
            for (column, name) in names.iter().enumerate() {
                object.insert(name.clone(), to_json(row.get_ref(column)?));
            }
            read.push(object);
        }
        Ok(read)
    };
    let rows = run().map_err(|error| classify(&error))?;
    let text = serde_json::to_string(&rows).map_err(|error| DatabaseError::Unavailable(error.to_string()))?;
    let raw = RawValue::from_string(text).map_err(|error| DatabaseError::Unavailable(error.to_string()))?;
    Ok(Rows(raw))
}

/// JavaScript has one kind of number: a whole REAL reads as an integer.
fn to_json(value: ValueRef<'_>) -> serde_json::Value {
    match value {
        ValueRef::Null => serde_json::Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) if number.fract() == 0.0 => (number as i64).into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned().into(),
        ValueRef::Blob(bytes) => bytes.into(),
    }
}
