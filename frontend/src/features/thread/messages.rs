//! The messages of a thread in their order, oldest first, as pages and events bring them.

use contract::inbox::MessageView;
use domain::Timestamp;
use domain::ids::MessageId;

/// Takes in the newest page, newest first. Answers whether it reaches what was here: else more was missed than a page
/// holds, and what stood before the gap is forgotten, so that it is fetched again.
pub fn take_newest(messages: &mut Vec<MessageView>, page: Vec<MessageView>) -> bool {
    let joins = page.last().is_none_or(|oldest| {
        let joins = messages.iter().any(|known| known.id == oldest.id);
        if !joins {
            messages.retain(|known| place(known) > place(oldest));
        }
        joins
    });
    for message in page {
        merge(messages, message);
    }
    joins
}

fn place(message: &MessageView) -> (Timestamp, &MessageId) {
    (message.created_at, &message.id)
}

/// Puts a message in its place. A status never goes back: an answer may be older than an event that overtook it.
pub fn merge(messages: &mut Vec<MessageView>, message: MessageView) {
    if let Some(gone) = &message.replaces {
        messages.retain(|known| known.id != *gone);
    }
    match messages.iter().position(|known| known.id == message.id) {
        Some(at)
            if messages
                .get(at)
                .is_some_and(|known| message.status.rank() < known.status.rank()) => {}
        // What was scheduled comes into being when it leaves, and stands where it stood otherwise.
        Some(at)
            if messages
                .get(at)
                .is_some_and(|known| known.created_at == message.created_at) =>
        {
            if let Some(known) = messages.get_mut(at) {
                *known = message;
            }
        }
        at => {
            if let Some(at) = at {
                messages.remove(at);
            }
            let place = messages
                .partition_point(|known| (known.created_at, &known.id) < (message.created_at, &message.id));
            messages.insert(place, message);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn id(nth: i64) -> String {
        format!("01jd{nth:022}")
    }

    fn message(nth: i64, status: &str) -> MessageView {
        serde_json::from_value(json!({
            "id": id(nth), "conversation_id": id(0), "is_from_client": false, "channel": "sms",
            "from": "+33755530001", "to": "+33612345678", "content": nth.to_string(), "status": status,
            "simple_status": "sent", "segments": 1, "media": [],
            "created_at": Timestamp::from_millis(nth * 1000),
        }))
        .unwrap()
    }

    fn several(of: impl IntoIterator<Item = i64>) -> Vec<MessageView> {
        of.into_iter().map(|nth| message(nth, "sent")).collect()
    }

    fn contents(messages: &[MessageView]) -> Vec<&str> {
        messages.iter().map(|message| message.content.as_str()).collect()
    }

    #[test]
    fn a_page_that_reaches_what_was_here_is_added() {
        let mut messages = several([1, 2, 3]);
        assert!(take_newest(&mut messages, several([5, 4, 3])));
        assert_eq!(contents(&messages), ["1", "2", "3", "4", "5"]);
    }

    #[test]
    fn what_came_while_the_page_was_on_its_way_stays() {
        let mut messages = several([6]);
        assert!(!take_newest(&mut messages, several([5, 4])));
        assert_eq!(contents(&messages), ["4", "5", "6"]);
        let mut messages = several([6]);
        assert!(take_newest(&mut messages, Vec::new()));
        assert_eq!(contents(&messages), ["6"]);
    }

    #[test]
    fn across_a_gap_nothing_is_pretended_to_be_whole() {
        // 9 came by an event, and is in the page, too: that alone joins nothing.
        let mut messages = several([1, 2, 9]);
        assert!(!take_newest(&mut messages, several([9, 8, 7])));
        assert_eq!(contents(&messages), ["7", "8", "9"]);
    }

    #[test]
    fn an_older_answer_takes_no_status_back() {
        let mut messages = vec![message(1, "delivered")];
        take_newest(&mut messages, several([2, 1]));
        assert_eq!(messages[0], message(1, "delivered"));
    }
}
