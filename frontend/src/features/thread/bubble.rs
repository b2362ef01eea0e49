//! What one side said: text, attachments, time, delivery, and what to do when it failed.

use contract::inbox::MessageView;
use contract::notes::NoteView;
use domain::delivery::SimpleStatus;
use domain::{Channel, DeliveryStatus, Place};
use leptos::prelude::*;

use super::delivery::Delivery;
use super::media::{MediaActions, media, sent_files};
use super::outgoing::Outgoing;
use super::rows::{Row, Said};
use super::scheduled::plan_of;
use crate::chunks;
use crate::features::shell::dialogs::DialogPlace;
use crate::features::shell::now::use_now;
use crate::locales::Texts;
use crate::platform::clock;
use crate::preferences::{use_preferences, use_texts};
use crate::session::use_session;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::icon::Icon;

/// What can be done with a message that failed.
#[derive(Clone, Copy)]
pub struct BubbleActions {
    pub resend: Callback<MessageView>,
    pub send_again: Callback<String>,
    pub discard: Callback<String>,
    pub media: MediaActions,
    pub delete_note: Callback<NoteView>,
    pub dialogs: DialogPlace,
}

#[component]
pub fn ThreadRow(row: Row, actions: BubbleActions) -> AnyView {
    match row {
        Row::Day(at) => view! { <DayLine at/> }.into_any(),
        Row::Said {
            said: Said::Note(note),
            ..
        } => {
            let note = chunks::note_row(StoredValue::new(note), actions);
            view! { <li class="note">{note}</li> }.into_any()
        }
        Row::Said { said, starts_run } => {
            let is_ours = !matches!(&said, Said::Message(message) if message.is_from_client);
            let class = format!(
                "bubble{}{}",
                if is_ours { " bubble-ours" } else { " bubble-theirs" },
                if starts_run { " bubble-first" } else { "" },
            );
            let id = match &said {
                Said::Message(message) | Said::Planned { message, .. } => format!("m-{}", message.id),
                Said::Outgoing(outgoing) => outgoing.key.clone(),
                Said::Note(note) => note.id.to_string(),
            };
            let inside = match said {
                Said::Message(message) => stored(&message, starts_run, actions),
                Said::Outgoing(outgoing) => unconfirmed(outgoing, actions),
                // Above.
                Said::Note(_) => ().into_any(),
                Said::Planned { message, replied } => planned(*message, replied, actions),
            };
            view! { <li class=class id=id>{inside}</li> }.into_any()
        }
    }
}

#[component]
fn DayLine(at: domain::Timestamp) -> AnyView {
    let (texts, language, now) = (use_texts(), use_preferences().language_untracked(), use_now());
    let words = move || match clock::local_day(now.get()) - clock::local_day(at) {
        0 => texts.thread.today.to_owned(),
        1 => texts.thread.yesterday.to_owned(),
        _ => clock::day(at, now.get(), language),
    };
    view! { <li class="day_line"><h3>{words}</h3></li> }.into_any()
}

fn stored(message: &MessageView, starts_run: bool, actions: BubbleActions) -> AnyView {
    if message.call.is_some() {
        return chunks::call_item(StoredValue::new(message.clone()));
    }
    let (texts, language) = (use_texts(), use_preferences().language_untracked());
    let failed = !message.is_from_client && message.status.simple() == SimpleStatus::Failed;
    // One's own name is no news.
    let is_mine = message.author_id.is_some() && message.author_id == use_session().my_id();
    let author = message
        .author_name
        .clone()
        .filter(|_| starts_run && !message.is_from_client && !is_mine);
    let time = clock::time(message.created_at, language);
    let whatsapp = (message.channel == Channel::Whatsapp && starts_run).then_some("WhatsApp");
    let status = (!message.is_from_client).then_some(message.status);
    let reason = failed.then(|| reason(message, texts));
    let again = StoredValue::new(message.clone());
    let words = match &message.place {
        Some(place) => place.words_beside(&message.content),
        None => &message.content,
    };
    view! {
        <article class="bubble-box" class:bubble-failed=failed>
            {author.map(|author| view! { <p class="bubble-author">{author}</p> })}
            {media(&message.media, actions.media)}
            {message.choice.as_ref().map(|_| view! { <p class="bubble-tapped">{texts.thread.tapped}</p> })}
            {message.place.as_ref().map(|place| place_card(place, texts))}
            {(!words.is_empty()).then(|| view! { <p class="bubble-text" dir="auto">{linked(words)}</p> })}
            <Meta time full=clock::full(message.created_at, language) status channel=whatsapp/>
        </article>
        {reason
            .map(|words| {
                view! {
                    <div class="bubble-problem">
                        <p>{words}</p>
                        <Button
                            label=texts.thread.send_again
                            kind=ButtonKind::Quiet
                            icon=Icon::Refresh
                            on_press=move |()| actions.resend.run(again.get_value())
                        />
                    </div>
                }
            })}
    }
    .into_any()
}

/// A place, with a way to a map: no map is loaded before somebody asks for one.
fn place_card(place: &Place, texts: &'static Texts) -> AnyView {
    let title = place
        .label
        .clone()
        .unwrap_or_else(|| texts.thread.place.to_owned());
    view! {
        <a class="bubble-place" href=place.map_url() target="_blank" rel="noopener noreferrer">
            <strong>{title}</strong>
            {place.address.clone().map(|address| view! { <span>{address}</span> })}
            <small>{texts.thread.on_the_map}</small>
        </a>
    }
    .into_any()
}

fn planned(message: MessageView, replied: bool, actions: BubbleActions) -> AnyView {
    let Some(schedule) = plan_of(&message).copied() else {
        return ().into_any();
    };
    view! {
        <article class="bubble-box bubble-planned">
            {media(&message.media, actions.media)}
            <p class="bubble-text" dir="auto">{linked(&message.content)}</p>
        </article>
        {chunks::scheduled(StoredValue::new(message), schedule, replied, actions.dialogs)}
    }
    .into_any()
}

/// In the server's words; what came live has only Twilio's code, whose words come with a chunk.
fn reason(message: &MessageView, texts: &'static Texts) -> AnyView {
    match (&message.error, message.error_code) {
        (Some(words), Some(code)) => (texts.thread.failure)(code, words).into_any(),
        (Some(words), None) => words.clone().into_any(),
        (None, Some(code)) => chunks::explained(code),
        (None, None) => texts.thread.failed.into_any(),
    }
}

fn unconfirmed(outgoing: Outgoing, actions: BubbleActions) -> AnyView {
    let (texts, language) = (use_texts(), use_preferences().language_untracked());
    let time = clock::time(outgoing.created_at, language);
    let full = clock::full(outgoing.created_at, language);
    let failed = outgoing.failure.is_some();
    let status = Some(if failed {
        DeliveryStatus::Failed
    } else {
        DeliveryStatus::Pending
    });
    let key = StoredValue::new(outgoing.key);
    let problem = outgoing.failure.map(|failure| {
        let words = if failure.is_in_doubt() {
            texts.thread.in_doubt.to_owned()
        } else {
            format!("{} {}", texts.thread.not_sent, failure.sentence(language))
        };
        view! {
            <div class="bubble-problem" role="alert">
                <p>{words}</p>
                <Button
                    label=texts.thread.send_again
                    kind=ButtonKind::Quiet
                    icon=Icon::Refresh
                    on_press=move |()| actions.send_again.run(key.get_value())
                />
                <Button
                    label=texts.thread.discard
                    kind=ButtonKind::Quiet
                    on_press=move |()| actions.discard.run(key.get_value())
                />
            </div>
        }
    });
    view! {
        <article class="bubble-box bubble-unconfirmed" class:bubble-failed=failed>
            {sent_files(&outgoing.files)}
            <p class="bubble-text" dir="auto">{linked(&outgoing.content)}</p>
            <Meta time full status channel=None/>
        </article>
        {problem}
    }
    .into_any()
}

#[component]
fn Meta(
    time: String,
    full: String,
    status: Option<DeliveryStatus>,
    channel: Option<&'static str>,
) -> AnyView {
    let texts = use_texts();
    view! {
        <p class="bubble-meta">
            {channel.map(|channel| view! { <span>{channel}</span> })}
            <time title=full>{time}</time>
            {status.map(|status| view! { <Delivery status texts/> })}
        </p>
    }
    .into_any()
}

/// The text, with its web addresses as links. Everything stays text: nothing a sender writes becomes markup.
fn linked(text: &str) -> Vec<AnyView> {
    pieces(text)
        .into_iter()
        .map(|(piece, is_link)| {
            if is_link {
                view! { <a href=piece.to_owned() target="_blank" rel="noopener noreferrer">{piece.to_owned()}</a> }
                    .into_any()
            } else {
                piece.to_owned().into_any()
            }
        })
        .collect()
}

/// The text cut into what is a web address and what is not.
fn pieces(text: &str) -> Vec<(&str, bool)> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = rest
        .find("https://")
        .into_iter()
        .chain(rest.find("http://"))
        .min()
    {
        let (before, from) = rest.split_at(start);
        let end = from.find(char::is_whitespace).unwrap_or(from.len());
        let (candidate, _) = from.split_at(end);
        // A full stop or bracket after an address belongs to the sentence.
        let address = candidate.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '»', '”', '"']);
        if !before.is_empty() {
            pieces.push((before, false));
        }
        pieces.push((address, true));
        rest = from.get(address.len()..).unwrap_or_default();
    }
    if !rest.is_empty() {
        pieces.push((rest, false));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn web_addresses_are_found_without_the_marks_of_the_sentence() {
        assert_eq!(
            pieces("Voir https://edgeline.fr/rdv?id=1. Merci"),
            [
                ("Voir ", false),
                ("https://edgeline.fr/rdv?id=1", true),
                (". Merci", false)
            ]
        );
        assert_eq!(pieces("rien"), [("rien", false)]);
        assert_eq!(
            pieces("http://a.fr https://b.fr"),
            [("http://a.fr", true), (" ", false), ("https://b.fr", true)]
        );
        assert!(pieces("").is_empty());
    }
}
