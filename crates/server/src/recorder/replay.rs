//! Taking a webhook in again, by the handler that Twilio's own request meets, and recorded like that one. All that may be
//! replayed is idempotent: what is there already changes nothing.

use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::extract::Request;
use contract::recorder::{ReplayWebhook, WebhookKind};
use contract::webhooks::{RecordingStatus, VoicemailTranscribed};
use contract::{Endpoint, Nothing, ProblemCode};
use domain::AuditAction;
use http::header::CONTENT_TYPE;

use super::note::recorded;
use super::{read, rejected};
use crate::audit::Entry;
use crate::inbox::signed_webhook::Replay;
use crate::inbox::{receive_message, receive_status};
use crate::ports::{AfterAnswer, Later};
use crate::voice::recordings;
use crate::web::call::RequestId;
use crate::web::{Answer, Call};
use crate::{App, Failure, Fault};

pub async fn replay(call: Call<ReplayWebhook>) -> Result<Answer<Nothing>, Failure> {
    let (app, company) = (&call.app, call.caller.company()?);
    if let Some(kept) = read::find(app, company, &call.id).await? {
        let (path, again) = (kept.came.path, Replay::Proved(company.clone()));
        take_in(&call, &path, &kept.came.url, kept.came.body, again, "").await?;
        let entry = Entry::new(app, company, &call.caller, AuditAction::ReplayWebhook).subject(&path);
        app.database.commit(vec![entry.statement()]).await?;
        return Ok(Answer::ok(Nothing {}));
    }
    let row = rejected::find(app, &call.caller, &call.id).await?;
    let row = row.ok_or(ProblemCode::NotFound)?;
    let signature = row.signature.unwrap_or_default();
    take_in(&call, &row.path, &row.url, row.body, Replay::Unproved, &signature).await?;
    // Should this fail, it is replayed again and changes nothing.
    let entry = Entry::new(app, company, &call.caller, AuditAction::ReplayWebhook)
        .subject(&row.path)
        .if_changed();
    app.database
        .commit(vec![rejected::delete(&row.id), entry])
        .await?;
    Ok(Answer::ok(Nothing {}))
}

async fn take_in(
    call: &Call<ReplayWebhook>,
    path: &str,
    url: &str,
    body: String,
    again: Replay,
    signature: &str,
) -> Result<(), Failure> {
    let mut request = Request::builder()
        .method("POST")
        .uri(url)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("x-twilio-signature", signature)
        .body(Body::from(body))
        .map_err(|error| Fault::Internal(error.to_string()))?;
    let extensions = request.extensions_mut();
    let (after, work) = put_off();
    extensions.insert(after);
    extensions.insert(RequestId(call.meta.request_id.clone()));
    extensions.insert(again);
    // The cause may have been mended a moment ago.
    call.app.accounts.forget();
    let app = Arc::clone(&call.app);
    let answer = recorded(app, request, |app, request| handle(app, request, path)).await;
    // Whoever replays looks at the list next: by then it says what became of this.
    loop {
        let next = std::mem::take(&mut *work.lock().unwrap_or_else(PoisonError::into_inner));
        if next.is_empty() {
            return answer.map(drop);
        }
        for one in next {
            one.await;
        }
    }
}

type PutOff = Arc<Mutex<Vec<Later<'static, ()>>>>;

fn put_off() -> (AfterAnswer, PutOff) {
    let work = PutOff::default();
    let later = Arc::clone(&work);
    let push = move |one| later.lock().unwrap_or_else(PoisonError::into_inner).push(one);
    (AfterAnswer(Arc::new(push)), work)
}

pub fn can_be_replayed(path: &str) -> bool {
    WebhookKind::of(path) != WebhookKind::Call
        || [RecordingStatus::PATH, VoicemailTranscribed::PATH].contains(&path)
}

/// What a call was to do next is not asked again: it is over, or it goes on by itself.
async fn handle(app: Arc<App>, request: Request, path: &str) -> Result<axum::response::Response, Failure> {
    match WebhookKind::of(path) {
        WebhookKind::Message => receive_message::handle(app, request, None).await,
        WebhookKind::Receipt => receive_status::handle(app, request, None).await,
        WebhookKind::Call if path == RecordingStatus::PATH => recordings::recording(app, request, None).await,
        WebhookKind::Call if path == VoicemailTranscribed::PATH => {
            recordings::transcribed(app, request, None).await
        }
        WebhookKind::Call => Err(ProblemCode::CannotBeReplayed.into()),
    }
}
