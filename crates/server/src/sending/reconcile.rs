//! A message whose outcome is unknown: did Twilio get it? Its own list tells
//! (<https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources>).

use std::time::Duration;

use domain::Timestamp;
use serde::Deserialize;
use twilio::messages::{Direction, ListMessages, MessageResource};

use super::hand_over::accepted;
use super::same::{CLOCK_SKEW, is_same};
use super::sent::{Sent, read_views};
use super::store::{self, OutboxRow};
use crate::inbox::store::messages::progress;
use crate::integrations::senders::Sender;
use crate::integrations::twilio_call::call;
use crate::ports::database::column;
use crate::{App, Failure, Fault};

/// Twilio's list shows a message within seconds; after this long without it, it is not there.
pub const SETTLED_AFTER: Duration = Duration::from_secs(120);
/// After this long a doubt that cannot be settled is told to people instead.
pub const GIVE_UP_AFTER: Duration = Duration::from_secs(15 * 60);
const MOST_ATTEMPTS: i64 = 5;
const PAGE_SIZE: u32 = 100;

/// What Twilio's list says of a row.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// It is there.
    Found(&'a MessageResource),
    /// It certainly is not: it may be sent again.
    Absent,
    /// Not yet certain.
    Wait,
    /// Never going to be: people must look.
    Unsettled,
}

/// `unknown`: messages of this pair at Twilio that no other row of ours accounts for, in an account that is what it is
/// since `account_since`. `elsewhere`: those that have a row because a reading of Twilio's list found them.
pub fn judge<'a>(
    row: &OutboxRow,
    unknown: &[&'a MessageResource],
    elsewhere: &[&MessageResource],
    account_since: Timestamp,
    now: Timestamp,
) -> Verdict<'a> {
    let claimed_at = row.claimed_at.unwrap_or(row.created_at);
    let since_claimed = |resource: &MessageResource| {
        resource.direction != Direction::Inbound
            && resource
                .date_created
                .is_none_or(|at| at >= claimed_at - CLOCK_SKEW)
    };
    let mut ours = unknown
        .iter()
        .filter(|resource| since_claimed(resource))
        .peekable();
    let some_other = ours.peek().is_some() || elsewhere.iter().any(|resource| since_claimed(resource));
    // The account that was asked to send it may have been another: that this one does not list it means nothing.
    let moved = account_since >= claimed_at;
    if let Some(found) = ours.find(|resource| is_same(&row.body, row.media.len(), resource)) {
        return Verdict::Found(found);
    }
    let age = now.since(claimed_at);
    if some_other || moved {
        // Perhaps ours with its text changed on the way: sending again could make two of it.
        return if age > GIVE_UP_AFTER {
            Verdict::Unsettled
        } else {
            Verdict::Wait
        };
    }
    match () {
        () if age < SETTLED_AFTER => Verdict::Wait,
        () if row.attempts >= MOST_ATTEMPTS => Verdict::Unsettled,
        () => Verdict::Absent,
    }
}

/// Asks Twilio and records what it says; `None` when the doubt remains.
pub async fn reconcile(app: &App, sender: &Sender, row: &OutboxRow) -> Result<Option<Sent>, Failure> {
    let mut list = ListMessages::new();
    list.to = Some(row.recipient.clone());
    list.from = Some(row.sender.clone());
    list.page_size = Some(PAGE_SIZE);
    let page = call(app, &sender.credentials(app)?, &list).await?;
    let known = known_sids(app, row, &page.messages).await?;
    let (mut unknown, mut elsewhere) = (Vec::new(), Vec::new());
    for resource in &page.messages {
        match known
            .iter()
            .find(|known| known.external_id == resource.sid.as_str())
        {
            None => unknown.push(resource),
            Some(known) if known.sent_elsewhere => elsewhere.push(resource),
            Some(_) => {}
        }
    }
    let account_since = sender.integration.updated_at;
    let batch = match judge(row, &unknown, &elsewhere, account_since, app.now()) {
        Verdict::Found(resource) => {
            let mut batch = progress(&accepted(row, resource, app));
            batch.truncate(2);
            batch
        }
        Verdict::Absent => store::put_back(&row.id, app.now()),
        Verdict::Unsettled => store::given_up(&row.id),
        Verdict::Wait => return Ok(None),
    };
    let rows = app
        .database
        .commit(
            batch
                .into_iter()
                .chain(store::views(&row.company_id, &row.id))
                .collect(),
        )
        .await?;
    Ok(read_views(app, &rows)?)
}

#[derive(Deserialize)]
struct Known {
    external_id: String,
    #[serde(deserialize_with = "column::boolean")]
    sent_elsewhere: bool,
}

async fn known_sids(app: &App, row: &OutboxRow, messages: &[MessageResource]) -> Result<Vec<Known>, Failure> {
    let sids: Vec<_> = messages.iter().map(|message| message.sid.as_str()).collect();
    let sids = serde_json::to_string(&sids).map_err(|error| Fault::Internal(error.to_string()))?;
    let rows = app
        .database
        .query(store::known_sids(&row.company_id, &sids))
        .await?;
    Ok(rows.all::<Known>()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: Timestamp = Timestamp::from_millis(1_763_654_400_000);
    const LONG_AGO: Timestamp = Timestamp::from_millis(0);

    fn row(body: &str) -> OutboxRow {
        serde_json::from_value(json!({
            "id": "01m7xy15shj71dvsdgckjzm537", "company_id": "01m7xy15shawaam6ej9b784r2q",
            "sender": "+33755530001", "recipient": "+33612345678", "body": body, "attempts": 1,
            "claimed_at": NOW.as_millis(), "created_at": NOW.as_millis(), "media": "[]",
            "template": null,
        }))
        .unwrap()
    }

    fn at_twilio(body: &str) -> MessageResource {
        serde_json::from_value(json!({
            "account_sid": "AC11111111111111111111111111111111", "sid": "SM11111111111111111111111111111111",
            "direction": "outbound-api", "body": body, "num_media": "0", "num_segments": "1", "status": "queued",
        }))
        .unwrap()
    }

    #[test]
    fn a_text_that_ends_alike_is_another_message() {
        let thanks = at_twilio("Thanks, ok");
        let late = NOW + SETTLED_AFTER;
        assert_eq!(judge(&row("ok"), &[&thanks], &[], LONG_AGO, late), Verdict::Wait);
        assert_eq!(
            judge(&row("Thanks, ok"), &[&thanks], &[], LONG_AGO, late),
            Verdict::Found(&thanks)
        );
        let trial = at_twilio("Sent from your Twilio trial account - ok");
        assert_eq!(
            judge(&row("ok"), &[&trial], &[], LONG_AGO, late),
            Verdict::Found(&trial)
        );
    }

    #[test]
    fn only_what_is_certainly_not_there_is_sent_again() {
        assert_eq!(judge(&row("ok"), &[], &[], LONG_AGO, NOW), Verdict::Wait);
        assert_eq!(
            judge(&row("ok"), &[], &[], LONG_AGO, NOW + SETTLED_AFTER),
            Verdict::Absent
        );
        let other = at_twilio("changed on the way");
        assert_eq!(
            judge(&row("ok"), &[&other], &[], LONG_AGO, NOW + GIVE_UP_AFTER * 2),
            Verdict::Unsettled
        );
    }

    #[test]
    fn what_a_reading_took_for_sent_elsewhere_may_be_this_one() {
        let taken = at_twilio("changed on the way");
        let late = NOW + SETTLED_AFTER;
        assert_eq!(judge(&row("ok"), &[], &[&taken], LONG_AGO, late), Verdict::Wait);
        assert_eq!(
            judge(&row("ok"), &[], &[&taken], LONG_AGO, NOW + GIVE_UP_AFTER * 2),
            Verdict::Unsettled
        );
        let mut before = at_twilio("ok");
        before.date_created = Some(NOW - CLOCK_SKEW * 2);
        assert_eq!(
            judge(&row("ok"), &[], &[&before], LONG_AGO, late),
            Verdict::Absent
        );
    }

    #[test]
    fn an_account_that_changed_meanwhile_does_not_tell_that_something_is_absent() {
        let changed = NOW + SETTLED_AFTER;
        assert_eq!(judge(&row("ok"), &[], &[], changed, changed), Verdict::Wait);
        assert_eq!(
            judge(&row("ok"), &[], &[], changed, NOW + GIVE_UP_AFTER * 2),
            Verdict::Unsettled
        );
    }
}
