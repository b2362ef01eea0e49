//! What Twilio's debugger would show: webhooks that failed, answers it could not use.

use domain::Timestamp;
use serde::{Deserialize, Serialize};

use crate::simulation::Twilio;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    pub at: Timestamp,
    /// As in Twilio's error dictionary, e.g. 11200.
    pub code: i64,
    pub text: String,
}

/// Older ones are forgotten.
const MOST: usize = 200;

impl Twilio {
    pub fn alerts(&self) -> &[Alert] {
        &self.state.alerts
    }

    pub(crate) fn alert(&mut self, at: Timestamp, code: i64, text: String) {
        let alerts = &mut self.state.alerts;
        if alerts.len() >= MOST {
            alerts.remove(0);
        }
        alerts.push(Alert { at, code, text });
        self.changed();
    }
}
