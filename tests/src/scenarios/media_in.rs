//! A customer sends pictures and files.

use std::time::Duration;

use contract::inbox::DeleteConversation;
use contract::live::{LiveEvent, ServerFrame};
use contract::media::{MediaFailure, MediaState, RetryMedia};
use contract::{Nothing, ProblemCode};
use server::native::Break;

use crate::world::faulty::Fate;
use crate::world::files::{jpeg, pdf, png};
use crate::world::{Company, Form, InProcess, Request, World, scenarios};

scenarios! {
    a_picture_comes_with_its_type_by_its_first_bytes,
    ten_files_come_at_once_and_in_their_order,
    a_file_is_served_whole_in_part_or_not_again,
    a_page_and_a_drawing_are_saved_and_never_shown,
    a_file_is_seen_by_its_company_only,
    a_file_at_a_foreign_address_is_not_fetched,
    a_file_that_is_too_large_says_so,
    the_browsers_are_told_when_a_file_has_come,
    only_a_file_that_failed_is_tried_again,
}

const CUSTOMER: &str = "+33612345678";

fn a_picture_comes_with_its_type_by_its_first_bytes(world: &World) {
    let company = world.company();
    let (picture, paper) = (png(), pdf(100_000));
    company.picture(
        world,
        CUSTOMER,
        "Voici la fuite",
        &[("image/jpeg", &picture), ("application/pdf", &paper)],
    );
    let media = company.settled_media(world);
    let seen: Vec<_> = media
        .iter()
        .map(|file| (file.state, file.content_type.as_str(), file.size))
        .collect();
    assert_eq!(
        seen,
        [
            (MediaState::Here, "image/png", Some(picture.len() as i64)),
            (MediaState::Here, "application/pdf", Some(paper.len() as i64)),
        ]
    );
    for (file, bytes) in media.iter().zip([picture, paper]) {
        let answer = company.agent.get(&format!("/api/media/{}", file.id));
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(answer.body == bytes, "the bytes are those that were sent");
        assert_eq!(answer.header("content-type"), Some(file.content_type.as_str()));
        assert!(
            answer
                .header("content-disposition")
                .unwrap()
                .starts_with("inline; ")
        );
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert!(
            answer
                .header("content-security-policy")
                .unwrap()
                .contains("default-src 'none'")
        );
        assert!(answer.header("cache-control").unwrap().starts_with("private"));
    }
}

fn ten_files_come_at_once_and_in_their_order(world: &World) {
    let company = world.company();
    let files: Vec<Vec<u8>> = (1..=10).map(|n| jpeg(1000 * n)).collect();
    let sent: Vec<(&str, &[u8])> = files.iter().map(|bytes| ("image/jpeg", &bytes[..])).collect();
    company.picture(world, CUSTOMER, "", &sent);
    let media = company.settled_media(world);
    let sizes: Vec<_> = media.iter().filter_map(|file| file.size).collect();
    assert_eq!(sizes, (1..=10).map(|n| 1000 * n).collect::<Vec<i64>>());
}

fn a_file_is_served_whole_in_part_or_not_again(world: &World) {
    let company = world.company();
    let bytes = jpeg(300_000);
    company.picture(world, CUSTOMER, "", &[("image/jpeg", &bytes)]);
    let path = format!("/api/media/{}", company.settled_media(world)[0].id);
    let ask = |method, headers: &[(&str, &str)]| {
        let mut request = Request::new(method, path.clone());
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        company.agent.send(request)
    };
    let whole = ask("GET", &[]);
    assert_eq!(whole.header("accept-ranges"), Some("bytes"));
    assert_eq!(whole.header("content-length"), Some("300000"));
    let etag = whole.header("etag").unwrap().to_owned();
    assert_eq!(etag.len(), 66, "the hash in quotes: {etag}");

    let part = ask("GET", &[("range", "bytes=1000-1999")]);
    assert_eq!(part.status, 206);
    assert_eq!(part.header("content-range"), Some("bytes 1000-1999/300000"));
    assert!(part.body == bytes[1000..2000]);
    let end = ask("GET", &[("range", "bytes=-10"), ("if-range", &etag)]);
    assert!(end.status == 206 && end.body == bytes[299_990..]);
    let beyond = ask("GET", &[("range", "bytes=300000-")]);
    assert_eq!(beyond.refused(), ProblemCode::RangeNotSatisfiable);
    assert_eq!(beyond.header("content-range"), Some("bytes */300000"));

    let known = ask("GET", &[("if-none-match", &etag)]);
    assert_eq!((known.status, known.body.len()), (304, 0));
    let head = ask("HEAD", &[]);
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), Some("300000"));
    assert_eq!(head.header("content-type"), Some("image/jpeg"));

    let saved = company.agent.get(&format!("{path}?download=true"));
    assert_eq!(
        saved.header("content-disposition"),
        Some("attachment; filename=\"image.jpg\"")
    );
}

fn a_page_and_a_drawing_are_saved_and_never_shown(world: &World) {
    let company = world.company();
    let page: &[u8] = b"<!doctype html><script>alert(1)</script>";
    let drawing: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    company.picture(
        world,
        CUSTOMER,
        "",
        &[("image/png", page), ("image/svg+xml", drawing)],
    );
    for file in company.settled_media(world) {
        assert_eq!(file.state, MediaState::Here);
        let answer = company.agent.get(&format!("/api/media/{}", file.id));
        assert_eq!(answer.header("content-type"), Some("application/octet-stream"));
        assert!(
            answer
                .header("content-disposition")
                .unwrap()
                .starts_with("attachment; ")
        );
        assert!(
            answer
                .header("content-security-policy")
                .unwrap()
                .contains("sandbox")
        );
    }
}

fn a_file_is_seen_by_its_company_only(world: &World) {
    let (company, other) = (world.company(), world.company());
    company.picture(world, CUSTOMER, "", &[("image/png", &png())]);
    let id = company.settled_media(world)[0].id.clone();
    let path = format!("/api/media/{id}");
    assert_eq!(other.admin.get(&path).refused(), ProblemCode::NotFound);
    assert_eq!(
        other.admin.refused::<RetryMedia>(&id, &Nothing {}),
        ProblemCode::NotFound
    );
    assert_eq!(world.stranger().get(&path).refused(), ProblemCode::NotSignedIn);
}

/// A webhook that names a file at this address.
fn with_file(mut form: Form, url: &str) -> Form {
    form.set("NumMedia", "1");
    form.push("MediaUrl0", url);
    form.push("MediaContentType0", "image/jpeg");
    form
}

/// An address of the account's own media, where nothing is.
fn nowhere(company: &Company, base: &str) -> String {
    let hex = "0123456789abcdef0123456789abcdef";
    format!(
        "{base}/2010-04-01/Accounts/{}/Messages/MM{hex}/Media/ME{hex}",
        company.account_sid
    )
}

fn a_file_at_a_foreign_address_is_not_fetched(world: &World) {
    let company = world.company();
    let foreign = nowhere(&company, "https://api.twilio.com.evil.example");
    let form = with_file(company.inbound(CUSTOMER, "regardez"), &foreign);
    assert_eq!(company.deliver("/handle_mms", &form).status, 200);
    let [file] = &company.settled_media(world)[..] else {
        panic!("one file")
    };
    assert_eq!(
        (file.state, file.failure),
        (MediaState::Failed, Some(MediaFailure::ForeignAddress))
    );
    let answer = company.agent.get(&format!("/api/media/{}", file.id));
    assert_eq!(answer.refused(), ProblemCode::MediaNotHere);
}

fn a_file_that_is_too_large_says_so(world: &World) {
    let company = world.company();
    company.picture(world, CUSTOMER, "", &[("image/jpeg", &jpeg(16_000_001))]);
    let [file] = &company.settled_media(world)[..] else {
        panic!("one file")
    };
    assert_eq!(
        (file.state, file.failure),
        (MediaState::Failed, Some(MediaFailure::TooLarge))
    );
}

fn the_browsers_are_told_when_a_file_has_come(world: &World) {
    let company = world.company();
    let (mut socket, _, _) = company.agent.live(None);
    company.picture(world, CUSTOMER, "", &[("image/png", &png())]);
    company.settled_media(world);
    let mut states = Vec::new();
    while states.last() != Some(&MediaState::Here) {
        if let ServerFrame::Event {
            event: LiveEvent::Message { message, .. },
            ..
        } = socket.next()
        {
            states.extend(message.media.iter().map(|file| file.state));
        }
    }
    assert_eq!(states, [MediaState::Waiting, MediaState::Here]);
}

fn only_a_file_that_failed_is_tried_again(world: &World) {
    let company = world.company();
    company.picture(world, CUSTOMER, "", &[("image/png", &png())]);
    let id = company.settled_media(world)[0].id.clone();
    assert_eq!(
        company.agent.refused::<RetryMedia>(&id, &Nothing {}),
        ProblemCode::NotFound
    );
}

#[test]
fn the_redirect_is_followed_without_the_credentials() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    company.picture(&world, CUSTOMER, "", &[("image/png", &png())]);
    let downloads = site.blobs.take_downloads();
    let [first, second] = &downloads[..] else {
        panic!("{downloads:?}")
    };
    assert!(first.url.starts_with("http://twilio.test/2010-04-01/Accounts/AC"));
    assert!(first.authorization.as_deref().unwrap().starts_with("Basic "));
    assert!(second.url.starts_with("http://media.test/ME"));
    assert_eq!(second.authorization, None);
}

#[test]
fn a_file_that_is_not_there_yet_is_asked_for_eight_times_with_growing_pauses() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let missing = nowhere(&company, "http://twilio.test");
    let form = with_file(company.inbound(CUSTOMER, ""), &missing);
    company.deliver("/handle_mms", &form);
    let state = || company.agent.all_messages()[0].media[0].state;
    let mut pauses = Vec::new();
    let mut last = site.app.now();
    site.blobs.take_downloads();
    while state() == MediaState::Waiting {
        site.pass(Duration::from_secs(5));
        if !site.blobs.take_downloads().is_empty() {
            pauses.push(site.app.now().since(last).as_secs());
            last = site.app.now();
        }
        assert!(pauses.len() < 20);
    }
    assert_eq!(pauses.len(), 7, "{pauses:?}");
    assert!(
        pauses.is_sorted() && pauses[0] <= 10 && pauses[6] >= 3600,
        "{pauses:?}"
    );
    let file = company.agent.all_messages()[0].media[0].clone();
    assert_eq!(
        (file.state, file.failure),
        (MediaState::Failed, Some(MediaFailure::Gone))
    );
    // Tried again by hand, it begins anew.
    let message = company.agent.call::<RetryMedia>(&file.id, &Nothing {});
    assert_eq!(message.media[0].state, MediaState::Waiting);
    assert_eq!(site.blobs.take_downloads().len(), 1);
}

#[test]
fn a_bucket_that_fails_before_or_after_is_tried_again() {
    for how in [Break::BeforeTheWrite, Break::AfterTheWrite] {
        let site = InProcess::start();
        let world = site.world();
        let company = world.company();
        site.blobs.break_next(how);
        company.picture(&world, CUSTOMER, "", &[("image/png", &png())]);
        assert_eq!(
            company.settled_media(&world)[0].state,
            MediaState::Here,
            "{how:?}"
        );
        assert_eq!(site.blobs.keys().len(), 1);
    }
}

#[test]
fn wherever_storage_fails_the_file_comes_in_the_end() {
    let steps = {
        let site = InProcess::start();
        let world = site.world();
        let company = world.company();
        company.text(CUSTOMER, "bonjour");
        site.database.take_calls();
        let form = with_file(company.inbound(CUSTOMER, ""), &stored_file(&site, &company));
        company.deliver("/handle_mms", &form);
        site.database.take_calls().len()
    };
    assert!(steps >= 4, "only {steps} round trips");
    for step in 0..steps {
        for fate in [Fate::FailsBefore, Fate::FailsAfter] {
            let site = InProcess::start();
            let world = site.world();
            let company = world.company();
            company.text(CUSTOMER, "bonjour");
            let form = with_file(company.inbound(CUSTOMER, ""), &stored_file(&site, &company));
            let mut fates = vec![Fate::Works; step];
            fates.push(fate);
            site.database.will(&fates);
            // What was not stored was not answered with 200: Twilio says it again.
            if company.deliver("/handle_mms", &form).status != 200 {
                assert_eq!(company.deliver("/handle_mms", &form).status, 200);
            }
            for _ in 0..5 {
                site.pass(Duration::from_secs(60));
                world.site.sweep();
            }
            let messages = company.agent.all_messages();
            let files: Vec<_> = messages.iter().flat_map(|message| &message.media).collect();
            assert_eq!(files.len(), 1, "step {step}, {fate:?}");
            assert_eq!(files[0].state, MediaState::Here, "step {step}, {fate:?}");
        }
    }
}

/// The address of a file that Twilio has, of a message that it has not told us of.
fn stored_file(site: &InProcess, company: &Company) -> String {
    let mut twilio = site.twilio.lock().unwrap();
    let message = simulator::customers::CustomerMessage {
        media: vec![simulator::customers::CustomerMedia {
            content_type: "image/png".to_owned(),
            bytes: png(),
        }],
        ..simulator::customers::CustomerMessage::text("+33698765432", &company.number, "")
    };
    twilio.receive_from_customer(site.app.now(), message).unwrap();
    let webhook = twilio.due(site.app.now()).pop().unwrap();
    let params = twilio::Params::parse(&webhook.body);
    params.get("MediaUrl0").unwrap().to_owned()
}

#[test]
fn a_deleted_conversation_takes_its_files_along() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    company.picture(
        &world,
        CUSTOMER,
        "",
        &[("image/png", &png()), ("image/jpeg", &jpeg(10))],
    );
    assert_eq!(site.blobs.keys().len(), 2);
    let id = company.agent.conversations()[0].id.clone();
    company.admin.call::<DeleteConversation>(&id, &Nothing {});
    // The bucket may fail once: the bytes are not forgotten.
    site.blobs.break_next(Break::BeforeTheWrite);
    world.site.sweep();
    assert_eq!(site.blobs.keys().len(), 2);
    world.site.sweep();
    assert_eq!(site.blobs.keys(), Vec::<String>::new());
}

#[test]
fn a_file_that_the_bucket_has_lost_is_a_fault() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    company.picture(&world, CUSTOMER, "", &[("image/png", &png())]);
    let id = company.settled_media(&world)[0].id.clone();
    site.blobs.lose(&site.blobs.keys()[0]);
    let answer = company.agent.get(&format!("/api/media/{id}"));
    assert_eq!(answer.refused(), ProblemCode::StorageUnavailable);
}
