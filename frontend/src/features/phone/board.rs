//! What the softphone shows, the same in every tab: whether calls can come, and the calls that are there. Changed by what
//! the line tells, in the tab that has it; the other tabs get a copy.

use std::collections::BTreeMap;

use domain::Timestamp;
use domain::call::CallOutcome;
use serde::{Deserialize, Serialize};

use crate::platform::voice::News;

/// Why calls can come, or cannot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// Nobody said that calls are taken here.
    #[default]
    Off,
    Connecting,
    Registered,
    /// The person has to be asked for the microphone, and only a click may ask.
    AskMicrophone,
    MicrophoneDenied,
    MicrophoneAbsent,
    /// No calls in this browser.
    Unsupported,
    /// The server's own words: no API key, for example.
    Refused(String),
    /// The softphone's script did not arrive.
    Missing,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Board {
    pub standing: Standing,
    pub talks: Vec<Talk>,
    /// The numbers that a call from here may show, once the line has its token.
    pub callers: Option<Vec<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    In,
    Out,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// On its way to Twilio.
    Dialling,
    Ringing,
    Open,
    /// The network changed or broke: the sound may pause.
    Reconnecting,
}

/// Of a call that comes in, as our TwiML says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Context {
    /// A colleague hands it on.
    HandedOnBy(String),
    LastMessage(String),
    /// `inbound`: the customer called.
    LastCall {
        outcome: CallOutcome,
        inbound: bool,
    },
}

impl Context {
    fn of(said: &mut BTreeMap<String, String>) -> Option<Self> {
        if let Some(colleague) = said.remove("from") {
            return Some(Self::HandedOnBy(colleague));
        }
        if let Some(outcome) = said.remove("last_call") {
            return Some(Self::LastCall {
                outcome: CallOutcome::parse(&outcome)?,
                inbound: said.contains_key("last_inbound"),
            });
        }
        said.remove("last").map(Self::LastMessage)
    }
}

/// One call in this browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Talk {
    pub id: String,
    pub way: Way,
    pub stage: Stage,
    /// What the server knows it by: our id, or the SID of a leg.
    pub call: Option<String>,
    /// A number, or `client:<identity>`.
    pub party: String,
    /// As far as it is known before the server is asked.
    pub name: Option<String>,
    /// Which of our numbers it is on.
    pub ours: Option<String>,
    /// What is good to know before one answers.
    pub context: Option<Context>,
    pub since: Option<Timestamp>,
    pub muted: bool,
    /// The SDK's names of what is wrong with the sound.
    pub warnings: Vec<String>,
    /// It goes on ringing elsewhere.
    pub ignored: bool,
    /// Nobody took what was handed on: it is back.
    pub returned: bool,
}

impl Talk {
    pub fn outgoing(id: String, to: String, from: Option<String>) -> Self {
        Self {
            id,
            way: Way::Out,
            stage: Stage::Dialling,
            call: None,
            party: to,
            name: None,
            ours: from,
            context: None,
            since: None,
            muted: false,
            warnings: Vec::new(),
            ignored: false,
            returned: false,
        }
    }

    fn incoming(id: String, from: &str, mut said: BTreeMap<String, String>) -> Self {
        Self {
            id,
            way: Way::In,
            stage: Stage::Ringing,
            call: said.remove("call"),
            party: said.remove("customer").unwrap_or_else(|| from.to_owned()),
            name: said.remove("name").or_else(|| said.remove("colleague")),
            ours: said.remove("number"),
            context: Context::of(&mut said),
            since: None,
            muted: false,
            warnings: Vec::new(),
            ignored: false,
            returned: said.contains_key("returned"),
        }
    }

    /// It waits for an answer here.
    pub fn asks(&self) -> bool {
        self.way == Way::In && self.stage == Stage::Ringing && !self.ignored
    }

    /// It is what the person is busy with.
    pub fn is_current(&self) -> bool {
        self.way == Way::Out || self.stage != Stage::Ringing
    }
}

impl Board {
    pub fn talk(&self, id: &str) -> Option<&Talk> {
        self.talks.iter().find(|talk| talk.id == id)
    }

    pub fn current(&self) -> Option<&Talk> {
        self.talks.iter().find(|talk| talk.is_current())
    }

    /// Another call rings here nonetheless, as long as none is spoken: whoever is free chooses which to take.
    pub fn is_busy(&self) -> bool {
        self.current().is_some()
    }

    /// Those that ring beside this one.
    pub fn others_asking(&self, id: &str) -> Vec<String> {
        let others = self.talks.iter().filter(|talk| talk.asks() && talk.id != id);
        others.map(|talk| talk.id.clone()).collect()
    }

    /// Unknown counts as yes: the server decides.
    pub fn may_show(&self, number: &str) -> bool {
        let callers = self.callers.as_ref();
        callers.is_none_or(|callers| callers.iter().any(|caller| caller == number))
    }

    pub fn change(&mut self, id: &str, change: impl FnOnce(&mut Talk)) {
        if let Some(talk) = self.talks.iter_mut().find(|talk| talk.id == id) {
            change(talk);
        }
    }

    pub fn take(&mut self, news: News, now: Timestamp) {
        match news {
            News::Registered => self.standing = Standing::Registered,
            News::Unregistered if self.standing == Standing::Registered => {
                self.standing = Standing::Connecting;
            }
            News::Incoming { id, from, said } => self.talks.push(Talk::incoming(id, &from, said)),
            News::Ringing { id, sid } => self.change(&id, |talk| {
                talk.stage = Stage::Ringing;
                talk.learn(sid);
            }),
            News::Accepted { id, sid } => self.change(&id, |talk| {
                talk.stage = Stage::Open;
                talk.ignored = false;
                talk.since = Some(now);
                talk.learn(sid);
            }),
            News::Reconnecting { id } => self.change(&id, |talk| talk.stage = Stage::Reconnecting),
            News::Reconnected { id } => self.change(&id, |talk| talk.stage = Stage::Open),
            News::Muted { id, on } => self.change(&id, |talk| talk.muted = on),
            News::Warning { id, name } => self.change(&id, |talk| {
                if !talk.warnings.contains(&name) {
                    talk.warnings.push(name);
                }
            }),
            News::WarningOver { id, name } => {
                self.change(&id, |talk| talk.warnings.retain(|known| *known != name));
            }
            News::Ended { id, .. } => self.talks.retain(|talk| talk.id != id),
            _ => {}
        }
    }
}

impl Talk {
    /// What came with the call is better than the name of a leg.
    fn learn(&mut self, sid: Option<String>) {
        if self.call.is_none() {
            self.call = sid;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_millis(43_200_000);

    fn incoming(id: &str) -> News {
        News::Incoming {
            id: id.to_owned(),
            from: "+33612345678".to_owned(),
            said: BTreeMap::from([("call".to_owned(), "01jd".to_owned())]),
        }
    }

    fn accepted(id: &str) -> News {
        News::Accepted {
            id: id.to_owned(),
            sid: Some("CA1".to_owned()),
        }
    }

    #[test]
    fn a_call_comes_in_is_taken_and_ends() {
        let mut board = Board::default();
        board.take(incoming("CA1"), NOON);
        assert!(board.talks[0].asks());
        assert_eq!(board.current(), None);
        board.take(accepted("CA1"), NOON);
        assert!(board.is_busy());
        let talk = board.current().unwrap();
        assert_eq!((talk.since, talk.call.as_deref()), (Some(NOON), Some("01jd")));
        let ended = News::Ended {
            id: "CA1".to_owned(),
            cancelled: false,
        };
        board.take(ended, NOON);
        assert!(!board.is_busy());
    }

    #[test]
    fn what_our_twiml_says_of_a_caller_is_known_at_once() {
        for (said, context) in [
            (
                vec![("last", "À demain ?")],
                Context::LastMessage("À demain ?".to_owned()),
            ),
            (
                vec![("from", "Léa"), ("last", "x")],
                Context::HandedOnBy("Léa".to_owned()),
            ),
            (
                vec![("last_call", "missed"), ("last_inbound", "1")],
                Context::LastCall {
                    outcome: CallOutcome::Missed,
                    inbound: true,
                },
            ),
        ] {
            let said = said.into_iter().chain([("name", "Zoé")]);
            let said = said
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect();
            let talk = Talk::incoming("CA1".to_owned(), "+33612345678", said);
            assert_eq!((talk.name.as_deref(), talk.context), (Some("Zoé"), Some(context)));
        }
    }

    #[test]
    fn a_call_that_only_rings_leaves_one_free_for_another() {
        let mut board = Board::default();
        board.take(incoming("CA1"), NOON);
        assert!(!board.is_busy());
        board.take(incoming("CA2"), NOON);
        assert_eq!(board.others_asking("CA2"), ["CA1"]);
        board.change("CA1", |talk| talk.ignored = true);
        assert!(!board.is_busy() && !board.talks[0].asks());
        assert!(board.others_asking("CA2").is_empty());
        board.take(accepted("CA2"), NOON);
        assert!(board.is_busy());
    }

    #[test]
    fn a_call_shows_only_numbers_of_the_lines_own_account() {
        let mut board = Board::default();
        assert!(board.may_show("+33755530001"), "nothing is known yet");
        board.callers = Some(vec!["+33755530001".to_owned()]);
        assert!(board.may_show("+33755530001") && !board.may_show("+33755530002"));
    }

    #[test]
    fn a_call_that_goes_out_learns_its_name_from_twilio() {
        let mut board = Board::default();
        board
            .talks
            .push(Talk::outgoing("a".to_owned(), "0612345678".to_owned(), None));
        board.take(accepted("a"), NOON);
        assert_eq!(board.current().unwrap().call.as_deref(), Some("CA1"));
    }

    #[test]
    fn a_line_that_breaks_is_connected_again_but_nobody_is_put_on_it() {
        let mut board = Board::default();
        board.take(News::Unregistered, NOON);
        assert_eq!(board.standing, Standing::Off);
        board.take(News::Registered, NOON);
        board.take(News::Unregistered, NOON);
        assert_eq!(board.standing, Standing::Connecting);
    }

    #[test]
    fn a_warning_stands_once_and_goes() {
        let mut board = Board::default();
        board.take(incoming("CA1"), NOON);
        let warning = || News::Warning {
            id: "CA1".to_owned(),
            name: "high-rtt".to_owned(),
        };
        board.take(warning(), NOON);
        board.take(warning(), NOON);
        assert_eq!(board.talks[0].warnings, ["high-rtt"]);
        let over = News::WarningOver {
            id: "CA1".to_owned(),
            name: "high-rtt".to_owned(),
        };
        board.take(over, NOON);
        assert!(board.talks[0].warnings.is_empty());
    }
}
