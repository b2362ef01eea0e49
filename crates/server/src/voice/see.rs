//! Missed calls that somebody has seen to.

use contract::calls::{CallsSeen, SeeCalls};
use contract::live::LiveEvent;
use domain::ids::MessageId;
use serde::Deserialize;

use super::store::log;
use crate::live::tell_later;
use crate::web::{Answer, Call};
use crate::{Failure, Fault};

pub async fn see(call: Call<SeeCalls>) -> Result<Answer<CallsSeen>, Failure> {
    #[derive(Deserialize)]
    struct Seen {
        id: MessageId,
    }
    let (company, now) = (call.caller.company()?, call.app.now());
    let statement = match &call.body.calls {
        Some(ids) => {
            let ids = serde_json::to_string(ids).map_err(|error| Fault::Internal(error.to_string()))?;
            log::see(company, &ids, now)
        }
        None => log::see_all(company, now),
    };
    let seen = call.app.database.query(statement).await?.all::<Seen>()?;
    let seen: Vec<_> = seen.into_iter().map(|row| row.id).collect();
    if !seen.is_empty() {
        let events = vec![LiveEvent::CallsSeen];
        tell_later(&call.app, &call.meta.after, company, events);
    }
    Ok(Answer::ok(CallsSeen { calls: seen }))
}
