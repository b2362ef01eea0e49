//! Finding contacts, numbers and messages again.

use std::time::Duration;

use contract::inbox::{ConversationChanges, DeleteConversation, ListMessages, PageQuery, UpdateConversation};
use contract::older::Direction;
use contract::search::{FoundMessage, Search, SearchQuery, SearchResults};
use contract::{Nothing, ProblemCode};
use domain::{Channel, ConversationStatus, Timestamp};
use serde_json::json;
use server::ports::database::Statement;

use crate::world::faulty::Fate::{FailsAfter, FailsBefore, Works};
use crate::world::{Caller, Company, InProcess, World, scenarios};

scenarios! {
    a_message_is_found_by_the_beginnings_of_its_words,
    hits_are_marked,
    a_number_is_found_by_any_part_of_it,
    a_number_is_found_with_and_without_its_country,
    every_script_has_its_words,
    a_contact_is_found_by_name_or_number,
    a_search_is_narrowed,
    pages_follow_each_other_without_a_gap,
    what_was_deleted_is_not_found_and_what_came_after_it_is,
    a_thread_opens_around_a_message_and_goes_on_both_ways,
    a_company_finds_its_own_messages_only,
    a_company_finds_its_own_contacts_only,
    whatever_is_typed_is_no_syntax,
}

const CUSTOMER: &str = "+33612345678";
const OTHER: &str = "+33698765432";

fn search(caller: &Caller, q: &str) -> SearchResults {
    search_where(
        caller,
        &SearchQuery {
            q: q.to_owned(),
            ..SearchQuery::default()
        },
    )
}

fn search_where(caller: &Caller, query: &SearchQuery) -> SearchResults {
    let results = caller.read::<Search>(&(), query);
    assert!(results.complete);
    results
}

fn text(message: &FoundMessage) -> String {
    message.excerpt.iter().map(|piece| piece.text.as_str()).collect()
}

fn texts(results: &SearchResults) -> Vec<String> {
    results.messages.iter().map(text).collect()
}

fn found(caller: &Caller, q: &str) -> Vec<String> {
    texts(&search(caller, q))
}

fn send(company: &Company, to: &str, body: &str) {
    let answer = company
        .agent
        .post("/api/send-sms", &json!({ "to": to, "body": body }));
    assert_eq!(answer.status, 201, "{}", answer.text());
}

fn a_message_is_found_by_the_beginnings_of_its_words(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "Où en est ma commande d’été ?");
    company.text(OTHER, "Je passerai demain, à 14 h");
    send(&company, CUSTOMER, "Votre COMMANDE est prête");
    let commands = ["Votre COMMANDE est prête", "Où en est ma commande d’été ?"];
    assert_eq!(found(&company.agent, "commande"), commands);
    assert_eq!(found(&company.agent, "COMM"), commands);
    assert_eq!(found(&company.agent, "comm pret"), commands[..1]);
    assert_eq!(found(&company.agent, "ete"), commands[1..]);
    assert_eq!(found(&company.agent, "ÉTÉ"), commands[1..]);
    // Beginnings, not middles.
    assert_eq!(found(&company.agent, "mande"), Vec::<String>::new());
    assert_eq!(found(&company.agent, ""), Vec::<String>::new());
}

fn hits_are_marked(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "Le gâteau pour samedi");
    let results = search(&company.agent, "gat");
    let pieces: Vec<_> = results.messages[0]
        .excerpt
        .iter()
        .map(|piece| (piece.text.as_str(), piece.hit))
        .collect();
    assert_eq!(
        pieces,
        [("Le ", false), ("gâteau", true), (" pour samedi", false)]
    );
    let message = &company.agent.all_messages()[0];
    assert_eq!(results.messages[0].id, message.id);
    assert_eq!(results.messages[0].conversation_id, message.conversation_id);
    assert!(results.messages[0].is_from_client);
}

fn a_number_is_found_by_any_part_of_it(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "Mon fixe : 04 78 12 34 56, merci");
    for part in ["0478123456", "04 78 12", "78 12 34", "123456", "1234"] {
        assert_eq!(found(&company.agent, part).len(), 1, "{part}");
    }
    assert_eq!(found(&company.agent, "9999").len(), 0);
    // The customer's own number is a contact's.
    for part in ["06 12 34", "345678", "+33612"] {
        let results = search(&company.agent, part);
        assert_eq!(results.contacts.len(), 1, "{part}");
        assert_eq!(results.contacts[0].address.to_string(), CUSTOMER);
        assert_eq!(results.contacts[0].display, "06 12 34 56 78");
    }
}

fn a_number_is_found_with_and_without_its_country(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "Mon fixe : 04 78 12 34 56, merci");
    company.text(CUSTOMER, "ou bien +33 4 78 12 34 56");
    for form in [
        "+33478123456",
        "+33 (0)4 78 12 34 56",
        "0033478123456",
        "04 78 12 34 56",
        "+33 4 78 12",
    ] {
        assert_eq!(found(&company.agent, form).len(), 2, "{form}");
    }
    assert_eq!(found(&company.agent, "+33478123457").len(), 0);
}

fn every_script_has_its_words(world: &World) {
    let company = world.company();
    for text in [
        "สวัสดีครับ คุณ",
        "नमस्ते दुनिया",
        "مُحَمَّد هنا",
        "שָׁלוֹם לך",
        "Ⓐ bientôt",
        "東京で",
    ] {
        company.text(CUSTOMER, text);
    }
    for (q, text) in [
        ("สวัสดี", "สวัสดีครับ คุณ"),
        ("नमस्ते", "नमस्ते दुनिया"),
        ("مُحَمَّد", "مُحَمَّد هنا"),
        ("محمد", "مُحَمَّد هنا"),
        ("שלום", "שָׁלוֹם לך"),
        ("Ⓐ", "Ⓐ bientôt"),
        ("ⓐ bien", "Ⓐ bientôt"),
        ("東京", "東京で"),
    ] {
        assert_eq!(found(&company.agent, q), [text], "{q}");
    }
}

fn a_contact_is_found_by_name_or_number(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "bonjour");
    let id = company.agent.conversations()[0].id.clone();
    let named = ConversationChanges {
        contact_name: Some("Héloïse Martin".to_owned()),
        ..Default::default()
    };
    company.agent.call::<UpdateConversation>(&id, &named);
    for q in ["helo", "martin", "Héloïse mar", "hé"] {
        let results = search(&company.agent, q);
        assert_eq!(results.contacts.len(), 1, "{q}");
        assert_eq!(results.contacts[0].name.as_deref(), Some("Héloïse Martin"));
        assert_eq!(results.contacts[0].conversation_id.as_ref(), Some(&id));
    }
    let message = search(&company.agent, "bonjour").messages.remove(0);
    assert_eq!(message.contact_name.as_deref(), Some("Héloïse Martin"));
}

fn a_search_is_narrowed(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "devis un");
    send(&company, CUSTOMER, "devis deux");
    company.text(OTHER, "devis trois");
    let mut form = company.inbound(&format!("whatsapp:{OTHER}"), "devis quatre");
    form.set("To", &format!("whatsapp:{}", company.number));
    company.deliver("/handle_sms", &form);
    let ask = |query: SearchQuery| {
        texts(&search_where(
            &company.agent,
            &SearchQuery {
                q: "devis".to_owned(),
                ..query
            },
        ))
    };
    let none = SearchQuery::default;
    assert_eq!(ask(none()).len(), 4);
    assert_eq!(
        ask(SearchQuery {
            channel: Some(Channel::Whatsapp),
            ..none()
        }),
        ["devis quatre"]
    );
    assert_eq!(
        ask(SearchQuery {
            direction: Some(Direction::Outbound),
            ..none()
        }),
        ["devis deux"]
    );
    assert_eq!(
        ask(SearchQuery {
            direction: Some(Direction::Inbound),
            channel: Some(Channel::Sms),
            ..none()
        }),
        ["devis trois", "devis un"]
    );
    assert_eq!(
        ask(SearchQuery {
            status: Some(ConversationStatus::Waiting),
            ..none()
        }),
        ["devis deux", "devis un"]
    );
    assert_eq!(
        ask(SearchQuery {
            status: Some(ConversationStatus::ToReply),
            ..none()
        }),
        ["devis quatre", "devis trois"]
    );
    let read = ConversationChanges {
        unread: Some(false),
        ..Default::default()
    };
    for conversation in company.agent.conversations() {
        if conversation.channel == Channel::Sms {
            company.agent.call::<UpdateConversation>(&conversation.id, &read);
        }
    }
    assert_eq!(
        ask(SearchQuery {
            unread: Some(true),
            ..none()
        }),
        ["devis quatre"]
    );
    assert_eq!(
        ask(SearchQuery {
            assigned: Some("none".to_owned()),
            ..none()
        })
        .len(),
        4
    );
    let nobody = "00000000000000000000000000".to_owned();
    assert_eq!(
        ask(SearchQuery {
            assigned: Some(nobody),
            ..none()
        })
        .len(),
        0
    );
    let all = search(&company.agent, "devis");
    let middle = all.messages[1].created_at;
    assert_eq!(
        ask(SearchQuery {
            since: Some(middle),
            ..none()
        }),
        ["devis quatre", "devis trois"]
    );
    assert_eq!(
        ask(SearchQuery {
            until: Some(middle),
            ..none()
        }),
        ["devis deux", "devis un"]
    );
    let long_ago = Timestamp::parse("2024-01-01T00:00:00Z").unwrap();
    assert_eq!(
        ask(SearchQuery {
            until: Some(long_ago),
            ..none()
        })
        .len(),
        0
    );
    assert_eq!(
        ask(SearchQuery {
            since: Some(long_ago),
            ..none()
        })
        .len(),
        4
    );
    // What is narrowed is about messages.
    let narrowed = SearchQuery {
        q: "0612345678".to_owned(),
        unread: Some(true),
        ..none()
    };
    assert_eq!(search_where(&company.agent, &narrowed).contacts, []);
}

fn pages_follow_each_other_without_a_gap(world: &World) {
    let company = world.company();
    for n in 0..7 {
        company.text(CUSTOMER, &format!("numéro {n}"));
    }
    let mut query = SearchQuery {
        q: "numero".to_owned(),
        limit: Some(3),
        ..Default::default()
    };
    let mut all = Vec::new();
    loop {
        let page = search_where(&company.agent, &query);
        all.extend(texts(&page));
        match page.next_cursor {
            Some(cursor) => query.cursor = Some(cursor),
            None => break,
        }
        assert!(all.len() <= 7);
    }
    let expected: Vec<_> = (0..7).rev().map(|n| format!("numéro {n}")).collect();
    assert_eq!(all, expected);
    let wrong = company.agent.get("/api/search?q=x&cursor=abc");
    assert_eq!(wrong.refused(), ProblemCode::InvalidCursor);
}

fn what_was_deleted_is_not_found_and_what_came_after_it_is(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "premier secret");
    assert_eq!(found(&company.agent, "secret").len(), 1);
    let id = company.agent.conversations()[0].id.clone();
    company.admin.call::<DeleteConversation>(&id, &Nothing {});
    assert_eq!(found(&company.agent, "secret").len(), 0);
    company.text(CUSTOMER, "second secret");
    assert_eq!(found(&company.agent, "secret"), ["second secret"]);
}

fn a_thread_opens_around_a_message_and_goes_on_both_ways(world: &World) {
    let company = world.company();
    for n in 0..9 {
        company.text(CUSTOMER, &format!("ligne {n}"));
    }
    let hit = search(&company.agent, "\"ligne 4\"").messages.remove(0);
    let page = |query: PageQuery| {
        let query = PageQuery {
            limit: Some(4),
            ..query
        };
        let page = company.agent.read::<ListMessages>(&hit.conversation_id, &query);
        let lines = page
            .items
            .iter()
            .map(|message| message.content.replace("ligne ", ""));
        (lines.collect::<String>(), page)
    };
    let (lines, middle) = page(PageQuery {
        around: Some(hit.id.clone()),
        ..Default::default()
    });
    assert_eq!(lines, "6543");
    let (lines, newer) = page(PageQuery {
        newer: middle.newer_cursor,
        ..Default::default()
    });
    assert_eq!(lines, "87");
    assert_eq!((newer.newer_cursor, newer.next_cursor), (None, None));
    let (lines, older) = page(PageQuery {
        cursor: middle.next_cursor,
        ..Default::default()
    });
    assert_eq!(lines, "210");
    assert_eq!((older.newer_cursor, older.next_cursor), (None, None));
    // Another company's message is nobody's.
    let other = world.company();
    let around = PageQuery {
        around: Some(hit.id),
        ..Default::default()
    };
    let answer = other
        .agent
        .ask::<ListMessages>(&hit.conversation_id, &around, &Nothing {});
    assert_eq!(answer.refused(), ProblemCode::NotFound);
}

fn a_company_finds_its_own_messages_only(world: &World) {
    let (company, other) = (world.company(), world.company());
    company.text(CUSTOMER, "secret");
    assert_eq!(found(&company.agent, "secret").len(), 1);
    assert_eq!(
        search(&other.admin, "secret"),
        SearchResults {
            complete: true,
            ..Default::default()
        }
    );
    assert_eq!(search(&other.admin, "0612345678").contacts, []);
    assert_eq!(search(&other.admin, &company.id.as_str()[18..]).messages, []);
}

fn a_company_finds_its_own_contacts_only(world: &World) {
    let (company, other) = (world.company(), world.company());
    for one in [&company, &other] {
        let new = json!({ "name": format!("Martin de {}", one.id), "numbers": [CUSTOMER] });
        assert_eq!(one.agent.post("/api/contacts", &new).status, 201);
    }
    let names = |one: &Company, q: &str| {
        let contacts = search(&one.agent, q).contacts.into_iter();
        contacts.map(|contact| contact.name.unwrap()).collect::<Vec<_>>()
    };
    for q in ["martin", "0612345678", "mar 612"] {
        assert_eq!(names(&company, q).len(), 1, "{q}");
        assert!(names(&company, q)[0].ends_with(company.id.as_str()), "{q}");
    }
    // What marks a company's rows in the index is no text of theirs.
    let new = json!({ "name": "Paul", "numbers": ["+33698765432"] });
    assert_eq!(company.agent.post("/api/contacts", &new).status, 201);
    let end = &company.id.as_str()[company.id.as_str().len() - 3..];
    assert!(!names(&company, end).contains(&"Paul".to_owned()));
}

fn whatever_is_typed_is_no_syntax(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "AND OR NOT NEAR");
    for q in [
        "\"",
        "*",
        "AND",
        "a AND",
        "words:x",
        "(",
        "NEAR(a b)",
        "-x",
        "^x",
        "'",
        "é́",
        "👍",
        "%",
        "\u{0}",
    ] {
        search(&company.agent, q);
    }
    assert_eq!(found(&company.agent, "and not").len(), 1);
}

#[test]
fn the_index_is_caught_up_by_the_sweep_and_by_the_search() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let unindexed = || {
        let rows = site
            .database
            .read("SELECT count(*) AS n FROM messages WHERE rowid > (SELECT indexed_to FROM search_cursor)");
        rows[0]["n"].as_i64().unwrap()
    };
    company.text(CUSTOMER, "un");
    company.text(CUSTOMER, "deux");
    // A webhook writes nothing into it.
    assert_eq!(unindexed(), 2);
    world.site.sweep();
    assert_eq!(unindexed(), 0);
    company.text(CUSTOMER, "trois");
    assert_eq!(found(&company.agent, "trois").len(), 1);
    assert_eq!(unindexed(), 0);
}

#[test]
fn an_index_that_lags_behind_says_so_and_comes_up() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    company.text(CUSTOMER, "modèle");
    let copy = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
      INSERT INTO messages (id, company_id, conversation_id, channel, from_client, sender, recipient, body, status, status_rank, created_at)
      SELECT printf('%026d', i), company_id, conversation_id, channel, 1, sender, recipient, 'copie ' || i, status, status_rank, created_at
      FROM messages, n";
    pollster::block_on(site.app.database.query(Statement::new(copy))).unwrap();
    let query = SearchQuery {
        q: "copie".to_owned(),
        ..Default::default()
    };
    let first = company.agent.read::<Search>(&(), &query);
    assert!(!first.complete);
    assert_eq!(first.messages.len(), 30);
    world.site.sweep();
    let later = company.agent.read::<Search>(&(), &query);
    assert!(later.complete);
    assert_eq!(texts(&later)[0], "copie 1200");
}

#[test]
fn an_index_that_is_cut_short_neither_loses_nor_doubles_a_message() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    company.text(CUSTOMER, "important");
    for fate in [FailsBefore, FailsAfter] {
        // Who is it, what is new, then the index.
        site.database.will(&[Works, Works, fate]);
        let answer = company.agent.get("/api/search?q=important");
        site.database.will(&[]);
        assert_eq!(answer.refused(), ProblemCode::StorageUnavailable);
        assert_eq!(found(&company.agent, "important").len(), 1);
        company.text(CUSTOMER, "autre");
    }
    site.pass(Duration::from_secs(60));
    assert_eq!(found(&company.agent, "important").len(), 1);
}

#[test]
fn no_search_reads_a_whole_table_or_sorts() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    company.text(CUSTOMER, "bonjour martin");
    site.database.take_calls();
    for query in [
        "q=martin",
        "q=0612&cursor=12",
        "q=mar&channel=sms&direction=inbound",
        "q=m&unread=true&status=to_reply&assigned=none&since=2020-01-01T00:00:00Z",
    ] {
        assert_eq!(company.agent.get(&format!("/api/search?{query}")).status, 200);
    }
    let calls: Vec<_> = site.database.take_calls().into_iter().flatten().collect();
    assert!(calls.len() > 12);
    for statement in calls {
        for step in site.database.explain(&statement) {
            // The few numbers of one contact; what came with the statement; a page's hits; one row; the index itself, from its end.
            let small = [
                "SCAN s VIRTUAL",
                "SCAN message_search VIRTUAL",
                "SCAN j VIRTUAL",
                "SCAN s",
                "SCAN hits",
                "SCAN (subquery-3)",
                "SCAN CONSTANT",
            ];
            assert!(
                !step.starts_with("SCAN") || small.iter().any(|name| step.starts_with(name)),
                "{step} in {}",
                statement.sql
            );
            let of_one_contact =
                statement.sql.contains("contact_search") || statement.sql.contains("contacts_of_company");
            assert!(
                of_one_contact || !step.contains("TEMP B-TREE"),
                "{step} in {}",
                statement.sql
            );
        }
    }
}
