//! What Twilio has and what it should have: first what can be set right here, then what cannot, then the rest.

use contract::lines::{Point, Setting, Subject, Verdict};
use leptos::prelude::*;

use crate::locales::HealthTexts;
use crate::preferences::use_texts;

#[component]
pub fn Points(points: Vec<Point>) -> AnyView {
    let texts = use_texts().health();
    let (good, open): (Vec<_>, Vec<_>) = points
        .into_iter()
        .partition(|point| point.verdict == Verdict::Good);
    let (mendable, by_hand): (Vec<_>, Vec<_>) = open
        .into_iter()
        .partition(|point| point.verdict == Verdict::Mendable);
    let open = [(texts.mendable_title, mendable), (texts.by_hand_title, by_hand)]
        .into_iter()
        .filter(|(_, points)| !points.is_empty())
        .map(|(title, points)| {
            let rows = points
                .into_iter()
                .map(|point| view! { <Differs point/> })
                .collect_view();
            view! { <h4>{title}</h4><ul class="line_points">{rows}</ul> }
        })
        .collect_view();
    let in_order = (!good.is_empty()).then(|| {
        let summary = (texts.in_order)(good.len());
        let rows = good
            .into_iter()
            .map(|point| {
                let what = format!("{} – {}", about(&point, texts), setting(point.setting, texts));
                view! { <li>{what}{point.expected.map(|expected| view! { <code>{expected}</code> })}</li> }
            })
            .collect_view();
        view! { <details class="line_points-good"><summary>{summary}</summary><ul>{rows}</ul></details> }
    });
    view! { {open} {in_order} }.into_any()
}

#[component]
fn Differs(point: Point) -> AnyView {
    let texts = use_texts().health();
    let shown = |text: Option<String>| match text {
        Some(text) => view! { <code>{text}</code> }.into_any(),
        None => view! { <em>{texts.nothing}</em> }.into_any(),
    };
    view! {
        <li>
            <p>
                <strong>{about(&point, texts)}</strong>
                {format!(" – {}", setting(point.setting, texts))}
            </p>
            <dl>
                <div><dt>{texts.now}</dt><dd>{shown(point.actual)}</dd></div>
                <div><dt>{texts.should}</dt><dd>{shown(point.expected)}</dd></div>
            </dl>
        </li>
    }
    .into_any()
}

fn about(point: &Point, texts: &HealthTexts) -> String {
    let kind = match point.subject {
        Subject::Number => return point.name.clone(),
        Subject::Account => texts.account,
        Subject::Application => texts.application,
        Subject::MessagingService => texts.service,
        Subject::WhatsappSender => texts.whatsapp,
    };
    format!("{kind} {}", point.name)
}

const fn setting(setting: Setting, texts: &HealthTexts) -> &'static str {
    match setting {
        Setting::Exists => texts.exists,
        Setting::Active => texts.active,
        Setting::MessageWebhook => texts.message_webhook,
        Setting::MessageFallback => texts.message_fallback,
        Setting::MessagesTaken => texts.messages_taken,
        Setting::MessageStatus => texts.message_status,
        Setting::VoiceWebhook => texts.voice_webhook,
        Setting::VoiceFallback => texts.voice_fallback,
        Setting::CallsTaken => texts.calls_taken,
        Setting::CallStatus => texts.call_status,
        Setting::Capabilities => texts.capabilities,
    }
}
