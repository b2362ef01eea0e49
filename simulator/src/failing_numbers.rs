//! Customers with whom something goes wrong, by their number: `+336000` or `+181920` and then the five digits of the
//! error. So `+33600030003` is a telephone that is switched off (30003), and `+33600021610` has said STOP (21610).
//! `+33600000000` and `+18192000000` never send a receipt: their messages stay `sent` for ever.

use domain::{DeliveryStatus, PhoneNumber};

const PREFIXES: [&str; 2] = ["+336000", "+181920"];

/// Refused when the message is made, by the REST API.
const REFUSED: [i64; 6] = [21211, 21408, 21608, 21610, 21612, 21614];

/// The carrier took it and could not deliver it: `sent`, then `undelivered`.
const UNDELIVERED: [i64; 16] = [
    30003, 30004, 30005, 30006, 30007, 30008, 30017, 30019, 30022, 30023, 30032, 30034, 30410, 30450, 63024,
    63033,
];

/// It never left: `failed`.
const FAILED: [i64; 16] = [
    30001, 30002, 30036, 63003, 63013, 63015, 63016, 63017, 63018, 63019, 63021, 63027, 63028, 63032, 63040,
    63041,
];

/// Not an address problem of the recipient: the sender's queue is full (429).
const QUEUE_FULL: i64 = 21611;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Refused(i64),
    Ends(DeliveryStatus, i64),
    StaysSent,
}

pub(crate) fn fate(number: &PhoneNumber) -> Option<Fate> {
    let digits = PREFIXES
        .iter()
        .find_map(|prefix| number.as_str().strip_prefix(prefix))
        .filter(|digits| digits.len() == 5)?;
    let code: i64 = digits.parse().ok()?;
    if code == 0 {
        Some(Fate::StaysSent)
    } else if is_refused(code) {
        Some(Fate::Refused(code))
    } else {
        end_of(code).map(|status| Fate::Ends(status, code))
    }
}

/// Said at once, instead of taking the message.
pub(crate) fn is_refused(code: i64) -> bool {
    REFUSED.contains(&code) || code == QUEUE_FULL
}

/// The status in which a message ends that an asynchronous error hit.
pub(crate) fn end_of(code: i64) -> Option<DeliveryStatus> {
    if UNDELIVERED.contains(&code) {
        Some(DeliveryStatus::Undelivered)
    } else if FAILED.contains(&code) || [11200, 11751, 12300].contains(&code) {
        Some(DeliveryStatus::Failed)
    } else {
        None
    }
}

/// Twilio's own words where they were recorded.
pub(crate) fn words(code: i64) -> &'static str {
    match code {
        11200 => "HTTP retrieval failure",
        11751 => "Media exceeds messaging provider size limit",
        12300 => "Invalid Content-Type",
        30001 => "Queue overflow",
        30002 => "Account suspended",
        30003 => "Unreachable destination handset",
        30004 => "Message blocked",
        30005 => "Unknown destination handset",
        30006 => "Landline or unreachable carrier",
        30007 => "Message filtered",
        30008 => "Unknown error",
        63016 => {
            "Failed to send freeform message because you are outside the allowed window. If you are using WhatsApp, please use a Message Template."
        }
        63003 | 63024 => "Channel could not find To address",
        _ => "Message was not delivered",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fate_of(number: &str) -> Option<Fate> {
        fate(&PhoneNumber::from_e164(number).unwrap())
    }

    #[test]
    fn the_last_five_digits_say_what_goes_wrong() {
        let undelivered = Some(Fate::Ends(DeliveryStatus::Undelivered, 30003));
        assert_eq!(fate_of("+33600030003"), undelivered);
        assert_eq!(fate_of("+18192030003"), undelivered);
        assert_eq!(
            fate_of("+33600063016"),
            Some(Fate::Ends(DeliveryStatus::Failed, 63016))
        );
        assert_eq!(fate_of("+33600021610"), Some(Fate::Refused(21610)));
        assert_eq!(fate_of("+33600000000"), Some(Fate::StaysSent));
        for ordinary in ["+33612345678", "+33600012345", "+15550100000"] {
            assert_eq!(fate_of(ordinary), None);
        }
    }
}
