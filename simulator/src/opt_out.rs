//! STOP, START and HELP, which Twilio obeys by itself (<https://help.twilio.com/articles/223134027>): the block is
//! between a number (or its whole service) and a person; the inbound message still comes to the webhook.

use domain::{Address, Timestamp};
use twilio::inbound_message::InboundMessage;

use crate::simulation::Twilio;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keyword {
    Stop,
    Start,
    Help,
}

const STOP: [&str; 8] = [
    "STOP",
    "STOPALL",
    "UNSUBSCRIBE",
    "CANCEL",
    "END",
    "QUIT",
    "REVOKE",
    "OPTOUT",
];
const START: [&str; 3] = ["START", "YES", "UNSTOP"];
const HELP: [&str; 2] = ["HELP", "INFO"];
/// Known to Advanced Opt-Out only, as a French company would set it up.
const ADVANCED_STOP: [&str; 2] = ["ARRET", "ARRÊT"];

impl Keyword {
    /// The whole message, trimmed, in any case.
    pub(crate) fn read(body: &str, advanced: bool) -> Option<Self> {
        let word = body.trim().to_uppercase();
        let word = word.as_str();
        if STOP.contains(&word) || (advanced && ADVANCED_STOP.contains(&word)) {
            Some(Self::Stop)
        } else if START.contains(&word) {
            Some(Self::Start)
        } else if HELP.contains(&word) {
            Some(Self::Help)
        } else {
            None
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Stop => "STOP",
            Self::Start => "START",
            Self::Help => "HELP",
        }
    }

    fn reply(self) -> &'static str {
        match self {
            Self::Stop => {
                "You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe."
            }
            Self::Start => {
                "You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply."
            }
            Self::Help => "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
        }
    }
}

impl Twilio {
    /// Blocks or unblocks, and answers. A word that changes nothing (a second STOP) is not answered.
    pub(crate) fn obey(&mut self, now: Timestamp, keyword: Keyword, inbound: &InboundMessage) {
        let pair = self.opt_out_pair(&inbound.to, &inbound.from);
        let answers = match keyword {
            Keyword::Stop => self.state.opted_out.insert(pair),
            Keyword::Start => self.state.opted_out.remove(&pair),
            Keyword::Help => true,
        };
        if answers {
            self.reply(now, inbound, keyword.reply(), &[]);
        }
    }

    pub(crate) fn is_opted_out(&self, own: &Address, customer: &Address) -> bool {
        self.state.opted_out.contains(&self.opt_out_pair(own, customer))
    }

    fn opt_out_pair(&self, own: &Address, customer: &Address) -> (String, String) {
        let number = own.phone_number().and_then(|number| self.state.number(number));
        let service = number.and_then(|number| number.messaging_service_sid.as_ref());
        let side = service.map_or_else(|| own.to_string(), ToString::to_string);
        (side, customer.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_word_alone_is_obeyed() {
        assert_eq!(Keyword::read(" stop\n", false), Some(Keyword::Stop));
        assert_eq!(Keyword::read("OptOut", false), Some(Keyword::Stop));
        assert_eq!(Keyword::read("yes", false), Some(Keyword::Start));
        assert_eq!(Keyword::read("info", false), Some(Keyword::Help));
        for sentence in ["STOP PLEASE", "OPT OUT", "", "arret"] {
            assert_eq!(Keyword::read(sentence, false), None, "{sentence}");
        }
        assert_eq!(Keyword::read("Arrêt", true), Some(Keyword::Stop));
    }
}
