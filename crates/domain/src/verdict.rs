//! Whether a message may leave, judged once for everybody: the browser while it is written, the server before it is
//! stored. The same facts ([`Line`]) and the same draft give the same answer, and the API says it with one code.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::media::{self, InvalidMedia};
use crate::message_body::InvalidMessageBody;
use crate::segments::{Encoding, Segments, plain};
use crate::{Address, Channel, MessageBody, Region, Timestamp};

/// After a person's last message, WhatsApp takes free text this long; then only an approved template
/// (<https://www.twilio.com/docs/whatsapp/key-concepts>, error 63016).
pub const WHATSAPP_WINDOW: Duration = Duration::from_secs(24 * 3600);

/// From one of our numbers to somebody: all that a verdict needs to know beside the message itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Line {
    pub from: Address,
    pub to: Address,
    /// The recipient said STOP.
    pub opted_out: bool,
    /// Of the recipient's number, where its plan tells.
    pub country: Option<Region>,
    /// Whether the company writes to that country.
    pub country_allowed: bool,
    /// What the sender can do, as far as Twilio has said; until then Twilio decides.
    pub sms: bool,
    pub mms: bool,
    /// When WhatsApp stops taking free text; `None`: it takes none.
    pub window_ends_at: Option<Timestamp>,
    /// The company has spent what it allows itself in a month.
    #[serde(default)]
    pub is_spent: bool,
}

/// What is about to be sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Draft<'a> {
    pub text: &'a str,
    pub files: &'a [File<'a>],
    /// The files travel as addresses in the text.
    pub as_link: bool,
    /// An approved WhatsApp template; `text` is what it will say.
    pub is_template: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    pub content_type: &'a str,
    /// In bytes; `None` for one that lies elsewhere.
    pub size: Option<u64>,
}

/// Why a message may not leave. Each is one code of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Objection {
    #[error("a name or a withheld number cannot be written to")]
    CannotBeAnswered,
    #[error("the recipient said STOP")]
    OptedOut,
    #[error("the company does not write to this country")]
    CountryNotAllowed,
    #[error("the sender cannot send SMS")]
    NumberCannotSendSms,
    #[error("the month's spend cap is reached")]
    SpendCapReached,
    #[error("WhatsApp takes only templates now")]
    OutsideWhatsappWindow,
    #[error("templates are WhatsApp's")]
    TemplateNeedsWhatsapp,
    #[error("nothing is said")]
    Empty,
    #[error("more than 1600 characters")]
    TooLong,
    #[error("the sender cannot send files")]
    NumberCannotSendMms,
    #[error("the files: {0}")]
    Media(InvalidMedia),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// How it would travel.
    pub channel: Channel,
    pub objection: Option<Objection>,
    /// What it costs as SMS.
    pub segments: Segments,
    /// The text with look-alikes in place of typography, where that alone brings it back to GSM-7.
    pub plainer: Option<String>,
}

impl Line {
    /// What stands in the way whatever is written: shown before a word is typed.
    pub fn objection(&self) -> Option<Objection> {
        if !self.to.can_be_answered() {
            Some(Objection::CannotBeAnswered)
        } else if self.opted_out {
            Some(Objection::OptedOut)
        } else if !self.country_allowed {
            Some(Objection::CountryNotAllowed)
        } else if !self.is_whatsapp() && !self.sms {
            Some(Objection::NumberCannotSendSms)
        } else if self.is_spent {
            Some(Objection::SpendCapReached)
        } else {
            None
        }
    }

    pub fn is_whatsapp(&self) -> bool {
        matches!(self.to, Address::Whatsapp(_))
    }

    /// How long free text is still taken on WhatsApp.
    pub fn window_left(&self, now: Timestamp) -> Option<Duration> {
        let ends = self.window_ends_at?;
        (ends > now).then(|| ends.since(now))
    }

    pub fn judge(&self, draft: &Draft<'_>, now: Timestamp) -> Verdict {
        let carries_files = !draft.as_link && !draft.files.is_empty();
        let channel = self.to.channel(carries_files);
        let segments = Segments::of(draft.text);
        Verdict {
            channel,
            objection: self
                .objection()
                .or_else(|| self.objection_of_channel(draft, now))
                .or_else(|| draft.objection(channel, carries_files, self.mms)),
            plainer: plainer(draft.text, segments).filter(|_| channel == Channel::Sms),
            segments,
        }
    }

    fn objection_of_channel(&self, draft: &Draft<'_>, now: Timestamp) -> Option<Objection> {
        match (self.is_whatsapp(), draft.is_template) {
            (true, false) if self.window_left(now).is_none() => Some(Objection::OutsideWhatsappWindow),
            (false, true) => Some(Objection::TemplateNeedsWhatsapp),
            _ => None,
        }
    }
}

impl Draft<'_> {
    fn objection(&self, channel: Channel, carries_files: bool, mms: bool) -> Option<Objection> {
        let stands_alone = !self.files.is_empty() && self.text.trim().is_empty();
        if !stands_alone {
            match MessageBody::new(self.text) {
                Err(InvalidMessageBody::Empty) => return Some(Objection::Empty),
                Err(InvalidMessageBody::TooLong) => return Some(Objection::TooLong),
                Ok(_) => {}
            }
        }
        if self.files.len() > media::MOST_FILES {
            return Some(Objection::Media(InvalidMedia::TooMany));
        }
        if channel == Channel::Mms && !mms {
            return Some(Objection::NumberCannotSendMms);
        }
        let known = self
            .files
            .iter()
            .filter_map(|file| Some((file.content_type, file.size?)));
        media::check(channel, known.filter(|_| carries_files))
            .err()
            .map(Objection::Media)
    }
}

/// The offer of the composer: only when it pays.
fn plainer(text: &str, segments: Segments) -> Option<String> {
    if segments.encoding == Encoding::Gsm7 {
        return None;
    }
    let plain = plain(text);
    (Segments::of(&plain).encoding == Encoding::Gsm7).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const NOON: Timestamp = Timestamp::from_millis(1_769_860_800_000);

    fn line(to: &str) -> Line {
        Line {
            from: Address::parse("+33755530001"),
            to: Address::parse(to),
            opted_out: false,
            country: Some(Region::FR),
            country_allowed: true,
            sms: true,
            mms: true,
            window_ends_at: None,
            is_spent: false,
        }
    }

    fn objection(line: &Line, text: &str) -> Option<Objection> {
        let draft = Draft {
            text,
            ..Draft::default()
        };
        line.judge(&draft, NOON).objection
    }

    #[test]
    fn what_nothing_speaks_against_may_leave() {
        let verdict = line("+33612345678").judge(
            &Draft {
                text: "Bonjour",
                ..Draft::default()
            },
            NOON,
        );
        assert_eq!((verdict.objection, verdict.channel), (None, Channel::Sms));
        assert_eq!(verdict.plainer, None);
    }

    #[test]
    fn what_stands_in_the_way_of_the_person_comes_before_what_is_wrong_with_the_text() {
        let mut stopped = line("+33612345678");
        stopped.opted_out = true;
        assert_eq!(objection(&stopped, ""), Some(Objection::OptedOut));
        assert_eq!(
            objection(&line("MyCompany"), ""),
            Some(Objection::CannotBeAnswered)
        );
        assert_eq!(
            objection(&line("anonymous"), "x"),
            Some(Objection::CannotBeAnswered)
        );
        let mut abroad = line("+881612345678");
        abroad.country_allowed = false;
        assert_eq!(objection(&abroad, "x"), Some(Objection::CountryNotAllowed));
        assert_eq!(objection(&line("36111"), " "), Some(Objection::Empty));
        assert_eq!(
            objection(&line("36111"), &"é".repeat(1601)),
            Some(Objection::TooLong)
        );
    }

    #[test]
    fn free_text_on_whatsapp_needs_the_window_and_a_template_does_not() {
        let mut whatsapp = line("whatsapp:+33612345678");
        assert_eq!(objection(&whatsapp, "x"), Some(Objection::OutsideWhatsappWindow));
        let template = Draft {
            text: "x",
            is_template: true,
            ..Draft::default()
        };
        assert_eq!(whatsapp.judge(&template, NOON).objection, None);
        whatsapp.window_ends_at = Some(NOON + Duration::from_millis(1));
        assert_eq!(objection(&whatsapp, "x"), None);
        // The moment itself is outside.
        whatsapp.window_ends_at = Some(NOON);
        assert_eq!(objection(&whatsapp, "x"), Some(Objection::OutsideWhatsappWindow));
        assert_eq!(
            line("+33612345678").judge(&template, NOON).objection,
            Some(Objection::TemplateNeedsWhatsapp)
        );
    }

    #[test]
    fn a_number_without_mms_sends_files_as_links() {
        let mut texts_only = line("+33612345678");
        texts_only.mms = false;
        let files = [File {
            content_type: "image/png",
            size: Some(1000),
        }];
        let mut draft = Draft {
            files: &files,
            ..Draft::default()
        };
        assert_eq!(
            texts_only.judge(&draft, NOON).objection,
            Some(Objection::NumberCannotSendMms)
        );
        draft.as_link = true;
        let verdict = texts_only.judge(&draft, NOON);
        assert_eq!((verdict.objection, verdict.channel), (None, Channel::Sms));
    }

    #[test]
    fn files_are_judged_by_what_the_channel_carries() {
        let huge = [File {
            content_type: "image/png",
            size: Some(6_000_000),
        }];
        let draft = Draft {
            files: &huge,
            ..Draft::default()
        };
        assert_eq!(
            line("+33612345678").judge(&draft, NOON).objection,
            Some(Objection::Media(InvalidMedia::TooLarge))
        );
    }

    #[test]
    fn look_alikes_are_offered_where_they_alone_force_the_short_segments() {
        let offered = |text: &str| {
            let draft = Draft {
                text,
                ..Draft::default()
            };
            line("+33612345678").judge(&draft, NOON).plainer
        };
        assert_eq!(offered("l’été…").as_deref(), Some("l'été..."));
        assert_eq!(offered("Prêt ?\u{a0}!").as_deref(), None);
        assert_eq!(offered("Bonjour\u{a0}!").as_deref(), Some("Bonjour !"));
        assert_eq!(offered("l'été").as_deref(), None);
    }
}
