//! A message's files: pictures and players in boxes of a fixed size, so that nothing jumps when they load, anything
//! else as a card. Pictures are the originals scaled by the browser, fetched when they come into sight.

use contract::media::{MediaState, MediaView};
use domain::Language;
use domain::ids::MediaId;
use leptos::prelude::*;

use super::composer::attachments::SentFile;
use crate::locales::Texts;
use crate::locales::file_size::file_size;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::spinner::Spinner;

/// What one does with a file.
#[derive(Clone, Copy)]
pub struct MediaActions {
    pub look_at: Callback<MediaId>,
    pub fetch_again: Callback<MediaId>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Picture,
    Sound,
    Film,
    Card,
}

impl Kind {
    /// By what every current browser shows; the rest can be saved.
    fn of(content_type: &str) -> Self {
        match content_type {
            "image/jpeg" | "image/png" | "image/gif" | "image/webp" | "image/bmp" | "image/avif" => {
                Self::Picture
            }
            "audio/mpeg" | "audio/mp3" | "audio/mp4" | "audio/aac" | "audio/ogg" | "audio/opus"
            | "audio/webm" | "audio/wav" | "audio/x-wav" | "audio/vnd.wave" | "audio/flac" => Self::Sound,
            "video/mp4" | "video/webm" | "video/ogg" | "video/quicktime" | "video/3gpp" => Self::Film,
            _ => Self::Card,
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Picture => "media media-picture",
            Self::Sound => "media media-sound",
            Self::Film => "media media-film",
            Self::Card => "media media-card",
        }
    }
}

/// Whether it can be looked at in full.
pub fn is_picture(medium: &MediaView) -> bool {
    medium.state == MediaState::Here && Kind::of(&medium.content_type) == Kind::Picture
}

pub fn address(id: &MediaId) -> String {
    format!("/api/media/{id}")
}

pub fn media(media: &[MediaView], actions: MediaActions) -> Option<AnyView> {
    let (texts, language) = (use_texts(), use_preferences().language_untracked());
    let all: Vec<_> = media
        .iter()
        .map(|medium| match medium.state {
            MediaState::Here => here(medium, texts, language, actions),
            MediaState::Waiting => waiting(medium, texts),
            MediaState::Failed => failed(medium, texts, language, actions),
            MediaState::Elsewhere => elsewhere(medium, texts),
        })
        .collect();
    (!all.is_empty()).then(|| view! { <div class="media_list">{all}</div> }.into_any())
}

fn here(medium: &MediaView, texts: &'static Texts, language: Language, actions: MediaActions) -> AnyView {
    let kind = Kind::of(&medium.content_type);
    let (source, name) = (address(&medium.id), name_of(medium, texts));
    // A picture that the browser cannot draw after all is a card.
    let broken = RwSignal::new(false);
    let medium = StoredValue::new(medium.clone());
    (move || {
        let (source, name) = (source.clone(), name.clone());
        if broken.get() {
            return medium.with_value(|medium| card(medium, texts, language));
        }
        match kind {
            Kind::Picture => view! {
                <button
                    type="button"
                    class=kind.class()
                    aria-label=(texts.thread.look_at)(&name)
                    on:click=move |_| actions.look_at.run(medium.with_value(|medium| medium.id.clone()))
                >
                    <img src=source alt="" loading="lazy" decoding="async" on:error=move |_| broken.set(true)/>
                </button>
            }
            .into_any(),
            Kind::Sound => view! {
                <audio class=kind.class() controls preload="metadata" src=source aria-label=name on:error=move |_| broken.set(true)></audio>
            }
            .into_any(),
            Kind::Film => view! {
                <video
                    class=kind.class()
                    controls
                    playsinline
                    preload="metadata"
                    src=source
                    aria-label=name
                    on:error=move |_| broken.set(true)
                ></video>
            }
            .into_any(),
            Kind::Card => medium.with_value(|medium| card(medium, texts, language)),
        }
    })
    .into_any()
}

fn card(medium: &MediaView, texts: &'static Texts, language: Language) -> AnyView {
    // A PDF is read; a contact card, a table or a letter is saved.
    let is_read = medium.content_type == "application/pdf";
    let address = address(&medium.id);
    let size = medium.size.and_then(|size| u64::try_from(size).ok());
    let about = [
        Some(kind_of(&medium.content_type, texts).to_owned()),
        size.map(|size| file_size(size, language)),
    ];
    view! {
        <a
            class=Kind::Card.class()
            href=if is_read { address } else { format!("{address}?download=true") }
            target=is_read.then_some("_blank")
            rel=is_read.then_some("noopener")
            download=(!is_read).then_some("")
        >
            <Glyph icon=icon_of(&medium.content_type)/>
            <span>
                <strong>{name_of(medium, texts)}</strong>
                <small>{about.into_iter().flatten().collect::<Vec<_>>().join(" · ")}</small>
            </span>
        </a>
    }
    .into_any()
}

fn waiting(medium: &MediaView, texts: &'static Texts) -> AnyView {
    view! {
        <div class=format!("{} media-waiting", Kind::of(&medium.content_type).class())>
            <Spinner label=texts.thread.file_waiting/>
            <small aria-hidden="true">{texts.thread.file_waiting}</small>
        </div>
    }
    .into_any()
}

fn failed(medium: &MediaView, texts: &'static Texts, language: Language, actions: MediaActions) -> AnyView {
    let words = match medium.failure {
        Some(failure) => failure.sentence(language),
        None => texts.thread.file_failed,
    };
    let id = medium.id.clone();
    view! {
        <div class="media media-card media-failed">
            <Glyph icon=Icon::Alert/>
            <span>
                <strong>{name_of(medium, texts)}</strong>
                <small>{words}</small>
                <Button
                    label=texts.shell.retry
                    kind=ButtonKind::Quiet
                    icon=Icon::Refresh
                    on_press=move |()| actions.fetch_again.run(id.clone())
                />
            </span>
        </div>
    }
    .into_any()
}

fn elsewhere(medium: &MediaView, texts: &'static Texts) -> AnyView {
    let url = medium.url.clone().unwrap_or_default();
    let host = url.split('/').nth(2).unwrap_or_default().to_owned();
    view! {
        <a class=Kind::Card.class() href=url target="_blank" rel="noopener noreferrer">
            <Glyph icon=Icon::Paperclip/>
            <span>
                <strong>{name_of(medium, texts)}</strong>
                <small>{host}</small>
            </span>
        </a>
    }
    .into_any()
}

/// The files of a message that is not confirmed yet, as this device has them.
pub fn sent_files(files: &[SentFile]) -> Option<AnyView> {
    let (texts, language) = (use_texts(), use_preferences().language_untracked());
    let all: Vec<_> = files
        .iter()
        .map(|file| match &file.preview {
            Some(url) if Kind::of(&file.upload.content_type) == Kind::Picture => {
                view! { <span class=Kind::Picture.class()><img src=url.as_str().to_owned() alt=""/></span> }
                    .into_any()
            }
            _ => {
                let size = u64::try_from(file.upload.size).unwrap_or_default();
                let name = file.upload.file_name.clone();
                let name = name.unwrap_or_else(|| kind_of(&file.upload.content_type, texts).to_owned());
                view! {
                    <div class=Kind::Card.class()>
                        <Glyph icon=icon_of(&file.upload.content_type)/>
                        <span><strong>{name}</strong><small>{file_size(size, language)}</small></span>
                    </div>
                }
                .into_any()
            }
        })
        .collect();
    (!all.is_empty()).then(|| view! { <div class="media_list">{all}</div> }.into_any())
}

pub fn name_of(medium: &MediaView, texts: &'static Texts) -> String {
    let name = medium.file_name.clone();
    name.unwrap_or_else(|| kind_of(&medium.content_type, texts).to_owned())
}

fn icon_of(content_type: &str) -> Icon {
    if content_type.contains("vcard") || content_type == "text/directory" {
        Icon::User
    } else {
        Icon::Paperclip
    }
}

fn kind_of(content_type: &str, texts: &'static Texts) -> &'static str {
    let texts = &texts.thread;
    match content_type.split_once('/').unwrap_or_default() {
        ("image", _) => texts.image,
        ("audio", _) => texts.audio,
        ("video", _) => texts.video,
        (_, "pdf") => "PDF",
        (_, kind) if kind.contains("vcard") || kind == "directory" => texts.contact_card,
        ("application", _) => texts.document,
        _ => texts.attachment,
    }
}
