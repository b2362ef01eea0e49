//! The logs of the programs that Edgeline replaces: bare arrays, the next page's address in `Link` (RFC 8288).

use contract::older::{History, LogFilter, LogRecord, MmsLogs, ShapeA, SmsLogs, Status};
use contract::{Endpoint, ProblemCode};
use domain::{Address, Channel, numbering};
use http::header::LINK;

use super::cursor;
use super::read::drop_beyond;
use super::store::logs::{self, LogPage};
use super::store::messages;
use super::view::MessageRow;
use crate::integrations::senders::Senders;
use crate::sending::older_paths::{log_record, shape_a};
use crate::web::{Answer, Call};
use crate::{Failure, Fault};

pub async fn sms_logs(call: Call<SmsLogs>) -> Result<Answer<Vec<LogRecord>>, Failure> {
    records(call, Channel::Sms).await
}

pub async fn mms_logs(call: Call<MmsLogs>) -> Result<Answer<Vec<LogRecord>>, Failure> {
    records(call, Channel::Mms).await
}

async fn records<E: Endpoint<Query = LogFilter>>(
    call: Call<E>,
    channel: Channel,
) -> Result<Answer<Vec<LogRecord>>, Failure> {
    let (rows, link) = page(&call, channel).await?;
    let (language, url) = (call.meta.language, &call.meta.public_url);
    let records = rows
        .into_iter()
        .map(|row| log_record(row, language, url))
        .collect();
    Ok(linked(Answer::ok(records), link))
}

pub async fn history(call: Call<History>) -> Result<Answer<Vec<ShapeA>>, Failure> {
    let channel = call.query.channel.unwrap_or(Channel::Sms);
    let (rows, link) = page(&call, channel).await?;
    let language = call.meta.language;
    let shapes = rows.into_iter().map(|row| shape_a(row, language)).collect();
    Ok(linked(Answer::ok(shapes), link))
}

pub async fn status(call: Call<Status>) -> Result<Answer<ShapeA>, Failure> {
    let company = call.caller.company()?;
    let asked = &call.id.0;
    let statement = match asked.parse() {
        Ok(id) => messages::one(company, &id),
        Err(_) => messages::by_external_id(company, asked),
    };
    let row = call.app.database.query(statement).await?.first::<MessageRow>()?;
    let row = row.ok_or(ProblemCode::NotFound)?;
    Ok(Answer::ok(shape_a(row, call.meta.language)))
}

fn linked<T>(answer: Answer<T>, link: Option<String>) -> Answer<T> {
    match link {
        Some(link) => answer.with(LINK, link),
        None => answer,
    }
}

/// One page, and the `Link` to the next.
async fn page<E: Endpoint<Query = LogFilter>>(
    call: &Call<E>,
    channel: Channel,
) -> Result<(Vec<MessageRow>, Option<String>), Failure> {
    let (company, filter) = (call.caller.company()?, &call.query);
    let limit = cursor::limit(filter.limit);
    let after = filter.cursor.as_deref().map(cursor::decode).transpose()?;
    let (from, to) = (
        address(call, filter.from.as_deref(), channel).await?,
        address(call, filter.to.as_deref(), channel).await?,
    );
    let statement = logs::list(&LogPage {
        company,
        channel,
        direction: filter.direction,
        from,
        to,
        since: filter.since,
        until: filter.until,
        after,
        limit: limit + 1,
    });
    let mut rows = call.app.database.query(statement).await?.all::<MessageRow>()?;
    let more = drop_beyond(&mut rows, limit);
    let link = match rows.last().filter(|_| more) {
        Some(last) => Some(next::<E>(
            call,
            cursor::encode(last.created_at, last.id.as_str()),
        )?),
        None => None,
    };
    Ok((rows, link))
}

/// The same question, from there on.
fn next<E: Endpoint<Query = LogFilter>>(call: &Call<E>, cursor: String) -> Result<String, Failure> {
    let filter = LogFilter {
        cursor: Some(cursor),
        ..call.query.clone()
    };
    let query = serde_urlencoded::to_string(&filter).map_err(|error| Fault::Internal(error.to_string()))?;
    Ok(format!(
        "<{}{}?{query}>; rel=\"next\"",
        call.meta.public_url,
        E::PATH
    ))
}

/// A number in any form, on the log's channel.
async fn address<E: Endpoint<Query = LogFilter>>(
    call: &Call<E>,
    text: Option<&str>,
    channel: Channel,
) -> Result<Option<Address>, Failure> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let region = Senders::of(&call.app, call.caller.company()?)
        .await?
        .region(&call.app);
    let bare = text.strip_prefix("whatsapp:").unwrap_or(text);
    Ok(Some(match (numbering::parse(bare, &region), channel) {
        (Ok(number), Channel::Whatsapp) => Address::Whatsapp(number),
        (Ok(number), _) => Address::Number(number),
        (Err(_), _) => Address::parse(text),
    }))
}
