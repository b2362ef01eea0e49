//! workerd is down while customers write: what Twilio could not bring is fetched afterwards, once.

use std::sync::Arc;
use std::time::Duration;

use contract::inbox::MessageView;
use contract::media::MediaState;
use contract::sync::{Sync, SyncReport, SyncRequest};
use domain::ConversationStatus;
use serde_json::json;
use simulator::Outcome;
use simulator::customers::{CustomerMedia, CustomerMessage};

use crate::world::files::png;
use crate::world::workerd::{News, Workerd};
use crate::world::{Company, Request, Site, World, shared_workerd};

const CUSTOMER: &str = "+33612345678";
const OTHER: &str = "+33698765432";

/// Twilio knocks at a closed door until it gives up.
fn deliver_in_vain(world: &World, workerd: &Workerd) -> usize {
    let (mut attempts, mut waited) = (0, 0);
    while world.twilio().next_due().is_some() {
        let due = world.twilio().due(world.site.now());
        for delivery in due {
            let mut request = Request::new("POST", delivery.url.strip_prefix(workerd.url()).unwrap());
            request.body = delivery.body.into_bytes();
            assert!(workerd.try_send(workerd.url(), request).is_err(), "it is down");
            attempts += 1;
            let now = world.site.now();
            world
                .twilio()
                .delivered(delivery.id, now, &Outcome::ConnectFailed);
        }
        assert!(world.site.wait_a_little(&mut waited), "Twilio does not give up");
    }
    attempts
}

fn sync(company: &Company) -> (u32, u32, u32) {
    let report: SyncReport = company.agent.call::<Sync>(&(), &SyncRequest::default());
    assert_eq!(report.next, None);
    (report.received, report.sent, report.updated)
}

#[test]
fn what_came_while_the_app_was_stopped_is_fetched_once() {
    let (workerd, news) = shared_workerd::start();
    let workerd = Arc::new(workerd);
    let world = World::new(
        Arc::clone(&workerd) as Arc<dyn Site>,
        shared_workerd::new_twilio(),
    );
    let company = world.company();
    world.connect_whatsapp(&company);
    company.text(CUSTOMER, "avant");
    assert_eq!(sync(&company), (0, 0, 0));

    workerd.command(json!({ "halt": true }));
    let whatsapp = format!("whatsapp:{}", company.number);
    let plan = CustomerMedia {
        content_type: "image/png".to_owned(),
        bytes: png(),
    };
    for message in [
        CustomerMessage::text(CUSTOMER, &company.number, "pendant"),
        CustomerMessage {
            media: vec![plan],
            ..CustomerMessage::text(OTHER, &company.number, "le plan")
        },
        CustomerMessage::text(&format!("whatsapp:{OTHER}"), &whatsapp, "sur WhatsApp"),
        CustomerMessage::text("+33611223344", &company.number, "STOP"),
    ] {
        let now = world.site.now();
        world.twilio().receive_from_customer(now, message).unwrap();
    }
    assert!(deliver_in_vain(&world, &workerd) >= 4);

    workerd.command(json!({ "start": true }));
    assert!(matches!(
        news.recv_timeout(Duration::from_secs(30)),
        Ok(News::Ready { .. })
    ));
    let texts = || -> Vec<(String, &str)> {
        let all = company.agent.all_messages().into_iter();
        let mut texts: Vec<_> = all
            .filter(|message| message.is_from_client)
            .map(|message| (message.content, message.channel.as_str()))
            .collect();
        texts.sort();
        texts
    };
    assert_eq!(texts(), [("avant".to_owned(), "sms")]);
    // Twilio's own answer to STOP is news, too.
    assert_eq!(sync(&company), (4, 1, 0));
    let expected = [
        ("STOP".to_owned(), "sms"),
        ("avant".to_owned(), "sms"),
        ("le plan".to_owned(), "mms"),
        ("pendant".to_owned(), "sms"),
        ("sur WhatsApp".to_owned(), "whatsapp"),
    ];
    assert_eq!(texts(), expected);
    let plan: MessageView = world.until("the picture is copied", || {
        let messages = company.agent.all_messages().into_iter();
        let mut here = messages.filter(|one| one.media.iter().any(|file| file.state == MediaState::Here));
        here.next()
    });
    assert!(
        company
            .agent
            .get(&format!("/api/media/{}", plan.media[0].id))
            .body
            == png()
    );
    let conversations = company.agent.conversations();
    assert_eq!(conversations.len(), 4);
    let stopped = conversations.iter().find(|one| one.contact.opted_out).unwrap();
    assert_eq!(stopped.contact.address.to_string(), "+33611223344");
    let first = conversations
        .iter()
        .find(|one| one.contact.address.to_string() == CUSTOMER)
        .unwrap();
    assert_eq!((first.unread_count, first.status), (2, ConversationStatus::New));

    // Again, by the button and by a webhook that comes after all.
    assert_eq!(sync(&company), (0, 0, 0));
    let late = company.agent.all_messages().into_iter();
    let late = late
        .filter(|message| message.content == "pendant")
        .collect::<Vec<_>>();
    let mut form = company.inbound(CUSTOMER, "pendant");
    for name in ["MessageSid", "SmsSid", "SmsMessageSid"] {
        form.set(name, late[0].external_id.as_deref().unwrap());
    }
    assert_eq!(company.deliver("/handle_sms", &form).status, 200);
    assert_eq!(texts(), expected);
}
