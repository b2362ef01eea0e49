//! The company sends pictures and files.

use std::time::Duration;

use contract::inbox::{DeleteConversation, MessageView, NewReply, Reply, ResendMessage};
use contract::integrations::TestIntegration;
use contract::media::MediaState;
use contract::older::{LogRecord, ShapeA};
use contract::own_data::{ChangeRetention, Retention, SHORTEST_DAYS};
use contract::{Nothing, ProblemCode};
use domain::ids::MediaId;
use domain::{Channel, DeliveryStatus, PhoneNumber};
use serde_json::json;
use server::native::Break;
use simulator::Misbehaviour;
use simulator::customers::PhoneMessage;
use simulator::simulation::NewNumber;

use crate::world::faulty::Fate;
use crate::world::files::{Field, file, jpeg, multipart, pdf, png};
use crate::world::{Answer, Caller, Company, InProcess, World, scenarios};

scenarios! {
    a_form_with_files_reaches_the_customer,
    uploaded_files_go_with_a_reply_in_their_order,
    a_form_may_be_large_and_its_text_comes_in_any_place,
    what_no_channel_carries_is_refused_before_twilio_hears_of_it,
    who_sends_a_file_that_nobody_wants_hears_so,
    a_form_that_is_none_is_refused,
    a_number_without_mms_offers_a_link_in_an_sms,
    the_same_key_sends_the_files_once,
    an_uploaded_file_is_sent_once_and_by_its_company,
    a_reply_with_uploads_that_comes_again_gets_its_first_answer,
    an_address_of_the_callers_is_passed_on,
    a_whatsapp_message_carries_one_file,
    a_signed_address_is_good_for_its_own_file_only,
}

const CUSTOMER: &str = "+33612345678";

/// What the customer's telephone shows of the company's messages, oldest first.
fn received(world: &World) -> Vec<PhoneMessage> {
    let customer = PhoneNumber::from_e164(CUSTOMER).unwrap();
    let all = world.twilio().phone(&customer);
    all.into_iter().filter(|message| !message.mine).collect()
}

fn bytes_of(world: &World, message: &PhoneMessage) -> Vec<Vec<u8>> {
    let twilio = world.twilio();
    let files = message.media.iter();
    files
        .map(|file| twilio.medium(&file.sid).unwrap().bytes.clone())
        .collect()
}

fn to_customer<'a>(files: impl IntoIterator<Item = Field<'a>>) -> Vec<Field<'a>> {
    let mut fields = vec![Field::Text("to", CUSTOMER)];
    fields.extend(files);
    fields
}

fn send_mms(caller: &Caller, fields: &[Field<'_>]) -> Answer {
    caller.send(multipart("/api/send-mms", fields))
}

fn a_form_with_files_reaches_the_customer(world: &World) {
    let company = world.company();
    let (photo, plan) = (jpeg(200_000), png());
    let answer = send_mms(
        &company.agent,
        &[
            Field::Text("to", "06 12 34 56 78"),
            Field::Text("body", "Voilà l’été"),
            file("Photo de l’été.jpg", "image/jpeg", &photo),
            // Its type is found out.
            file("plan", "application/octet-stream", &plan),
        ],
    );
    assert_eq!(answer.status, 201, "{}", answer.text());
    let record: LogRecord = answer.json();
    assert_eq!(record.media.len(), 2);
    assert_eq!(record.media_type.as_deref(), Some("image/jpeg"));
    assert_eq!(record.file_name.as_deref(), Some("Photo de l’été.jpg"));
    assert_eq!(record.media[1].content_type, "image/png");
    assert_eq!(record.media_url.as_ref(), Some(&record.media[0].url));
    let path = record.media[0].url.strip_prefix(world.site.url()).unwrap();
    assert!(company.agent.get(path).body == photo);

    world.settle();
    let [message] = &received(world)[..] else {
        panic!("one message")
    };
    assert_eq!(message.body, "Voilà l’été");
    assert!(bytes_of(world, message) == [photo, plan]);
    let [ours] = &company.agent.all_messages()[..] else {
        panic!("one message")
    };
    assert_eq!(
        (ours.channel, ours.status),
        (Channel::Mms, DeliveryStatus::Delivered)
    );
    assert!(ours.external_id.as_deref().unwrap().starts_with("MM"));
    let last = company.agent.conversations()[0].last_message.clone().unwrap();
    assert_eq!(last.media_count, 2);
}

fn uploaded_files_go_with_a_reply_in_their_order(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "Envoyez-moi les photos");
    let id = company.agent.conversations()[0].id.clone();
    let files: Vec<Vec<u8>> = (1..=10).map(|n| jpeg(1000 * n)).collect();
    let media: Vec<MediaId> = files
        .iter()
        .map(|bytes| company.agent.upload("p.jpg", "image/jpeg", bytes).id)
        .collect();
    let reply = NewReply {
        media: media.clone(),
        ..NewReply::default()
    };
    let message = company.agent.call::<Reply>(&id, &reply);
    let ids: Vec<_> = message.media.iter().map(|file| file.id.clone()).collect();
    assert_eq!(ids, media);
    assert!(message.media.iter().all(|file| file.state == MediaState::Here));
    world.settle();
    let sent = received(world).pop().unwrap();
    assert_eq!(sent.body, "");
    assert!(bytes_of(world, &sent) == files);
}

fn a_form_may_be_large_and_its_text_comes_in_any_place(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "bonjour");
    let photos = [jpeg(2_400_000), jpeg(2_500_000)];
    let answer = send_mms(
        &company.agent,
        &[
            file("a.jpg", "image/jpeg", &photos[0]),
            file("b.jpg", "image/jpeg", &photos[1]),
            Field::Text("message", "après"),
            Field::Text("phone_number", CUSTOMER),
        ],
    );
    assert_eq!(answer.status, 201, "{}", answer.text());
    world.settle();
    let sent = received(world).pop().unwrap();
    assert_eq!(sent.body, "après");
    assert!(bytes_of(world, &sent) == photos);
}

/// The connection does not break under somebody who is still sending, and carries the next request.
fn who_sends_a_file_that_nobody_wants_hears_so(world: &World) {
    let company = world.company();
    let (large, too_large) = (pdf(12_000_000), pdf(20_000_000));
    for _ in 0..2 {
        let refused = world.stranger().try_upload("a.pdf", "application/pdf", &large);
        assert_eq!(refused.refused(), ProblemCode::NotSignedIn);
        let refused = company.agent.try_upload("a.pdf", "application/pdf", &too_large);
        assert_eq!(refused.refused(), ProblemCode::MediaTooLarge);
    }
    company.agent.upload("a.pdf", "application/pdf", &pdf(1000));
}

fn what_no_channel_carries_is_refused_before_twilio_hears_of_it(world: &World) {
    let company = world.company();
    let agent = &company.agent;
    let photo = jpeg(1000);
    let (large, paper) = (jpeg(2_600_000), pdf(500_001));
    let too_large = jpeg(16_000_001);
    let many: Vec<_> = (0..11).map(|_| file("p.jpg", "image/jpeg", &photo)).collect();
    for (fields, code) in [
        (to_customer([]), ProblemCode::MissingField),
        (to_customer(many), ProblemCode::TooManyMedia),
        (
            to_customer([
                file("a.jpg", "image/jpeg", &large),
                file("b.jpg", "image/jpeg", &large),
            ]),
            ProblemCode::MediaTooLarge,
        ),
        (
            to_customer([file("devis.pdf", "application/pdf", &paper)]),
            ProblemCode::MediaTooLarge,
        ),
        (
            to_customer([file("a.jpg", "image/jpeg", &too_large)]),
            ProblemCode::MediaTooLarge,
        ),
        (
            to_customer([file("a.jpg", "image/jpeg", b"")]),
            ProblemCode::EmptyMedia,
        ),
        (
            to_customer([file("a.jpg", "image/jpeg", b"<html><script>")]),
            ProblemCode::MediaTypeNotAccepted,
        ),
        (
            to_customer([file("a.exe", "image/jpeg", b"MZ\0\x01")]),
            ProblemCode::MediaTypeNotAccepted,
        ),
        (
            vec![file("a.jpg", "image/jpeg", &photo)],
            ProblemCode::MissingField,
        ),
        (
            vec![Field::Text("to", "12"), file("a.jpg", "image/jpeg", &photo)],
            ProblemCode::InvalidPhoneNumber,
        ),
        (
            to_customer([
                Field::Text("from", "+33699999999"),
                file("a.jpg", "image/jpeg", &photo),
            ]),
            ProblemCode::SenderNotOwned,
        ),
    ] {
        let answer = send_mms(agent, &fields);
        assert_eq!(answer.refused(), code, "{}", answer.text());
    }
    world.settle();
    assert_eq!(world.messages_at_twilio(&company), Vec::<String>::new());
    company.text(CUSTOMER, "STOP");
    let refused = send_mms(agent, &to_customer([file("a.jpg", "image/jpeg", &photo)]));
    assert_eq!(refused.refused(), ProblemCode::OptedOut);
    assert_eq!(
        agent.try_upload("a.jpg", "image/jpeg", &too_large).refused(),
        ProblemCode::MediaTooLarge
    );
    assert_eq!(
        agent.try_upload("a", "image/jpeg", b"").refused(),
        ProblemCode::EmptyMedia
    );
    assert!(
        company
            .agent
            .all_messages()
            .iter()
            .all(|message| message.is_from_client)
    );
}

fn a_form_that_is_none_is_refused(world: &World) {
    let company = world.company();
    let mut torn = multipart(
        "/api/send-mms",
        &to_customer([file("a.jpg", "image/jpeg", &jpeg(9000))]),
    );
    torn.body.truncate(5000);
    assert_eq!(company.agent.send(torn).refused(), ProblemCode::MalformedRequest);
    let json = company.agent.post("/api/send-mms", &json!({ "to": CUSTOMER }));
    assert_eq!(json.refused(), ProblemCode::WrongContentType);
    // An upload that is refused early is read to its end: the connection stays good.
    for _ in 0..2 {
        let form = multipart(
            "/api/send-mms",
            &to_customer([file("a.jpg", "image/jpeg", &jpeg(3_000_000))]),
        );
        assert_eq!(world.stranger().send(form).refused(), ProblemCode::NotSignedIn);
    }
}

fn without_mms(world: &World, company: &Company) {
    let new = NewNumber {
        sms: true,
        mms: false,
        voice: true,
        sms_url: Some(format!("{}/handle_sms", world.site.url())),
        ..NewNumber::default()
    };
    let number = PhoneNumber::from_e164(&company.number).unwrap();
    let now = world.site.now();
    world.twilio().put_number(now, &company.account_sid, number, new);
    company
        .admin
        .call::<TestIntegration>(&company.integration.id, &Nothing {});
}

fn a_number_without_mms_offers_a_link_in_an_sms(world: &World) {
    let company = world.company();
    without_mms(world, &company);
    let paper = pdf(900_000);
    let files = || to_customer([Field::Text("body", "Votre devis"), file("Devis.pdf", "", &paper)]);
    let refused = send_mms(&company.agent, &files()).problem();
    assert_eq!(refused.code, ProblemCode::NumberCannotSendMms);
    assert!(refused.error.contains("as_link"));

    let mut fields = files();
    fields.push(Field::Text("as_link", "true"));
    let answer = send_mms(&company.agent, &fields);
    assert_eq!(answer.status, 201, "{}", answer.text());
    world.settle();
    let sent = received(world).pop().unwrap();
    assert!(sent.media.is_empty());
    let (text, link) = sent.body.split_once('\n').unwrap();
    assert_eq!(text, "Votre devis");
    let path = link.strip_prefix(world.site.url()).unwrap();
    assert!(
        path.starts_with("/media/") && path.ends_with("/Devis.pdf"),
        "{path}"
    );
    let opened = world.stranger().get(path);
    assert!(opened.status == 200 && opened.body == paper);
    let ours = company.agent.all_messages().pop().unwrap();
    assert_eq!((ours.channel, ours.media.len()), (Channel::Sms, 1));

    // The same from the thread.
    let id = company.agent.conversations()[0].id.clone();
    let upload = company.agent.upload("Devis.pdf", "application/pdf", &paper);
    let reply = |as_link| NewReply {
        content: "Le voici".to_owned(),
        media: vec![upload.id.clone()],
        as_link,
        ..NewReply::default()
    };
    assert_eq!(
        company.agent.refused::<Reply>(&id, &reply(false)),
        ProblemCode::NumberCannotSendMms
    );
    let message = company.agent.call::<Reply>(&id, &reply(true));
    assert!(
        message.content.starts_with("Le voici\nhttp"),
        "{}",
        message.content
    );
}

fn the_same_key_sends_the_files_once(world: &World) {
    let company = world.company();
    let (one, other) = (jpeg(5000), jpeg(5001));
    let send = |bytes: &[u8]| {
        let form = multipart(
            "/api/send-mms",
            &to_customer([file("a.jpg", "image/jpeg", bytes)]),
        );
        company.agent.send(form.header("idempotency-key", "k"))
    };
    let first: LogRecord = send(&one).ok();
    let again: LogRecord = send(&one).ok();
    assert_eq!(first.message_id, again.message_id);
    assert_eq!(send(&other).refused(), ProblemCode::IdempotencyKeyReused);
    world.settle();
    assert_eq!(received(world).len(), 1);
}

fn a_reply_with_uploads_that_comes_again_gets_its_first_answer(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "bonjour");
    let id = company.agent.conversations()[0].id.clone();
    let upload = |bytes: &[u8]| company.agent.upload("a.jpg", "image/jpeg", bytes).id;
    let (one, other) = (upload(&jpeg(1000)), upload(&jpeg(2000)));
    let send = |media: &MediaId, as_link: bool| {
        let reply = json!({ "content": "voilà", "media": [media], "as_link": as_link });
        company
            .agent
            .saying("idempotency-key", if as_link { "link" } else { "file" })
            .post(&format!("/inbox/conversations/{id}/messages"), &reply)
    };
    let first: MessageView = send(&one, false).ok();
    let again: MessageView = send(&one, false).ok();
    assert_eq!((first.id, first.media.len()), (again.id, again.media.len()));
    assert_eq!(send(&other, false).refused(), ProblemCode::IdempotencyKeyReused);
    let first: MessageView = send(&other, true).ok();
    let again: MessageView = send(&other, true).ok();
    assert_eq!(first.id, again.id);
    world.settle();
    assert_eq!(received(world).len(), 2);
}

fn an_uploaded_file_is_sent_once_and_by_its_company(world: &World) {
    let (company, other) = (world.company(), world.company());
    company.text(CUSTOMER, "bonjour");
    other.text(CUSTOMER, "bonjour");
    let upload = company.agent.upload("a.jpg", "image/jpeg", &jpeg(1000));
    let reply = NewReply {
        media: vec![upload.id.clone()],
        ..NewReply::default()
    };
    let of = |company: &Company| company.agent.conversations()[0].id.clone();
    assert_eq!(
        other.agent.refused::<Reply>(&of(&other), &reply),
        ProblemCode::UnknownUpload
    );
    let twice = NewReply {
        media: vec![upload.id.clone(), upload.id],
        ..NewReply::default()
    };
    assert_eq!(
        company.agent.refused::<Reply>(&of(&company), &twice),
        ProblemCode::UnknownUpload
    );
    company.agent.call::<Reply>(&of(&company), &reply);
    assert_eq!(
        company.agent.refused::<Reply>(&of(&company), &reply),
        ProblemCode::UnknownUpload
    );
    let nothing = NewReply::default();
    assert_eq!(
        company.agent.refused::<Reply>(&of(&company), &nothing),
        ProblemCode::EmptyMessage
    );
}

fn an_address_of_the_callers_is_passed_on(world: &World) {
    let company = world.company();
    let url = "https://cdn.example.com/catalogue/été%20.jpg".replace('é', "e");
    let send = |body: serde_json::Value| company.agent.post("/twilio/send-mms", &body);
    let answer = send(json!({ "phone_number": CUSTOMER, "message": "Regardez", "media_url": url }));
    assert_eq!(answer.status, 201, "{}", answer.text());
    let shape: ShapeA = answer.json();
    assert_eq!(shape.channel, Channel::Mms);
    world.settle();
    assert_eq!(received(world).pop().unwrap().media.len(), 1);
    let ours = company.agent.all_messages().pop().unwrap();
    let [file] = &ours.media[..] else {
        panic!("one file")
    };
    assert_eq!(
        (file.state, file.url.as_deref()),
        (MediaState::Elsewhere, Some(url.as_str()))
    );
    assert_eq!(
        company.agent.get(&format!("/api/media/{}", file.id)).refused(),
        ProblemCode::MediaNotHere
    );
    for (url, code) in [
        ("http://cdn.example.com/a.jpg", ProblemCode::InvalidMediaUrl),
        ("https://", ProblemCode::InvalidMediaUrl),
        ("https://user@cdn.example.com/a.jpg", ProblemCode::InvalidMediaUrl),
        ("javascript:alert(1)", ProblemCode::InvalidMediaUrl),
        ("", ProblemCode::MissingField),
    ] {
        let answer = send(json!({ "phone_number": CUSTOMER, "media_url": url }));
        assert_eq!(answer.refused(), code, "{url}");
    }
    let sms = company.agent.post(
        "/twilio/send-sms",
        &json!({ "phone_number": CUSTOMER, "message": "x", "media_url": url }),
    );
    assert_eq!(sms.refused(), ProblemCode::ChannelNotAvailable);
}

fn a_whatsapp_message_carries_one_file(world: &World) {
    let company = world.company();
    // The customer has written, so that the window of 24 hours is open.
    let mut form = company.inbound(&format!("whatsapp:{CUSTOMER}"), "bonjour");
    form.set("To", &format!("whatsapp:{}", company.number));
    company.deliver("/handle_sms", &form);
    let id = company.agent.conversations()[0].id.clone();
    let upload = |n| company.agent.upload("a.jpg", "image/jpeg", &jpeg(n)).id;
    let two = NewReply {
        media: vec![upload(10), upload(11)],
        ..NewReply::default()
    };
    assert_eq!(
        company.agent.refused::<Reply>(&id, &two),
        ProblemCode::TooManyMedia
    );
    // What an MMS would not carry.
    let film = [&b"\0\0\0\x18ftypisom"[..], &jpeg(8_000_000)].concat();
    let upload = company.agent.upload("film.mp4", "video/mp4", &film);
    assert_eq!(
        (upload.content_type.as_str(), upload.size),
        ("video/mp4", 8_000_012)
    );
    let one = NewReply {
        media: vec![upload.id.clone()],
        ..NewReply::default()
    };
    let answer = company.agent.ask::<Reply>(&id, &Nothing {}, &one);
    // The simulated account has no WhatsApp sender: Twilio refuses, we did not.
    assert_eq!(answer.refused(), ProblemCode::TwilioRefused);
    // Larger than a part of the bucket's: every part is in its place.
    let kept = company.agent.get(&format!("/api/media/{}", upload.id));
    assert!(kept.status == 200 && kept.body == film);
    let answer = company.agent.post(
        "/twilio/send-whatsapp",
        &json!({ "phone_number": CUSTOMER, "message": "x", "media_url": "https://cdn.example.com/a.jpg" }),
    );
    assert_eq!(answer.refused(), ProblemCode::TwilioRefused);
    let last = company.agent.all_messages().pop().unwrap();
    assert_eq!((last.channel, last.media.len()), (Channel::Whatsapp, 1));
    assert_eq!(last.to.to_string(), format!("whatsapp:{CUSTOMER}"));
}

fn a_signed_address_is_good_for_its_own_file_only(world: &World) {
    let company = world.company();
    without_mms(world, &company);
    let link = |bytes: &[u8]| {
        let fields = to_customer([file("a.jpg", "image/jpeg", bytes), Field::Text("as_link", "1")]);
        let record: LogRecord = send_mms(&company.agent, &fields).ok();
        record.body.strip_prefix(world.site.url()).unwrap().to_owned()
    };
    let (first, second) = (link(&jpeg(1000)), link(&jpeg(1001)));
    let stranger = world.stranger();
    assert_eq!(stranger.get(&first).status, 200);
    let parts: Vec<&str> = first.split('/').collect();
    let [_, _, id, proof, name] = parts[..] else {
        panic!("{first}")
    };
    let others_id = second.split('/').nth(2).unwrap();
    let (expiry, signature) = proof.split_once('.').unwrap();
    let later: i64 = expiry.parse::<i64>().unwrap() + 1;
    for forged in [
        format!("/media/{others_id}/{proof}/{name}"),
        format!("/media/{id}/{later}.{signature}/{name}"),
        format!("/media/{id}/{expiry}./{name}"),
        format!("/media/{id}/{proof}"),
        format!("/media/{id}/{proof}/{name}/x"),
        "/media/x".to_owned(),
    ] {
        assert_eq!(stranger.get(&forged).refused(), ProblemCode::NotFound, "{forged}");
    }
}

#[test]
fn a_signed_address_expires() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    without_mms(&world, &company);
    let photo = jpeg(1000);
    let fields = to_customer([file("a.jpg", "image/jpeg", &photo), Field::Text("as_link", "1")]);
    let record: LogRecord = send_mms(&company.agent, &fields).ok();
    let link = record.body.strip_prefix(world.site.url()).unwrap();
    let days = |n: u64| Duration::from_secs(n * 24 * 3600);
    site.pass(days(29));
    assert_eq!(world.stranger().get(link).status, 200);
    site.pass(days(2));
    assert_eq!(world.stranger().get(link).refused(), ProblemCode::NotFound);
}

fn of_message(message: &MessageView) -> Vec<Option<i64>> {
    message.media.iter().map(|file| file.size).collect()
}

#[test]
fn files_whose_outcome_is_unknown_are_reconciled_and_not_sent_twice() {
    for (fate, body) in [
        (Fate::FailsBefore, ""),
        (Fate::FailsAfter, ""),
        (Fate::FailsBefore, "avec un mot"),
        (Fate::FailsAfter, "avec un mot"),
    ] {
        let site = InProcess::start();
        let world = site.world();
        let company = world.company();
        let others = [jpeg(10), jpeg(11)];
        // Another one with files alone, which is not the one in doubt.
        let before = to_customer([
            file("z.jpg", "image/jpeg", &others[0]),
            file("y.jpg", "image/jpeg", &others[1]),
        ]);
        send_mms(&company.agent, &before).ok::<LogRecord>();
        world.settle();
        site.twilio_port.will(&[fate]);
        let photo = jpeg(4000);
        let fields = to_customer([Field::Text("body", body), file("a.jpg", "image/jpeg", &photo)]);
        send_mms(&company.agent, &fields).ok::<LogRecord>();
        for _ in 0..10 {
            site.pass(Duration::from_secs(60));
            world.site.sweep();
            world.settle();
        }
        let received = received(&world);
        assert_eq!(received.len(), 2, "{fate:?} {body:?}");
        assert!(bytes_of(&world, &received[1]) == [photo], "{fate:?} {body:?}");
        let last = company.agent.all_messages().pop().unwrap();
        assert_eq!(last.status, DeliveryStatus::Delivered, "{fate:?} {body:?}");
    }
}

#[test]
fn wherever_storage_fails_nothing_is_sent_twice_and_no_byte_is_left() {
    let photo = jpeg(4000);
    let send = |company: &Company| {
        let fields = to_customer([file("a.jpg", "image/jpeg", &photo)]);
        let form = multipart("/api/send-mms", &fields).header("idempotency-key", "k");
        company.agent.send(form)
    };
    let steps = {
        let site = InProcess::start();
        let company = site.world().company();
        site.database.take_calls();
        send(&company);
        site.database.take_calls().len()
    };
    assert!(steps >= 6, "only {steps} round trips");
    for step in 0..steps {
        for fate in [Fate::FailsBefore, Fate::FailsAfter] {
            let site = InProcess::start();
            let world = site.world();
            let company = world.company();
            let mut fates = vec![Fate::Works; step];
            fates.push(fate);
            site.database.will(&fates);
            let first = send(&company);
            assert!(matches!(first.status, 201 | 503), "step {step}: {}", first.text());
            let second = send(&company);
            assert_eq!(second.status, 201, "step {step}, {fate:?}: {}", second.text());
            for _ in 0..30 {
                site.pass(Duration::from_secs(3600));
                world.site.sweep();
                world.settle();
            }
            assert_eq!(received(&world).len(), 1, "step {step}, {fate:?}");
            assert_eq!(site.blobs.keys().len(), 1, "step {step}, {fate:?}");
        }
    }
}

#[test]
fn a_bucket_that_fails_sends_nothing() {
    for how in [Break::BeforeTheWrite, Break::AfterTheWrite] {
        let site = InProcess::start();
        let world = site.world();
        let company = world.company();
        site.blobs.break_next(how);
        let photo = jpeg(4000);
        let fields = to_customer([file("a.jpg", "image/jpeg", &photo)]);
        assert_eq!(
            send_mms(&company.agent, &fields).refused(),
            ProblemCode::StorageUnavailable
        );
        assert!(company.agent.all_messages().is_empty());
        site.pass(Duration::from_secs(26 * 3600));
        world.site.sweep();
        assert_eq!(site.blobs.keys(), Vec::<String>::new(), "{how:?}");
    }
}

#[test]
fn an_upload_that_nobody_sends_is_forgotten_after_a_day() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    company.text(CUSTOMER, "bonjour");
    let upload = company.agent.upload("a.jpg", "image/jpeg", &jpeg(1000));
    site.pass(Duration::from_secs(24 * 3600 + 60));
    let id = company.agent.conversations()[0].id.clone();
    let reply = NewReply {
        media: vec![upload.id],
        ..NewReply::default()
    };
    assert_eq!(
        company.agent.refused::<Reply>(&id, &reply),
        ProblemCode::UnknownUpload
    );
    world.site.sweep();
    assert_eq!(site.blobs.keys().len(), 1, "somebody may be taking it");
    site.pass(Duration::from_secs(3600));
    world.site.sweep();
    assert_eq!(site.blobs.keys(), Vec::<String>::new());
}

#[test]
fn a_message_whose_files_are_no_longer_kept_is_not_sent_again_without_them() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    world.twilio().set_misbehaviour(Misbehaviour {
        every_message_ends_with: 30007,
        ..Misbehaviour::default()
    });
    let plan = png();
    let fields = to_customer([Field::Text("body", "le plan"), file("a.png", "image/png", &plan)]);
    let sent: LogRecord = send_mms(&company.agent, &fields).ok();
    world.settle();
    let keep = Retention {
        messages_days: None,
        files_days: Some(SHORTEST_DAYS),
        ..Retention::default()
    };
    company.admin.call::<ChangeRetention>(&(), &keep);
    site.pass(Duration::from_secs(u64::from(SHORTEST_DAYS + 1) * 86_400));
    world.site.sweep();
    let message = company.agent.all_messages().remove(0);
    assert_eq!(
        (message.status, &message.media[..]),
        (DeliveryStatus::Undelivered, &[][..])
    );
    assert_eq!(
        company
            .agent
            .refused::<ResendMessage>(&sent.message_id, &Nothing {}),
        ProblemCode::MediaNotHere
    );
    assert_eq!(company.agent.all_messages().len(), 1);
}

#[test]
fn a_message_that_is_sent_again_keeps_its_files() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    company.text(CUSTOMER, "bonjour");
    let id = company.agent.conversations()[0].id.clone();
    let photo = jpeg(3000);
    let upload = company.agent.upload("a.jpg", "image/jpeg", &photo);
    // Twilio finds no file at its address, and the message fails.
    let reply = NewReply {
        media: vec![upload.id],
        ..NewReply::default()
    };
    let key = site.blobs.keys()[0].clone();
    company.agent.call::<Reply>(&id, &reply);
    site.blobs.lose(&key);
    world.settle();
    let failed = company.agent.thread(&id).pop().unwrap();
    assert!(
        matches!(
            failed.status,
            DeliveryStatus::Failed | DeliveryStatus::Undelivered
        ),
        "{:?}",
        failed.status
    );
    let again = company.agent.call::<ResendMessage>(&failed.id, &Nothing {});
    assert_eq!(of_message(&again), of_message(&failed));
    assert_ne!(again.media[0].id, failed.media[0].id);
    assert_eq!(site.sql_count("media"), 2);
    company.admin.call::<DeleteConversation>(&id, &Nothing {});
    assert_eq!(site.sql_count("forgotten_blobs"), 1, "two rows, one file");
    world.site.sweep();
    assert_eq!(site.sql_count("forgotten_blobs"), 0);
}

impl InProcess {
    fn sql_count(&self, table: &str) -> i64 {
        let rows = self.database.read(&format!("SELECT count(*) AS n FROM {table}"));
        rows[0]["n"].as_i64().unwrap()
    }
}

#[test]
fn the_limits_are_told_in_both_languages() {
    let world = World::in_process();
    let company = world.company();
    let fields = to_customer([file("a.exe", "image/jpeg", b"MZ\0\x01")]);
    let french = company.agent.saying("accept-language", "fr");
    let english = company.agent.saying("accept-language", "en");
    let (french, english) = (
        send_mms(&french, &fields).problem(),
        send_mms(&english, &fields).problem(),
    );
    assert!(french.error.starts_with("Ce type de fichier"), "{}", french.error);
    assert!(
        english.error.starts_with("This kind of file"),
        "{}",
        english.error
    );
    assert_eq!(french.field.as_deref(), Some("media"));
}
