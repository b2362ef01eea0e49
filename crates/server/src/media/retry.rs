//! A file that failed to come is tried once more.

use contract::ProblemCode;
use contract::inbox::MessageView;
use contract::media::RetryMedia;
use domain::ids::MessageId;
use serde::Deserialize;

use super::{receive, store};
use crate::inbox::store::messages;
use crate::inbox::view::MessageRow;
use crate::web::{Answer, Call};
use crate::{Failure, Fault};

pub async fn retry(call: Call<RetryMedia>) -> Result<Answer<MessageView>, Failure> {
    #[derive(Deserialize)]
    struct Of {
        message_id: MessageId,
    }
    let company = call.caller.company()?;
    let waiting = store::wait_again(company, &call.id, call.app.now());
    let message = call.app.database.query(waiting).await?.first::<Of>()?;
    let message = message.ok_or(ProblemCode::NotFound)?.message_id;
    let row = call
        .app
        .database
        .query(messages::one(company, &message))
        .await?
        .first::<MessageRow>()?
        .ok_or_else(|| Fault::Storage("the file's message is gone".to_owned()))?;
    receive::begin(&call.app, &call.meta.after, &message);
    Ok(Answer::ok(row.into_view(Some(call.meta.language))))
}
