//! The files beside a text that is being written: made ready, uploaded at once, and judged before anything is sent.

mod shelf;
pub mod strip;
mod take_in;

use contract::ProblemCode;
use contract::inbox::ConversationView;
use contract::media::UploadView;
use domain::Channel;
use domain::ids::MediaId;
use domain::media::{self, InvalidMedia};
use leptos::prelude::*;

use crate::client::{Client, use_client};
use crate::features::company::Company;
use crate::platform::files::PageUrl;
use crate::preferences::{Preferences, use_preferences};
pub use shelf::Shelf;

/// One file, from being chosen to lying on the server.
#[derive(Clone, Debug)]
pub struct Attached {
    pub key: u32,
    pub name: String,
    /// A picture as this device has it.
    pub preview: Option<PageUrl>,
    /// Its type and size: those of what is uploaded, once that is known.
    pub facts: ArcRwSignal<(String, u64)>,
    pub transfer: ArcRwSignal<Transfer>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Transfer {
    Preparing,
    /// The part that has left, from 0 to 1.
    Leaving(f64),
    Here(UploadView),
    Failed {
        words: String,
        may_retry: bool,
    },
}

/// A file that is sent with a message, and as this device shows it until the message is confirmed.
#[derive(Clone, Debug, PartialEq)]
pub struct SentFile {
    pub upload: UploadView,
    pub preview: Option<PageUrl>,
}

/// What the number and the channel allow.
#[derive(Clone, Copy)]
pub struct Carrier {
    pub channel: Signal<Channel>,
    /// Whether the number sends MMS; if not, files go as links in an SMS.
    pub sends_mms: Signal<bool>,
}

impl Carrier {
    pub fn of(conversation: Signal<ConversationView>, company: Company) -> Self {
        let number = Memo::new(move |_| conversation.with(|view| view.number.clone()));
        Self {
            channel: Memo::new(move |_| conversation.with(|view| view.channel)).into(),
            sends_mms: Signal::derive(move || company.sends_mms(&number.get())),
        }
    }

    fn sends_links(self) -> bool {
        self.channel.get() != Channel::Whatsapp && !self.sends_mms.get()
    }
}

#[derive(Clone, Copy)]
pub struct Attachments {
    items: RwSignal<Vec<Attached>>,
    /// Whether their message leaves as soon as they are here.
    awaited: Signal<bool>,
    carrier: Carrier,
    shelf: Shelf,
    client: Client,
    preferences: Preferences,
}

impl Attachments {
    /// `items` outlives the screen: who looks into another conversation finds the files again.
    pub fn new(items: ArcRwSignal<Vec<Attached>>, awaited: Signal<bool>, carrier: Carrier) -> Self {
        Self {
            items: items.into(),
            awaited,
            carrier,
            shelf: Shelf::of_context(),
            client: use_client(),
            preferences: use_preferences(),
        }
    }

    pub fn is_empty(self) -> bool {
        self.items.with(Vec::is_empty)
    }

    pub fn as_link(self) -> bool {
        self.carrier.sends_links()
    }

    /// Whether all are on the server and may go out together.
    pub fn are_ready(self) -> bool {
        self.are_all(|transfer| matches!(transfer, Transfer::Here(_))) && self.problem().is_none()
    }

    /// Whether nothing stands against those that are here and those that are still on their way.
    pub fn are_coming(self) -> bool {
        self.are_all(|transfer| !matches!(transfer, Transfer::Failed { .. })) && self.problem().is_none()
    }

    fn are_all(self, so: fn(&Transfer) -> bool) -> bool {
        self.items
            .with(|items| items.iter().all(|item| item.transfer.with(so)))
    }

    /// What became of the first that did not arrive.
    pub fn failure(self) -> Option<String> {
        let words = |item: &Attached| {
            item.transfer.with(|transfer| match transfer {
                Transfer::Failed { words, .. } => Some(format!("{} – {words}", item.name)),
                _ => None,
            })
        };
        self.items.with(|items| items.iter().find_map(words))
    }

    /// Those that are on the server, in their order.
    pub fn uploads(self) -> Vec<MediaId> {
        self.items.with(|items| {
            let id = |item: &Attached| {
                item.transfer.with(|transfer| match transfer {
                    Transfer::Here(upload) => Some(upload.id.clone()),
                    _ => None,
                })
            };
            items.iter().filter_map(id).collect()
        })
    }

    /// Why these files together cannot go out.
    pub fn problem(self) -> Option<ProblemCode> {
        let facts: Vec<_> = self
            .items
            .with(|items| items.iter().map(|item| item.facts.get()).collect());
        if self.as_link() {
            return (facts.len() > media::MOST_FILES).then_some(ProblemCode::TooManyMedia);
        }
        let facts = facts.iter().map(|(kind, size)| (kind.as_str(), *size));
        let channel = self.carrier.channel.get();
        match media::check(channel, facts) {
            // A file that is refused by itself says so itself.
            Err(error @ (InvalidMedia::TooMany | InvalidMedia::TooLarge)) => Some(code_of(error)),
            _ => None,
        }
    }

    /// What lies on the server, for the message that carries it; nothing is attached any more.
    pub fn take(self) -> Vec<SentFile> {
        let items = self.items.try_update(std::mem::take).unwrap_or_default();
        items
            .into_iter()
            .filter_map(|item| {
                self.shelf.forget(item.key);
                let transfer = item.transfer.get_untracked();
                match transfer {
                    Transfer::Here(upload) => Some(SentFile {
                        upload,
                        preview: item.preview,
                    }),
                    _ => None,
                }
            })
            .collect()
    }

    pub fn remove(self, key: u32) {
        self.shelf.forget(key);
        self.items.update(|items| items.retain(|item| item.key != key));
    }
}

const fn code_of(error: InvalidMedia) -> ProblemCode {
    match error {
        InvalidMedia::TooMany => ProblemCode::TooManyMedia,
        InvalidMedia::TooLarge => ProblemCode::MediaTooLarge,
        InvalidMedia::TypeNotAccepted => ProblemCode::MediaTypeNotAccepted,
        InvalidMedia::Empty => ProblemCode::EmptyMedia,
    }
}
