//! Twilio's magic numbers: what they answer under test credentials (<https://www.twilio.com/docs/iam/test-credentials>).

/// The only `From` that is accepted under test credentials.
pub const GOOD_SENDER: &str = "+15005550006";

/// `From` and the error that it gives, with the HTTP status; every other one gives 21606.
pub const SENDERS: [(&str, i64, u16); 3] = [
    ("+15005550001", 21212, 400),
    ("+15005550007", 21606, 400),
    ("+15005550008", 21611, 429),
];

/// `To` and the error that it gives; every other one is validated as usual.
pub const RECIPIENTS: [(&str, i64, u16); 5] = [
    ("+15005550001", 21211, 400),
    ("+15005550002", 21612, 400),
    ("+15005550003", 21408, 400),
    ("+15005550004", 21610, 400),
    ("+15005550009", 21614, 400),
];

/// Code and HTTP status for a sender; `None` when it may send.
pub fn sender_error(from: &str) -> Option<(i64, u16)> {
    if from == GOOD_SENDER {
        return None;
    }
    Some(look_up(&SENDERS, from).unwrap_or((21606, 400)))
}

pub fn recipient_error(to: &str) -> Option<(i64, u16)> {
    look_up(&RECIPIENTS, to)
}

fn look_up(table: &[(&str, i64, u16)], number: &str) -> Option<(i64, u16)> {
    table
        .iter()
        .find(|(magic, ..)| *magic == number)
        .map(|&(_, code, status)| (code, status))
}
