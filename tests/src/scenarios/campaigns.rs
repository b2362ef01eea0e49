//! One text for many people.

use std::collections::BTreeMap;

use contract::ProblemCode;
use contract::appointments::GetAppointmentSettings;
use contract::audit::{AuditFilter, ListAudit};
use contract::campaigns::{
    BulkState, BulkStatus, BulkStatusView, CancelBulk, ChangeSegmentPrice, CheckRecipients, GetBulk,
    GetCampaign, GetSegmentPrice, ListCampaigns, PageOfMessages, PauseBulk, ResumeBulk, RetryBulk,
    RowsToCheck, SegmentPrice, ShapeB,
};
use contract::contacts::{ContactChanges, CreateContact, NewContact, UpdateContact};
use contract::inbox::ConversationFilter;
use contract::{Nothing, campaigns::CampaignFilter};
use domain::audit::AuditAction;
use domain::delivery::SimpleStatus;
use domain::ids::CampaignId;
use serde_json::{Value, json};
use simulator::Misbehaviour;

use crate::world::{Caller, Company, Request, World, scenarios};

scenarios! {
    a_campaign_reaches_everybody_on_its_list,
    the_administrators_path_takes_its_own_words,
    a_row_that_cannot_be_sent_to_fails_at_once_and_stops_nobody,
    whoever_said_stop_is_not_written_to,
    a_campaign_does_not_bury_the_inbox,
    the_same_key_takes_a_campaign_in_once,
    what_is_no_campaign_leaves_nothing_behind,
    a_paused_campaign_sends_nothing_and_goes_on_where_it_stopped,
    a_canceled_campaign_sends_nothing_any_more,
    what_twilio_would_not_take_goes_back_into_the_list,
    a_campaign_that_reaches_nobody_has_failed,
    the_trail_finds_what_a_campaign_wrote_to_somebody,
    a_retry_sends_to_whom_it_can_help,
    a_list_is_paged_in_its_order,
    the_results_come_as_a_file,
    a_list_is_looked_over_before_it_is_sent,
    a_campaign_belongs_to_its_company,
    a_picture_goes_to_everybody,
    whoever_may_not_be_written_to_is_left_out_with_a_reason,
    free_text_on_whatsapp_goes_only_to_who_wrote_within_the_day,
    a_company_keeps_the_price_of_a_segment,
    a_campaign_waits_for_what_the_companys_clocks_show,
}

/// `+3361234xxxx`: ordinary mobiles.
pub(super) fn mobile(nth: usize) -> String {
    format!("+3361234{nth:04}")
}

pub(super) fn list(size: usize) -> Vec<Value> {
    (0..size)
        .map(|nth| json!({ "phone_number": mobile(nth) }))
        .collect()
}

/// What Twilio took for whom, and how often, by its own records.
pub(super) fn taken_by_twilio(world: &World) -> BTreeMap<(String, String), usize> {
    let mut taken = BTreeMap::new();
    for message in world.twilio().messages() {
        let message = &message.resource;
        let to = message.to.as_ref().unwrap().to_string();
        *taken.entry((to, message.body.clone().unwrap())).or_default() += 1;
    }
    taken
}

/// As it should be after a campaign to [`list`].
pub(super) fn each_once(size: usize, text: impl Fn(usize) -> String) -> BTreeMap<(String, String), usize> {
    (0..size).map(|nth| ((mobile(nth), text(nth)), 1)).collect()
}

#[track_caller]
pub(super) fn start(caller: &Caller, body: &Value) -> ShapeB {
    let answer = caller.post("/twilio/send-bulk", body);
    assert_eq!(answer.status, 202, "{}", answer.text());
    answer.ok()
}

pub(super) fn status(company: &Company, id: &CampaignId) -> BulkStatusView {
    company.agent.call::<BulkStatus>(id, &Nothing {})
}

fn messages(company: &Company, id: &CampaignId) -> Vec<(String, SimpleStatus, Option<String>)> {
    let shape = company.agent.call::<GetBulk>(id, &Nothing {});
    let row = |message: contract::campaigns::BulkMessage| (message.recipient, message.status, message.error);
    shape.messages.into_iter().map(row).collect()
}

#[track_caller]
pub(super) fn until_over(world: &World, company: &Company, id: &CampaignId) -> BulkStatusView {
    world.until("the campaign is over", || {
        Some(status(company, id)).filter(|view| {
            !matches!(
                view.status,
                BulkState::Processing | BulkState::Scheduled | BulkState::Paused
            )
        })
    })
}

fn a_campaign_reaches_everybody_on_its_list(world: &World) {
    let company = world.company();
    let started = start(
        &company.admin,
        &json!({
            "channel": "sms",
            "name": "Portes ouvertes",
            "message": "Bonjour {{nom}}, à {{ Ville }} le 5 !",
            "recipients": [
                { "phone_number": "06 12 34 00 00", "name": "Mme Martin", "variables": { "ville": "Lyon" } },
                { "phone_number": "+33612340001", "variables": { "nom": "Léo", "VILLE": "Pau" } },
                { "phone_number": 33612340002_u64, "name": "Zoé", "variables": { "ville": 69001 } },
            ],
        }),
    );
    assert_eq!(
        (
            started.total_recipients,
            started.pending_count,
            started.failed_count
        ),
        (3, 3, 0)
    );
    assert_eq!(started.status, BulkState::Processing);
    assert_eq!(started.messages[0].recipient, "+33612340000");
    assert_eq!(started.messages[0].name.as_deref(), Some("Mme Martin"));

    let view = until_over(world, &company, &started.id);
    assert_eq!(view.status, BulkState::Completed);
    assert_eq!(
        (view.progress.total, view.progress.sent, view.progress.pending),
        (3, 3, 0)
    );
    let mut texts = world.messages_at_twilio(&company);
    texts.sort();
    assert_eq!(
        texts,
        [
            "Bonjour Léo, à Pau le 5 !",
            "Bonjour Mme Martin, à Lyon le 5 !",
            "Bonjour Zoé, à 69001 le 5 !"
        ]
    );
    world.until("every receipt is here", || {
        let all = messages(&company, &started.id);
        all.iter()
            .all(|(_, status, _)| *status == SimpleStatus::Delivered)
            .then_some(())
    });
    let details = company.agent.call::<GetCampaign>(&started.id, &Nothing {});
    assert_eq!((details.campaign.delivered, details.campaign.sent), (3, 0));
    assert_eq!(details.campaign.name, "Portes ouvertes");
    assert!(details.campaign.finished_at.is_some());
    let listed = company
        .agent
        .read::<ListCampaigns>(&(), &CampaignFilter::default());
    assert_eq!(listed.items[0].id, started.id);
    let acts = company.superadmin.get("/api/audit?action=send_bulk_sms");
    assert!(
        acts.text().contains(AuditAction::SendBulkSms.as_str()),
        "{}",
        acts.text()
    );
}

fn the_administrators_path_takes_its_own_words(world: &World) {
    let company = world.company();
    let body = json!({
        "recipients": [{ "phone": mobile(0), "name": "Ana" }, { "phone": mobile(1), "name": "Bob" }],
        "message": "Fermé demain, {{name}}.",
    });
    let refused = company.agent.post("/api/sms/bulk", &body);
    assert_eq!(refused.refused(), ProblemCode::Forbidden);
    let answer = company.admin.post("/api/sms/bulk", &body);
    assert_eq!(answer.status, 202, "{}", answer.text());
    let started: ShapeB = answer.ok();
    until_over(world, &company, &started.id);
    let mut texts = world.messages_at_twilio(&company);
    texts.sort();
    assert_eq!(texts, ["Fermé demain, Ana.", "Fermé demain, Bob."]);
}

fn a_row_that_cannot_be_sent_to_fails_at_once_and_stops_nobody(world: &World) {
    let company = world.company();
    let started = start(
        &company.admin.saying("accept-language", "fr"),
        &json!({
            "recipients": [
                { "phone_number": mobile(0), "variables": { "code": "A" } },
                { "phone_number": "pas un numéro", "variables": { "code": "B" } },
                { "phone_number": "06 12 34 00 00", "variables": { "code": "C" } },
                { "phone_number": mobile(1) },
                { "phone_number": mobile(2), "variables": { "code": " " } },
                {},
                { "phone_number": mobile(3), "variables": { "code": "x".repeat(1700) } },
            ],
            "message": "Code : {{code}}",
        }),
    );
    assert_eq!((started.total_recipients, started.failed_count), (7, 5));
    let errors: Vec<Option<&str>> = started.messages.iter().map(|m| m.error.as_deref()).collect();
    assert_eq!(errors[0], None);
    assert!(errors[1].unwrap().contains("numéro de téléphone"), "{errors:?}");
    assert!(errors[2].unwrap().contains("déjà plus haut"), "{errors:?}");
    assert!(errors[3].unwrap().ends_with("code."), "{errors:?}");
    assert_eq!(started.messages[1].recipient, "pas un numéro");

    let view = until_over(world, &company, &started.id);
    assert_eq!((view.progress.sent, view.progress.failed), (1, 6));
    assert_eq!(world.messages_at_twilio(&company), ["Code : A"]);
    let codes: Vec<(&str, &str)> = view
        .errors
        .iter()
        .map(|error| (error.recipient.as_str(), error.code.as_str()))
        .collect();
    let (second, third, fourth) = (mobile(1), mobile(2), mobile(3));
    assert_eq!(
        codes,
        [
            ("pas un numéro", "invalid_phone_number"),
            ("+33612340000", "duplicate_recipient"),
            (second.as_str(), "missing_variable"),
            (third.as_str(), "missing_variable"),
            ("", "invalid_phone_number"),
            (fourth.as_str(), "message_too_long"),
        ]
    );
}

fn whoever_said_stop_is_not_written_to(world: &World) {
    let company = world.company();
    company.text(&mobile(1), "STOP");
    let started = start(
        &company.admin,
        &json!({ "recipients": list(3), "message": "Soldes" }),
    );
    assert_eq!(started.failed_count, 1);
    let view = until_over(world, &company, &started.id);
    assert_eq!(view.errors.len(), 1);
    assert_eq!(
        (view.errors[0].recipient.as_str(), view.errors[0].code.as_str()),
        (mobile(1).as_str(), "opted_out")
    );
    let texts = world.messages_at_twilio(&company);
    assert_eq!(texts.iter().filter(|text| *text == "Soldes").count(), 2);
}

fn a_campaign_does_not_bury_the_inbox(world: &World) {
    let company = world.company();
    company.text(&mobile(0), "Êtes-vous ouverts ?");
    let before = company.agent.conversations();
    let started = start(
        &company.admin,
        &json!({ "recipients": list(3), "message": "Soldes" }),
    );
    until_over(world, &company, &started.id);
    world.settle();
    let listed = company.agent.conversations();
    assert_eq!(listed.len(), 1, "nobody has answered yet");
    assert_eq!(
        listed[0].status, before[0].status,
        "who waits for an answer still does"
    );
    assert_eq!(listed[0].last_message, before[0].last_message);
    let thread = company.agent.thread(&listed[0].id);
    assert_eq!(thread.last().unwrap().content, "Soldes");

    // Whoever looks for somebody finds them; whoever answers is there.
    let found = company.agent.conversations_where(&ConversationFilter {
        q: Some("12 34 00 01".to_owned()),
        ..ConversationFilter::default()
    });
    assert_eq!(found.len(), 1);
    company.text(&mobile(2), "Merci !");
    let listed = company.agent.conversations();
    assert_eq!(listed[0].contact.address.to_string(), mobile(2));
    let texts: Vec<_> = company
        .agent
        .thread(&listed[0].id)
        .into_iter()
        .map(|message| message.content)
        .collect();
    assert_eq!(texts, ["Soldes", "Merci !"]);
}

fn the_same_key_takes_a_campaign_in_once(world: &World) {
    let company = world.company();
    let body = json!({ "recipients": list(3), "message": "Une fois" });
    let ask = |body: &Value| {
        company.admin.send(
            Request::new("POST", "/twilio/send-bulk")
                .header("idempotency-key", "campagne-1")
                .json(body),
        )
    };
    let first: ShapeB = ask(&body).ok();
    let second = ask(&body);
    assert_eq!(second.status, 202);
    assert_eq!(second.ok::<ShapeB>().id, first.id);
    let other = ask(&json!({ "recipients": list(3), "message": "Deux fois" }));
    assert_eq!(other.refused(), ProblemCode::IdempotencyKeyReused);
    until_over(world, &company, &first.id);
    assert_eq!(world.messages_at_twilio(&company).len(), 3);
    let listed = company
        .agent
        .read::<ListCampaigns>(&(), &CampaignFilter::default());
    assert_eq!(listed.items.len(), 1);
}

fn what_is_no_campaign_leaves_nothing_behind(world: &World) {
    let company = world.company();
    let one = json!([{ "phone_number": mobile(0) }]);
    let too_many: Vec<Value> = std::iter::repeat_n(json!({}), 100_001).collect();
    for (body, code, field) in [
        (
            json!({ "message": "x" }),
            ProblemCode::MissingField,
            Some("recipients"),
        ),
        (
            json!({ "message": "x", "recipients": [] }),
            ProblemCode::NoRecipients,
            Some("recipients"),
        ),
        (
            json!({ "recipients": one }),
            ProblemCode::EmptyMessage,
            Some("message"),
        ),
        (
            json!({ "recipients": one, "message": "x".repeat(1601) }),
            ProblemCode::MessageTooLong,
            Some("message"),
        ),
        (
            json!({ "recipients": one, "message": "x", "from": "+33999999999" }),
            ProblemCode::SenderNotOwned,
            Some("from"),
        ),
        (
            json!({ "recipients": one, "message": "x", "channel": "mms" }),
            ProblemCode::MissingField,
            Some("media_url"),
        ),
        (
            json!({ "recipients": one, "message": "x", "channel": "mms", "media_url": "http://x" }),
            ProblemCode::InvalidMediaUrl,
            Some("media_url"),
        ),
        (
            json!({ "recipients": one, "message": "x", "validity_minutes": 601 }),
            ProblemCode::InvalidField,
            Some("validity_minutes"),
        ),
        (
            json!({ "recipients": one, "message": "x", "quiet_hours": { "from": "x", "to": "y" } }),
            ProblemCode::MalformedRequest,
            None,
        ),
        (
            json!({ "recipients": ["+33612340000"], "message": "x" }),
            ProblemCode::MalformedRequest,
            None,
        ),
        (
            json!({ "recipients": too_many, "message": "x" }),
            ProblemCode::TooManyRecipients,
            None,
        ),
    ] {
        let answer = company.admin.post("/twilio/send-bulk", &body);
        let problem = answer.problem();
        assert_eq!((problem.code, problem.field.as_deref()), (code, field));
        assert_eq!(answer.status, code.status());
    }
    let broken = Request::new("POST", "/twilio/send-bulk").header("content-type", "application/json");
    for text in [
        "",
        "[",
        "{\"recipients\":[{\"phone\":\"1\"}",
        "{\"recipients\":[{]}",
    ] {
        let mut request = broken.clone();
        request.body = text.into();
        assert_eq!(company.admin.send(request).status, 400, "{text}");
    }
    let form = Request::new("POST", "/twilio/send-bulk").form("message=x");
    assert_eq!(company.admin.send(form).refused(), ProblemCode::WrongContentType);
    let rows = world.site.sql(&format!(
        "SELECT count(*) AS n FROM campaigns WHERE company_id = '{}'",
        company.id
    ));
    assert_eq!(rows[0]["n"], 0);
}

fn a_paused_campaign_sends_nothing_and_goes_on_where_it_stopped(world: &World) {
    let company = world.company();
    let started = start(
        &company.admin,
        &json!({ "recipients": list(40), "message": "Pause", "canary": false }),
    );
    world.until("some have left", || {
        (status(&company, &started.id).progress.sent > 0).then_some(())
    });
    let paused = company.admin.call::<PauseBulk>(&started.id, &Nothing {});
    assert_eq!(paused.status, BulkState::Paused);
    assert_eq!(
        company.admin.refused::<PauseBulk>(&started.id, &Nothing {}),
        ProblemCode::CampaignState
    );
    world.settle();
    let then = world.messages_at_twilio(&company).len();
    assert!(then < 40, "it was over before it paused");
    world.site.sweep();
    world.settle();
    assert_eq!(world.messages_at_twilio(&company).len(), then);

    let resumed = company.admin.call::<ResumeBulk>(&started.id, &Nothing {});
    assert_eq!(resumed.status, BulkState::Processing);
    let view = until_over(world, &company, &started.id);
    assert_eq!((view.status, view.progress.sent), (BulkState::Completed, 40));
    assert_eq!(world.messages_at_twilio(&company).len(), 40, "each once");
}

fn a_canceled_campaign_sends_nothing_any_more(world: &World) {
    let company = world.company();
    let started = start(
        &company.admin,
        &json!({ "recipients": list(5), "message": "Plus tard", "send_at": "2999-01-01T00:00:00Z" }),
    );
    assert_eq!(started.status, BulkState::Scheduled);
    let canceled = company.admin.call::<CancelBulk>(&started.id, &Nothing {});
    assert_eq!(
        (canceled.status, canceled.pending_count, canceled.failed_count),
        (BulkState::Canceled, 0, 5)
    );
    for refused in [
        company.admin.refused::<CancelBulk>(&started.id, &Nothing {}),
        company.admin.refused::<ResumeBulk>(&started.id, &Nothing {}),
    ] {
        assert_eq!(refused, ProblemCode::CampaignState);
    }
    world.site.sweep();
    assert_eq!(world.messages_at_twilio(&company), Vec::<String>::new());
    assert_eq!(status(&company, &started.id).errors[0].code, "campaign_canceled");
}

fn what_twilio_would_not_take_goes_back_into_the_list(world: &World) {
    let company = world.company();
    let busy = Misbehaviour {
        too_many_requests: 1_000,
        ..Misbehaviour::default()
    };
    world.twilio().set_misbehaviour(busy.clone());
    let asked = || busy.too_many_requests - world.twilio().misbehaviour().too_many_requests;
    let begin = || {
        let before = asked();
        let body = json!({ "recipients": list(2), "message": "Soldes", "canary": false });
        let id = start(&company.admin, &body).id;
        world.until("Twilio was asked", || (asked() >= before + 2).then_some(()));
        id
    };
    let counts = |id: &CampaignId| {
        let campaign = company.agent.call::<GetCampaign>(id, &Nothing {}).campaign;
        (campaign.waiting, campaign.sending, campaign.failed)
    };
    let (canceled, paused) = (begin(), begin());
    company.admin.call::<CancelBulk>(&canceled, &Nothing {});
    company.admin.call::<PauseBulk>(&paused, &Nothing {});
    world.until("nobody is on the way any more", || {
        (counts(&canceled) == (0, 0, 2) && counts(&paused) == (2, 0, 0)).then_some(())
    });
    world.twilio().set_misbehaviour(Misbehaviour::default());
    company.text(&mobile(1), "STOP");
    world.site.sweep();
    world.settle();
    let sent = || {
        let texts = world.messages_at_twilio(&company);
        texts.iter().filter(|text| *text == "Soldes").count()
    };
    assert_eq!(sent(), 0);
    let kept = world.site.sql(&format!(
        "SELECT count(*) AS n FROM messages WHERE company_id = '{}' AND campaign_recipient IS NOT NULL",
        company.id
    ));
    assert_eq!(kept[0]["n"], 0, "nothing waits beside the list");

    company.admin.call::<ResumeBulk>(&paused, &Nothing {});
    let over = until_over(world, &company, &paused);
    assert_eq!((over.progress.sent, over.progress.failed), (1, 1));
    assert_eq!(
        over.errors[0].code, "opted_out",
        "asked again when their turn came"
    );
    assert_eq!(sent(), 1);
}

fn a_campaign_that_reaches_nobody_has_failed(world: &World) {
    let company = world.company();
    world.twilio().set_misbehaviour(Misbehaviour {
        every_message_ends_with: 21610,
        ..Misbehaviour::default()
    });
    let refused = start(&company.admin, &json!({ "recipients": list(20), "message": "x" }));
    let over = until_over(world, &company, &refused.id);
    assert_eq!(
        (over.status, over.progress.failed),
        (BulkState::Failed, 20),
        "there was nobody left to stop for"
    );
    // Taken, and then not delivered: known only after the campaign was over.
    world.twilio().set_misbehaviour(Misbehaviour {
        every_message_ends_with: 30005,
        ..Misbehaviour::default()
    });
    let lost = start(&company.admin, &json!({ "recipients": list(3), "message": "y" }));
    world.until("the receipts have told it", || {
        (status(&company, &lost.id).status == BulkState::Failed).then_some(())
    });
}

fn the_trail_finds_what_a_campaign_wrote_to_somebody(world: &World) {
    let company = world.company();
    let draft = json!({ "recipients": list(3), "message": "Soldes", "name": "Printemps" });
    let started = start(&company.admin, &draft);
    until_over(world, &company, &started.id);
    company
        .agent
        .post("/api/send-sms", &json!({ "to": mobile(1), "body": "et vous ?" }));
    world.settle();
    let trail = |filter: AuditFilter| company.admin.read::<ListAudit>(&(), &filter);
    let of = |number: String| AuditFilter {
        number: Some(number),
        ..AuditFilter::default()
    };
    let rows = trail(of(mobile(1))).items;
    let acts: Vec<_> = rows.iter().map(|row| row.action).collect();
    assert_eq!(acts, [AuditAction::SendSms, AuditAction::SendBulkSms]);
    let campaign = &rows[1];
    assert_eq!(campaign.subject.as_deref(), Some("Printemps"));
    assert_eq!(campaign.number.as_ref().unwrap().to_string(), mobile(1));
    assert_eq!(campaign.twilio_status, Some(domain::DeliveryStatus::Delivered));
    assert!(campaign.twilio_sid.is_some() && campaign.message_id.is_some());
    assert_eq!(campaign.details["campaign"], started.id.to_string());
    // Page by page the same.
    let first = trail(AuditFilter {
        limit: Some(1),
        ..of(mobile(1))
    });
    let second = trail(AuditFilter {
        limit: Some(1),
        cursor: first.next_cursor,
        ..of(mobile(1))
    });
    assert_eq!([&first.items[..], &second.items[..]].concat(), rows);
    assert_eq!(second.next_cursor, None);
    // The campaign as a whole is an act of its number.
    let sends = AuditFilter {
        action: Some(AuditAction::SendBulkSms),
        ..AuditFilter::default()
    };
    let whole = trail(sends).items;
    assert_eq!(whole.len(), 1);
    assert_eq!(whole[0].number.as_ref().unwrap().to_string(), company.number);
    let only = AuditFilter {
        action: Some(AuditAction::SendBulkSms),
        ..of(mobile(1))
    };
    assert_eq!(trail(only).items.len(), 1);
    assert_eq!(
        world.company().admin.read::<ListAudit>(&(), &of(mobile(1))).items,
        []
    );
}

fn a_retry_sends_to_whom_it_can_help(world: &World) {
    let company = world.company();
    // Switched off; no such number; has said STOP at Twilio; fine.
    let numbers = [
        "+33600030003",
        "+33600030005",
        "+33600021610",
        "+33612340000",
        "x",
    ];
    let recipients: Vec<Value> = numbers
        .iter()
        .map(|number| json!({ "phone_number": number }))
        .collect();
    let started = start(
        &company.admin,
        &json!({ "recipients": recipients, "message": "Encore" }),
    );
    let before = world.until("all have their last word", || {
        Some(status(&company, &started.id))
            .filter(|view| view.progress.failed == 4 && view.progress.pending == 0)
    });
    let codes: Vec<&str> = before.errors.iter().map(|error| error.code.as_str()).collect();
    assert_eq!(codes, ["30003", "30005", "21610", "invalid_phone_number"]);
    let details = company.agent.call::<GetCampaign>(&started.id, &Nothing {});
    let helped: Vec<_> = details
        .causes
        .iter()
        .filter(|cause| cause.can_pass)
        .map(|cause| (cause.twilio_code, cause.count, cause.examples.clone()))
        .collect();
    assert_eq!(helped, [(Some(30003), 1, vec!["+33600030003".to_owned()])]);

    let again = company.admin.call::<RetryBulk>(&started.id, &Nothing {});
    assert_eq!(
        (again.failed_count, again.pending_count, again.status),
        (3, 1, BulkState::Processing)
    );
    world.until("it was tried again", || {
        (world.messages_at_twilio(&company).len() == 4).then_some(())
    });
    world.until("and failed again", || {
        (status(&company, &started.id).progress.failed == 4).then_some(())
    });
}

fn a_list_is_paged_in_its_order(world: &World) {
    let company = world.company();
    let started = start(
        &company.admin,
        &json!({ "recipients": list(60), "message": "x", "send_at": "2999-01-01T00:00:00Z" }),
    );
    assert_eq!(started.messages.len(), 50);
    let mut path = format!("/twilio/bulk/{}?limit=25", started.id);
    let mut seen = Vec::new();
    loop {
        let answer = company.agent.get(&path);
        let link = answer.header("link").map(str::to_owned);
        let page: ShapeB = answer.ok();
        seen.extend(page.messages.into_iter().map(|message| message.recipient));
        let Some(link) = link else { break };
        let address = link.split(['<', '>']).nth(1).unwrap();
        path = address.strip_prefix(world.site.url()).unwrap().to_owned();
    }
    let all: Vec<_> = (0..60).map(mobile).collect();
    assert_eq!(seen, all);
    let failed = company.agent.read::<GetBulk>(
        &started.id,
        &PageOfMessages {
            status: Some(SimpleStatus::Failed),
            ..PageOfMessages::default()
        },
    );
    assert_eq!(failed.messages, []);
}

fn the_results_come_as_a_file(world: &World) {
    let company = world.company();
    let started = start(
        &company.admin,
        &json!({
            "recipients": [{ "phone_number": mobile(0), "name": "Martin; fils" }, { "phone_number": "=1+1" }],
            "message": "x",
        }),
    );
    until_over(world, &company, &started.id);
    let path = format!("/api/campaigns/{}/results.csv", started.id);
    assert_eq!(company.agent.get(&path).refused(), ProblemCode::Forbidden);
    let file = company.admin.saying("accept-language", "fr").get(&path);
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
    let text = file.text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(
        lines[0].ends_with("place;destinataire;nom;statut;erreur;code;date;SID Twilio"),
        "{text}"
    );
    assert!(lines[1].starts_with("1;+33612340000;\"Martin; fils\";"), "{text}");
    assert!(lines[2].starts_with("2;'=1+1;;failed;"), "{text}");
    let exported = company.admin.read::<ListAudit>(
        &(),
        &AuditFilter {
            action: Some(AuditAction::ExportCampaign),
            ..AuditFilter::default()
        },
    );
    assert_eq!(
        exported.items.len(),
        1,
        "who looked at everybody's number is known"
    );
    assert_eq!(exported.items[0].details["campaign"], started.id.to_string());
}

fn a_list_is_looked_over_before_it_is_sent(world: &World) {
    let company = world.company();
    company.text(&mobile(1), "STOP");
    let asked = RowsToCheck {
        phone_numbers: vec!["06 12 34 00 00".to_owned(), mobile(1), "bonjour".to_owned()],
        channel: None,
    };
    let checked = company.admin.call::<CheckRecipients>(&(), &asked);
    let rows: Vec<_> = checked
        .rows
        .iter()
        .map(|row| (row.address.as_ref().map(ToString::to_string), row.problem))
        .collect();
    assert_eq!(
        rows,
        [
            (Some(mobile(0)), None),
            (Some(mobile(1)), Some(ProblemCode::OptedOut)),
            (None, Some(ProblemCode::InvalidPhoneNumber)),
        ]
    );
}

fn a_campaign_belongs_to_its_company(world: &World) {
    let (ours, theirs) = (world.company(), world.company());
    let started = start(&ours.admin, &json!({ "recipients": list(1), "message": "x" }));
    for path in ["", "/status"] {
        let answer = theirs.admin.get(&format!("/twilio/bulk/{}{path}", started.id));
        assert_eq!(answer.refused(), ProblemCode::NotFound);
    }
    for verb in ["pause", "resume", "cancel", "retry"] {
        let answer = theirs
            .admin
            .post(&format!("/twilio/bulk/{}/{verb}", started.id), &json!({}));
        assert_eq!(answer.refused(), ProblemCode::NotFound, "{verb}");
    }
    let csv = theirs
        .admin
        .get(&format!("/api/campaigns/{}/results.csv", started.id));
    assert_eq!(csv.refused(), ProblemCode::NotFound);
    assert_eq!(
        theirs
            .admin
            .read::<ListCampaigns>(&(), &CampaignFilter::default())
            .items,
        []
    );
}

fn a_picture_goes_to_everybody(world: &World) {
    let company = world.company();
    world.twilio().set_misbehaviour(Misbehaviour::default());
    let started = start(
        &company.admin,
        &json!({ "recipients": list(2), "message": "", "media_url": "https://example.com/affiche.png" }),
    );
    assert_eq!(started.channel, domain::Channel::Mms);
    world.until("both have left", || {
        (status(&company, &started.id).progress.sent == 2).then_some(())
    });
    let rows = world.site.sql(&format!(
        "SELECT url FROM media WHERE company_id = '{}' AND state = 'elsewhere'",
        company.id
    ));
    assert_eq!(rows.len(), 2);
}

/// A number of Somalia, where no company writes to unless it says so.
const ABROAD: &str = "+252612345678";

fn whoever_may_not_be_written_to_is_left_out_with_a_reason(world: &World) {
    let company = world.company();
    let contact = |nth: usize| NewContact {
        name: format!("Client {nth}"),
        numbers: vec![mobile(nth)],
        ..NewContact::default()
    };
    let block = |nth: usize| {
        let contact = company.agent.call::<CreateContact>(&(), &contact(nth));
        let changes = ContactChanges {
            blocked: Some(true),
            ..ContactChanges::default()
        };
        company.agent.call::<UpdateContact>(&contact.id, &changes);
    };
    block(1);
    let recipients =
        [mobile(0), mobile(1), ABROAD.to_owned(), mobile(2)].map(|to| json!({ "phone_number": to }));
    let later = world.site.now() + std::time::Duration::from_secs(3600);
    let campaign = start(
        &company.admin,
        &json!({ "message": "Bonjour", "send_at": later, "recipients": recipients }),
    );
    assert_eq!((campaign.failed_count, campaign.pending_count), (2, 2));
    let errors = status(&company, &campaign.id).errors;
    let codes: Vec<_> = errors.iter().map(|error| error.code.as_str()).collect();
    assert_eq!(codes, ["contact_blocked", "country_not_allowed"]);
    let asked = RowsToCheck {
        phone_numbers: vec![mobile(1), ABROAD.to_owned(), mobile(2)],
        channel: None,
    };
    let checked = company.admin.call::<CheckRecipients>(&(), &asked);
    let problems: Vec<_> = checked.rows.iter().map(|row| row.problem).collect();
    assert_eq!(
        problems,
        [
            Some(ProblemCode::ContactBlocked),
            Some(ProblemCode::CountryNotAllowed),
            None
        ]
    );
    // And whoever is blocked while the campaign waits.
    block(2);
    company.admin.call::<PauseBulk>(&campaign.id, &Nothing {});
    let id = &campaign.id;
    world
        .site
        .sql(&format!("UPDATE campaigns SET send_at = 0 WHERE id = '{id}'"));
    company.admin.call::<ResumeBulk>(&campaign.id, &Nothing {});
    until_over(world, &company, &campaign.id);
    let failed: Vec<_> = status(&company, &campaign.id)
        .errors
        .into_iter()
        .map(|error| (error.recipient, error.code))
        .collect();
    assert!(
        failed.contains(&(mobile(2), "contact_blocked".to_owned())),
        "{failed:?}"
    );
    assert_eq!(world.messages_at_twilio(&company), ["Bonjour"]);
}

fn free_text_on_whatsapp_goes_only_to_who_wrote_within_the_day(world: &World) {
    let company = world.company();
    world.connect_whatsapp(&company);
    company.whatsapp(&mobile(0), |message| message.body = "bonjour".to_owned());
    let campaign = start(
        &company.admin,
        &json!({ "channel": "whatsapp", "message": "Nous sommes là", "recipients": list(2) }),
    );
    let over = until_over(world, &company, &campaign.id);
    assert_eq!((over.progress.sent, over.progress.failed), (1, 1));
    assert_eq!(over.errors[0].code, "outside_whatsapp_window");
    assert_eq!(over.errors[0].recipient, format!("whatsapp:{}", mobile(1)));
    assert_eq!(world.messages_at_twilio(&company), ["Nous sommes là"]);
}

fn a_company_keeps_the_price_of_a_segment(world: &World) {
    let company = world.company();
    assert_eq!(
        company.agent.call::<GetSegmentPrice>(&(), &Nothing {}),
        SegmentPrice::default()
    );
    let price = SegmentPrice {
        micros: Some(65_900),
        currency: Some("EUR".to_owned()),
    };
    assert_eq!(company.admin.call::<ChangeSegmentPrice>(&(), &price), price);
    assert_eq!(company.agent.call::<GetSegmentPrice>(&(), &Nothing {}), price);
    assert_eq!(
        company.agent.refused::<ChangeSegmentPrice>(&(), &price),
        ProblemCode::Forbidden
    );
    for (micros, currency) in [
        (Some(10_000_001), Some("EUR")),
        (Some(1), Some("euro")),
        (Some(1), None),
        (None, Some("EUR")),
    ] {
        let wrong = SegmentPrice {
            micros,
            currency: currency.map(str::to_owned),
        };
        assert_eq!(
            company.admin.refused::<ChangeSegmentPrice>(&(), &wrong),
            ProblemCode::InvalidField
        );
    }
    let acts = company.superadmin.get("/api/audit?action=change_settings").text();
    assert!(acts.contains("segment_price"), "{acts}");
    assert_eq!(
        company
            .admin
            .call::<ChangeSegmentPrice>(&(), &SegmentPrice::default()),
        SegmentPrice::default()
    );
}

fn a_campaign_waits_for_what_the_companys_clocks_show(world: &World) {
    let company = world.company();
    let settings = company.agent.call::<GetAppointmentSettings>(&(), &Nothing {});
    let at = settings.now.plus_minutes(3 * 24 * 60);
    let campaign = start(
        &company.admin,
        &json!({ "message": "x", "recipients": list(1), "local_send_at": at }),
    );
    assert_eq!(campaign.status, BulkState::Scheduled);
    let details = company.agent.call::<GetCampaign>(&campaign.id, &Nothing {});
    assert_eq!(details.campaign.office_send_at, at);
    let skipped = company.admin.post(
        "/twilio/send-bulk",
        &json!({ "message": "x", "recipients": list(1), "local_send_at": "2027-03-28T02:30" }),
    );
    assert_eq!(skipped.refused(), ProblemCode::SkippedHour);
    company.admin.call::<CancelBulk>(&campaign.id, &Nothing {});
}
