//! A telephone call: Twilio's states of one leg (<https://www.twilio.com/docs/voice/api/call-resource#call-status-values>),
//! and what became of the whole call, in the words of the company.

use serde::{Deserialize, Serialize};

/// Of one leg, as Twilio tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CallStatus {
    Queued,
    Initiated,
    Ringing,
    InProgress,
    Completed,
    Busy,
    Failed,
    NoAnswer,
    Canceled,
}

impl CallStatus {
    pub const ALL: [Self; 9] = [
        Self::Queued,
        Self::Initiated,
        Self::Ringing,
        Self::InProgress,
        Self::Completed,
        Self::Busy,
        Self::Failed,
        Self::NoAnswer,
        Self::Canceled,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Initiated => "initiated",
            Self::Ringing => "ringing",
            Self::InProgress => "in-progress",
            Self::Completed => "completed",
            Self::Busy => "busy",
            Self::Failed => "failed",
            Self::NoAnswer => "no-answer",
            Self::Canceled => "canceled",
        }
    }

    pub fn from_twilio(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// How far a leg has come. Callbacks arrive in any order: one of a lower rank is late, and changes nothing.
    pub const fn rank(self) -> u8 {
        match self {
            Self::Queued => 0,
            Self::Initiated => 1,
            Self::Ringing => 2,
            Self::InProgress => 3,
            Self::Completed | Self::Busy | Self::Failed | Self::NoAnswer | Self::Canceled => 4,
        }
    }

    pub const fn is_over(self) -> bool {
        self.rank() == 4
    }
}

/// Who called whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CallDirection {
    Inbound,
    Outbound,
    /// Between two people of the company.
    Internal,
}

impl CallDirection {
    pub const ALL: [Self; 3] = [Self::Inbound, Self::Outbound, Self::Internal];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
            Self::Internal => "internal",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|direction| direction.as_str() == text)
    }
}

/// What became of a call, or is becoming.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    /// It rings, or is being set up.
    Ringing,
    /// Two parties speak.
    InProgress,
    Answered,
    /// Inbound: nobody took it and no word was left.
    Missed,
    Voicemail,
    /// Inbound: turned away by a rule or by a person.
    Rejected,
    /// Outbound: engaged.
    Busy,
    /// Outbound: nobody took it.
    NoAnswer,
    /// Outbound: given up by the one who called, before an answer.
    Canceled,
    Failed,
}

impl CallOutcome {
    pub const ALL: [Self; 10] = [
        Self::Ringing,
        Self::InProgress,
        Self::Answered,
        Self::Missed,
        Self::Voicemail,
        Self::Rejected,
        Self::Busy,
        Self::NoAnswer,
        Self::Canceled,
        Self::Failed,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ringing => "ringing",
            Self::InProgress => "in_progress",
            Self::Answered => "answered",
            Self::Missed => "missed",
            Self::Voicemail => "voicemail",
            Self::Rejected => "rejected",
            Self::Busy => "busy",
            Self::NoAnswer => "no_answer",
            Self::Canceled => "canceled",
            Self::Failed => "failed",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == text)
    }

    pub const fn is_over(self) -> bool {
        !matches!(self, Self::Ringing | Self::InProgress)
    }

    /// Somebody called and reached nobody.
    pub const fn waits_for_somebody(self) -> bool {
        matches!(self, Self::Missed | Self::Voicemail)
    }
}

/// What is known of a call when its outcome is asked for. Everything in it only ever becomes true, or moves on, so the
/// outcome does not depend on the order in which Twilio's callbacks arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallFacts {
    pub direction: CallDirection,
    /// Of the leg that began the call: the customer's when inbound, the browser's when outbound.
    pub parent: CallStatus,
    /// Of what the leg dialled, the `DialCallStatus`; `None` while it rings, or when nothing was dialled. A dial
    /// that was answered into a conference is `InProgress`.
    pub dialled: Option<CallStatus>,
    /// Some dialled leg was answered by a person; transfers keep it so.
    pub answered: bool,
    /// A recording with a word in it was left.
    pub voicemail: bool,
    /// Turned away before it rang.
    pub rejected: bool,
}

/// What became of the call: the one place where it is decided.
pub const fn outcome(facts: &CallFacts) -> CallOutcome {
    if facts.rejected {
        return CallOutcome::Rejected;
    }
    if !facts.parent.is_over() {
        return if facts.answered {
            CallOutcome::InProgress
        } else {
            CallOutcome::Ringing
        };
    }
    if facts.answered {
        return CallOutcome::Answered;
    }
    match facts.direction {
        CallDirection::Inbound if facts.voicemail => CallOutcome::Voicemail,
        // Whether the caller gave up or nobody came, the company missed it; a technical failure before it rang as well.
        CallDirection::Inbound => CallOutcome::Missed,
        CallDirection::Outbound | CallDirection::Internal => match (facts.dialled, facts.parent) {
            (Some(CallStatus::Busy), _) | (None, CallStatus::Busy) => CallOutcome::Busy,
            (Some(CallStatus::NoAnswer), _) | (None, CallStatus::NoAnswer) => CallOutcome::NoAnswer,
            (Some(CallStatus::Failed), _) | (None, CallStatus::Failed) => CallOutcome::Failed,
            // The caller hung up while it rang.
            _ => CallOutcome::Canceled,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INBOUND: CallFacts = CallFacts {
        direction: CallDirection::Inbound,
        parent: CallStatus::Ringing,
        dialled: None,
        answered: false,
        voicemail: false,
        rejected: false,
    };

    fn ended(dialled: Option<CallStatus>) -> CallFacts {
        CallFacts {
            parent: CallStatus::Completed,
            dialled,
            ..INBOUND
        }
    }

    fn outbound(dialled: Option<CallStatus>) -> CallFacts {
        CallFacts {
            direction: CallDirection::Outbound,
            ..ended(dialled)
        }
    }

    #[test]
    fn a_call_rings_then_is_spoken_then_was_answered() {
        let mut facts = INBOUND;
        assert_eq!(outcome(&facts), CallOutcome::Ringing);
        // Twilio answers the parent to play the greeting: that is not yet a conversation.
        facts.parent = CallStatus::InProgress;
        assert_eq!(outcome(&facts), CallOutcome::Ringing);
        facts.answered = true;
        assert_eq!(outcome(&facts), CallOutcome::InProgress);
        facts.parent = CallStatus::Completed;
        assert_eq!(outcome(&facts), CallOutcome::Answered);
    }

    #[test]
    fn a_call_that_nobody_took_is_missed_unless_a_word_was_left() {
        assert_eq!(outcome(&ended(Some(CallStatus::NoAnswer))), CallOutcome::Missed);
        assert_eq!(outcome(&ended(None)), CallOutcome::Missed);
        let left = CallFacts {
            voicemail: true,
            ..ended(Some(CallStatus::NoAnswer))
        };
        assert_eq!(outcome(&left), CallOutcome::Voicemail);
    }

    #[test]
    fn a_transferred_call_stays_one_answered_call() {
        let transferred = CallFacts {
            answered: true,
            ..ended(Some(CallStatus::NoAnswer))
        };
        assert_eq!(outcome(&transferred), CallOutcome::Answered);
    }

    #[test]
    fn a_call_that_was_turned_away_is_rejected_whatever_else_happened() {
        let facts = CallFacts {
            rejected: true,
            ..ended(Some(CallStatus::Busy))
        };
        assert_eq!(outcome(&facts), CallOutcome::Rejected);
    }

    #[test]
    fn an_outbound_call_ends_as_the_other_side_ended_it() {
        for (dialled, expected) in [
            (CallStatus::Busy, CallOutcome::Busy),
            (CallStatus::NoAnswer, CallOutcome::NoAnswer),
            (CallStatus::Failed, CallOutcome::Failed),
            (CallStatus::Canceled, CallOutcome::Canceled),
        ] {
            assert_eq!(outcome(&outbound(Some(dialled))), expected);
        }
        assert_eq!(outcome(&outbound(None)), CallOutcome::Canceled);
    }

    #[test]
    fn words_read_back() {
        for status in CallStatus::ALL {
            assert_eq!(CallStatus::from_twilio(status.as_str()), Some(status));
        }
        for outcome in CallOutcome::ALL {
            assert_eq!(CallOutcome::parse(outcome.as_str()), Some(outcome));
        }
    }
}
