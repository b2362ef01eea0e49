//! When an appointment is: what people write, and what is accepted of it.

use std::time::Duration;

use contract::ProblemCode;
use domain::local_time::LocalTime;
use domain::zones::Zone;
use domain::{Timestamp, zones};

use crate::{App, Failure, Refusal};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
pub const USUAL_MINUTES: i64 = 30;

pub fn zone(name: &str, field: &'static str) -> Result<Zone, Failure> {
    Zone::parse(name).map_err(|zones::UnknownZone| Refusal::new(ProblemCode::UnknownZone).at(field).into())
}

/// A moment, or what the clocks of `zone` show.
pub fn starts_at(app: &App, text: &str, zone: &Zone) -> Result<Timestamp, Failure> {
    let refuse = |code| Failure::from(Refusal::new(code).at("starts_at"));
    let text = text.trim();
    if text.is_empty() {
        return Err(refuse(ProblemCode::MissingField));
    }
    let at = match (Timestamp::parse(text), LocalTime::parse(text)) {
        (Ok(at), _) => at,
        (_, Ok(local)) => zone
            .moment(local)
            .map_err(|zones::SkippedHour| refuse(ProblemCode::SkippedHour))?,
        _ => return Err(refuse(ProblemCode::InvalidField)),
    };
    // Today's may be entered when the client already stands there.
    if at < app.now() - DAY || at > app.now() + DAY * 731 {
        return Err(refuse(ProblemCode::InvalidAppointmentTime));
    }
    Ok(at)
}

pub fn minutes(asked: i64) -> Result<i64, Failure> {
    if (5..=24 * 60).contains(&asked) {
        return Ok(asked);
    }
    Err(Refusal::new(ProblemCode::InvalidAppointmentTime)
        .at("minutes")
        .into())
}
