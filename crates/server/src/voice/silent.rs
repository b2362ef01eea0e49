//! Part of the minute's sweep: a call of which nothing was heard for too long is asked about. A callback that was lost
//! leaves no call ringing for ever.

use std::time::Duration;

use domain::call::CallStatus;
use twilio::calls::FetchCall;

use super::callbacks::parent_change;
use super::change::{Tell, change};
use super::conference::credentials_of;
use super::store::{self, CallRow, Which};
use super::{recordings, retention};
use crate::integrations::twilio_call::{CallError, call as ask};
use crate::{App, Failure};

const TOO_LONG: Duration = Duration::from_secs(120);
const STEP: u32 = 20;

pub async fn sweep(app: &App) -> Result<(), Failure> {
    let rows = app
        .database
        .query(store::silent(app.now() - TOO_LONG, STEP))
        .await?
        .all::<CallRow>()?;
    for row in &rows {
        if let Err(failure) = settle(app, row).await {
            log::error!("{}: Twilio was not asked about it: {failure:?}", row.id);
        }
    }
    recordings::delete_at_twilio(app).await?;
    retention::sweep(app).await
}

async fn settle(app: &App, row: &CallRow) -> Result<(), Failure> {
    let status = match credentials_of(app, row).await {
        Ok(credentials) => {
            let operation = FetchCall {
                sid: row
                    .parent_sid
                    .parse()
                    .map_err(|_| crate::Fault::Storage(format!("{} has no SID", row.id)))?,
            };
            match ask(app, &credentials, &operation).await {
                Ok(resource) => resource.status,
                Err(CallError::Api(twilio::api::ApiError::Refused(refusal))) if refusal.status == 404 => {
                    CallStatus::Failed
                }
                Err(error) => return Err(crate::Fault::Twilio(error.to_string()).into()),
            }
        }
        // Its account was taken away: nobody will ever tell.
        Err(Failure::Refusal(_)) => CallStatus::Failed,
        Err(failure) => return Err(failure),
    };
    change(Tell::Now(app), &row.company_id, &Which::Id(&row.id), |call| {
        Ok(Some(parent_change(call, status)))
    })
    .await
    .map(drop)
}
