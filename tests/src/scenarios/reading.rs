//! Finding one's way in the inbox: pages, filters, search.

use std::collections::BTreeSet;

use contract::inbox::{
    ConversationChanges, ConversationFilter, CountInbox, ListConversations, ListMessages, NewReply,
    PageQuery, Reply, UpdateConversation,
};
use contract::{Nothing, ProblemCode};
use domain::{Channel, ConversationStatus};

use crate::world::{World, scenarios};

scenarios! {
    a_long_list_comes_in_pages_without_gap_or_repeat,
    a_long_thread_comes_in_pages_newest_first,
    a_page_is_never_larger_than_its_limit,
    a_nonsense_cursor_is_refused,
    the_list_is_filtered_by_status_channel_and_unread,
    a_conversation_is_found_by_name_and_by_digits,
    the_counts_are_those_of_the_list,
}

fn filter() -> ConversationFilter {
    ConversationFilter::default()
}

fn a_long_list_comes_in_pages_without_gap_or_repeat(world: &World) {
    let company = world.company();
    for nth in 0..23 {
        company.deliver(
            "/handle_sms",
            &company.inbound(&format!("+336123456{nth:02}"), "bonjour"),
        );
    }
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let page = company.agent.read::<ListConversations>(
            &(),
            &ConversationFilter {
                limit: Some(5),
                cursor,
                ..filter()
            },
        );
        assert!(page.items.len() <= 5);
        seen.extend(page.items);
        // A text that comes in meanwhile moves its conversation to the top; nothing further down is missed.
        company.deliver(
            "/handle_sms",
            &company.inbound("+33612345699", "entre deux pages"),
        );
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    let ids: BTreeSet<_> = seen.iter().map(|conversation| conversation.id.clone()).collect();
    assert_eq!((seen.len(), ids.len()), (23, 23));
    assert!(
        seen.windows(2)
            .all(|pair| pair[0].updated_at >= pair[1].updated_at)
    );
}

fn a_long_thread_comes_in_pages_newest_first(world: &World) {
    let company = world.company();
    let texts: Vec<String> = (0..17).map(|nth| format!("message {nth}")).collect();
    for text in &texts {
        company.deliver("/handle_sms", &company.inbound("+33612345678", text));
    }
    let id = company.agent.conversations()[0].id.clone();
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let page = company.agent.read::<ListMessages>(
            &id,
            &PageQuery {
                limit: Some(4),
                cursor,
                ..PageQuery::default()
            },
        );
        seen.extend(page.items.into_iter().map(|message| message.content));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    seen.reverse();
    assert_eq!(seen, texts);
}

fn a_page_is_never_larger_than_its_limit(world: &World) {
    let company = world.company();
    for nth in 0..4 {
        company.deliver(
            "/handle_sms",
            &company.inbound(&format!("+336123456{nth:02}"), "x"),
        );
    }
    for (limit, expected) in [(1, 1), (3, 3), (4, 4), (200, 4), (0, 1), (100_000, 4)] {
        let page = company.agent.read::<ListConversations>(
            &(),
            &ConversationFilter {
                limit: Some(limit),
                ..filter()
            },
        );
        assert_eq!(page.items.len(), expected, "limit {limit}");
    }
    let exact = company.agent.read::<ListConversations>(
        &(),
        &ConversationFilter {
            limit: Some(4),
            ..filter()
        },
    );
    assert_eq!(exact.next_cursor, None, "no empty page follows");
}

fn a_nonsense_cursor_is_refused(world: &World) {
    let company = world.company();
    company.text("+33612345678", "x");
    let id = company.agent.conversations()[0].id.clone();
    for cursor in ["x", "'", "99999999999999999999", "1.2.3", "é"] {
        let query = ConversationFilter {
            cursor: Some(cursor.to_owned()),
            ..filter()
        };
        let answer = company.agent.ask::<ListConversations>(&(), &query, &Nothing {});
        assert_eq!(answer.refused(), ProblemCode::InvalidCursor, "{cursor}");
        let query = PageQuery {
            cursor: Some(cursor.to_owned()),
            ..PageQuery::default()
        };
        let answer = company.agent.ask::<ListMessages>(&id, &query, &Nothing {});
        assert_eq!(answer.refused(), ProblemCode::InvalidCursor, "{cursor}");
    }
}

fn the_list_is_filtered_by_status_channel_and_unread(world: &World) {
    let company = world.company();
    for from in [
        "+33612345601",
        "+33612345602",
        "+33612345603",
        "whatsapp:+33612345604",
    ] {
        company.deliver("/handle_sms", &company.inbound(from, "bonjour"));
    }
    let by_number = |number: &str| {
        let all = company.agent.conversations();
        all.into_iter()
            .find(|c| c.contact.address.to_string().ends_with(number))
            .unwrap()
            .id
    };
    company.agent.call::<Reply>(
        &by_number("01"),
        &NewReply {
            content: "oui".to_owned(),
            ..NewReply::default()
        },
    );
    let close = ConversationChanges {
        status: Some(ConversationStatus::Closed),
        ..Default::default()
    };
    company.agent.call::<UpdateConversation>(&by_number("02"), &close);
    let read = ConversationChanges {
        unread: Some(false),
        ..Default::default()
    };
    company.agent.call::<UpdateConversation>(&by_number("03"), &read);

    let numbers = |filter: ConversationFilter| -> BTreeSet<String> {
        let found = company.agent.conversations_where(&filter);
        found
            .into_iter()
            .map(|c| c.contact.address.to_string()[c.contact.address.to_string().len() - 2..].to_owned())
            .collect()
    };
    let set = |numbers: &[&str]| {
        numbers
            .iter()
            .map(|number| (*number).to_owned())
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(
        numbers(ConversationFilter {
            status: Some(ConversationStatus::Waiting),
            ..filter()
        }),
        set(&["01"])
    );
    assert_eq!(
        numbers(ConversationFilter {
            status: Some(ConversationStatus::Closed),
            ..filter()
        }),
        set(&["02"])
    );
    assert_eq!(
        numbers(ConversationFilter {
            status: Some(ConversationStatus::New),
            ..filter()
        }),
        set(&["03", "04"])
    );
    assert_eq!(
        numbers(ConversationFilter {
            channel: Some(Channel::Whatsapp),
            ..filter()
        }),
        set(&["04"])
    );
    let unread = numbers(ConversationFilter {
        unread: Some(true),
        ..filter()
    });
    assert!(unread.contains("04") && !unread.contains("03"), "{unread:?}");
    assert_eq!(
        numbers(ConversationFilter {
            assigned: Some("none".to_owned()),
            ..filter()
        })
        .len(),
        4
    );
    for query in ["status=open", "channel=fax", "limit=x", "unread=perhaps"] {
        assert_eq!(
            company.agent.get(&format!("/inbox/conversations?{query}")).status,
            400,
            "{query}"
        );
    }
}

fn a_conversation_is_found_by_name_and_by_digits(world: &World) {
    let company = world.company();
    for (from, name) in [
        ("+33612345678", "Amélie Ménétrier"),
        ("+33698765432", "Garage Dupont"),
        ("+18195551234", ""),
    ] {
        company.deliver("/handle_sms", &company.inbound(from, "bonjour"));
        let id = company.agent.conversations()[0].id.clone();
        let named = ConversationChanges {
            contact_name: Some(name.to_owned()),
            ..Default::default()
        };
        company.agent.call::<UpdateConversation>(&id, &named);
    }
    let found = |q: &str| -> Vec<String> {
        let filter = ConversationFilter {
            q: Some(q.to_owned()),
            ..filter()
        };
        company
            .agent
            .conversations_where(&filter)
            .into_iter()
            .map(|c| c.contact.address.to_string())
            .collect()
    };
    for q in [
        "amelie",
        "AMÉLIE",
        "ménét",
        "menetrier",
        "Amélie Ménétrier",
        "06 12 34 56 78",
        "0612345678",
        "+33612345678",
        "345678",
    ] {
        assert_eq!(found(q), ["+33612345678"], "{q}");
    }
    assert_eq!(found("dupont"), ["+33698765432"]);
    assert_eq!(found("5551234"), ["+18195551234"]);
    for q in [
        "zzz",
        "a* OR b",
        "x'; --",
        "NEAR(x y)",
        "text:amelie",
        "amelie zzz",
    ] {
        assert_eq!(found(q), Vec::<String>::new(), "{q}");
    }
    // Nothing to look for yet: `(` may be the beginning of a number.
    for q in ["", " ", "(", "\""] {
        assert_eq!(found(q).len(), 3, "{q}");
    }
    // No syntax: a name could have it.
    for q in ["*", "%", "_", "\\"] {
        assert_eq!(found(q).len(), 0, "{q}");
    }
}

fn the_counts_are_those_of_the_list(world: &World) {
    let company = world.company();
    let counts = || company.agent.call::<CountInbox>(&(), &Nothing {});
    assert_eq!((counts().unread, counts().to_reply), (0, 0));
    for from in ["+33612345601", "+33612345602"] {
        company.deliver("/handle_sms", &company.inbound(from, "un"));
        company.deliver("/handle_sms", &company.inbound(from, "deux"));
    }
    assert_eq!(counts().unread, 2, "conversations, not messages");
    let id = company.agent.conversations()[0].id.clone();
    company.agent.call::<UpdateConversation>(
        &id,
        &ConversationChanges {
            unread: Some(false),
            ..Default::default()
        },
    );
    assert_eq!(counts().unread, 1);
}
