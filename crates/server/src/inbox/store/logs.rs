//! All messages of one channel, newest first.

use contract::older::Direction;
use domain::ids::CompanyId;
use domain::{Address, Channel, Timestamp};

use crate::inbox::view::{MESSAGE, MESSAGE_FROM};
use crate::ports::database::Statement;

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
    let mut list = Statement::new(format!(
        "SELECT {MESSAGE} FROM {MESSAGE_FROM} WHERE m.company_id = ?1 AND m.channel = ?2"
    ))
    .bind(page.company)
    .bind(page.channel.as_str());
    if let Some(direction) = page.direction {
        list = list.and("m.from_client = ?", [(direction == Direction::Inbound).into()]);
    }
    if let Some(from) = &page.from {
        list = list.and("m.sender = ?", [from.to_string().into()]);
    }
    if let Some(to) = &page.to {
        list = list.and("m.recipient = ?", [to.to_string().into()]);
    }
    if let Some(since) = page.since {
        list = list.and("m.created_at >= ?", [since.into()]);
    }
    if let Some(until) = page.until {
        list = list.and("m.created_at < ?", [until.into()]);
    }
    if let Some((at, id)) = &page.after {
        // The first bounds the index, the second is exact.
        list = list
            .and("m.created_at <= ?", [(*at).into()])
            .and("(m.created_at, m.id) < (?, ?)", [(*at).into(), id.into()]);
    }
    list.ending(&format!(
        " ORDER BY m.created_at DESC, m.id DESC LIMIT {}",
        page.limit
    ))
}
