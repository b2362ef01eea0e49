//! What the simulated Twilio does, as its users see it: through the REST types of the `twilio` crate and the webhooks
//! that come out. The clock is moved by hand.

mod asking;
mod bad_days;
mod calling;
mod receiving;
mod sending;
mod stage;

use self::stage::Stage;
use domain::Address;
use twilio::api::{ApiError, Refusal};
use twilio::messages::CreateMessage;
use twilio::status_callback::StatusCallback;

fn text(from: &str, to: &str, body: &str) -> CreateMessage {
    CreateMessage {
        status_callback: Some("http://app.example/message-status?m=1".into()),
        ..CreateMessage::new(Address::parse(from), Address::parse(to), body)
    }
}

fn statuses(stage: &mut Stage) -> Vec<String> {
    stage
        .run(60)
        .iter()
        .map(|(_, params)| StatusCallback::from_params(params).unwrap().raw_status)
        .collect()
}

fn code<T: std::fmt::Debug>(result: Result<T, ApiError>) -> (u16, i64) {
    match result {
        Err(
            ApiError::Refused(Refusal { status, code, .. })
            | ApiError::SlowDown(Refusal { status, code, .. }),
        ) => (status, code.unwrap()),
        other => panic!("{other:?}"),
    }
}
