//! All messages of one channel, newest first.

use contract::older::Direction;
use domain::ids::CompanyId;
use domain::{Address, Channel, Timestamp};

use crate::inbox::view::{MESSAGE, MESSAGE_FROM};
use crate::ports::database::{Statement, Value};

pub struct LogPage<'a> {
    pub company: &'a CompanyId,
    pub channel: Channel,
    pub direction: Option<Direction>,
    pub from: Option<Address>,
    pub to: Option<Address>,
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
    /// The last row of the page before.
    pub after: Option<(Timestamp, String)>,
    pub limit: u32,
}

pub fn list(page: &LogPage<'_>) -> Statement {
    let mut values = vec![Value::from(page.company), page.channel.as_str().into()];
    let mut conditions = String::new();
    let mut and = |condition: &str, value: Value| {
        values.push(value);
        conditions.push_str(&format!(" AND {condition} ?{}", values.len()));
    };
    if let Some(direction) = page.direction {
        and("m.from_client =", (direction == Direction::Inbound).into());
    }
    if let Some(from) = &page.from {
        and("m.sender =", from.to_string().into());
    }
    if let Some(to) = &page.to {
        and("m.recipient =", to.to_string().into());
    }
    if let Some(since) = page.since {
        and("m.created_at >=", since.into());
    }
    if let Some(until) = page.until {
        and("m.created_at <", until.into());
    }
    if let Some((at, id)) = &page.after {
        // The first bounds the index, the second is exact.
        and("m.created_at <=", (*at).into());
        let at = format!("?{}", values.len());
        values.push(id.into());
        conditions.push_str(&format!(" AND (m.created_at, m.id) < ({at}, ?{})", values.len()));
    }
    Statement {
        sql: format!(
            "SELECT {MESSAGE} FROM {MESSAGE_FROM}
             WHERE m.company_id = ?1 AND m.channel = ?2{conditions}
             ORDER BY m.created_at DESC, m.id DESC LIMIT {}",
            page.limit
        )
        .into(),
        values,
    }
}
