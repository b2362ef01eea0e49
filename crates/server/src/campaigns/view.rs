//! Campaigns and their recipients as people and programs see them.

use std::collections::HashMap;

use contract::ProblemCode;
use contract::campaigns::{BulkMessage, BulkProgress, CampaignView, ShapeB};
use domain::delivery::SimpleStatus;
use domain::template::{self, MissingVariables};
use domain::zones::Zone;
use domain::{Language, Region, Timestamp};

use super::store::CampaignRow;
use super::store::recipients::{RecipientRow, RecipientState};
use crate::App;

impl CampaignRow {
    pub fn into_shape_b(self, messages: Vec<BulkMessage>) -> ShapeB {
        ShapeB {
            total_recipients: self.total,
            sent_count: self.sent + self.delivered,
            failed_count: self.failed,
            pending_count: self.waiting + self.sending,
            status: self.state.into(),
            id: self.id,
            channel: self.channel,
            messages,
            created_at: self.created_at,
        }
    }

    pub const fn progress(&self) -> BulkProgress {
        BulkProgress {
            total: self.total,
            sent: self.sent + self.delivered,
            failed: self.failed,
            pending: self.waiting + self.sending,
        }
    }

    pub fn into_view(self, app: &App, home: Region, office: &Zone) -> CampaignView {
        CampaignView {
            quiet_hours: self.quiet_hours(),
            number_display: app.displays.of(&self.number, home),
            validity_minutes: self.validity_seconds.map(|seconds| seconds / 60),
            id: self.id,
            name: self.name,
            channel: self.channel,
            number: self.number,
            status: self.state.into(),
            pause_reason: self.pause_reason,
            total: self.total,
            waiting: self.waiting,
            sending: self.sending,
            sent: self.sent,
            delivered: self.delivered,
            failed: self.failed,
            message: self.body,
            media_url: self.media_url,
            office_send_at: office.local(self.send_at),
            send_at: self.send_at,
            canary: self.canary,
            author_name: self.author_name,
            created_at: self.created_at,
            started_at: self.started_at,
            finished_at: self.finished_at,
        }
    }
}

impl RecipientRow {
    pub fn into_message(self, body: &str, created_at: Timestamp, language: Language) -> BulkMessage {
        BulkMessage {
            id: (self.position + 1).to_string(),
            status: self.state.simple(),
            error: self.problem(body, language),
            timestamp: self.at.unwrap_or(created_at),
            recipient: self.address,
            name: self.name,
            message_id: self.external_id,
        }
    }

    /// Why it failed, in words.
    pub fn problem(&self, body: &str, language: Language) -> Option<String> {
        let code = self.error.filter(|_| self.state == RecipientState::Failed)?;
        if code == ProblemCode::MissingVariable
            && let Err(MissingVariables(names)) =
                rendered(body, self.name.as_deref(), self.variables.as_deref())
        {
            let names = names.join(", ");
            return Some(match language {
                Language::En => format!("A variable of the text has no value: {names}."),
                Language::Fr => format!("Une variable du texte n’a pas de valeur\u{a0}: {names}."),
            });
        }
        Some(explain(code, self.error_code, language))
    }

    /// Ours, or Twilio's number.
    pub fn code(&self) -> String {
        code_text(self.error, self.error_code)
    }
}

pub fn explain(code: ProblemCode, twilio_code: Option<i64>, language: Language) -> String {
    match (code, twilio_code) {
        (ProblemCode::TwilioRefused, Some(code)) => {
            contract::twilio_error::explain(code, language).to_owned()
        }
        (ProblemCode::MissingVariable, _) => match language {
            Language::En => "A variable of the text has no value.".to_owned(),
            Language::Fr => "Une variable du texte n’a pas de valeur.".to_owned(),
        },
        _ => code.sentence(language).to_owned(),
    }
}

pub fn code_text(code: Option<ProblemCode>, twilio_code: Option<i64>) -> String {
    twilio_code.map_or_else(|| code.map(word).unwrap_or_default(), |code| code.to_string())
}

/// As it is written on the wire and in the table.
pub fn word(code: ProblemCode) -> String {
    match serde_json::to_value(code) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

pub const fn status_word(status: SimpleStatus) -> &'static str {
    match status {
        SimpleStatus::Pending => "pending",
        SimpleStatus::Sent => "sent",
        SimpleStatus::Delivered => "delivered",
        SimpleStatus::Failed => "failed",
    }
}

/// The text for one person: `variables` is a JSON object; `{{name}}` and `{{nom}}` are the name where it has neither.
pub fn rendered(body: &str, name: Option<&str>, variables: Option<&str>) -> Result<String, MissingVariables> {
    let variables: HashMap<String, String> = variables
        .and_then(|json| serde_json::from_str(json).ok())
        .unwrap_or_default();
    template::render_for(body, name, |key| variables.get(key).map(String::as_str))
}
