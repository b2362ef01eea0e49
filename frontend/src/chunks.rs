//! What the first message does not need comes in chunks of the module, when it is first opened or when the browser
//! has nothing else to do. Each function at the end is the door to a part; docs/decisions/0006-lazy-chunks.md.

mod lazily;

use std::time::Duration;

use contract::ProblemCode;
use contract::inbox::{ConversationView, MessageView};
use contract::notes::NoteView;
use contract::scheduled::Schedule;
use domain::call::CallOutcome;
use domain::ids::{ContactId, ConversationId, MediaId};
use leptos::prelude::*;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use crate::features::access::invitation::AcceptInvitationScreen;
use crate::features::access::set_up::SetUpScreen;
use crate::features::agenda::agenda_screen::AgendaScreen;
use crate::features::agenda::later::Later;
use crate::features::agenda::send_later::SendLater;
use crate::features::calls::call_item::CallItem;
use crate::features::calls::calls_screen::CallsScreen;
use crate::features::calls::words::Preview;
use crate::features::campaigns::campaigns_screen::CampaignsScreen;
use crate::features::contacts::card::ContactPanel;
use crate::features::contacts::contacts_screen::ContactsScreen;
use crate::features::inbox::clear::ClearDialog;
use crate::features::inbox::empty_list::EmptyList;
use crate::features::inbox::new_message::NewMessage;
use crate::features::inbox::sync::SyncDialog;
use crate::features::phone::dock::Dock;
use crate::features::search::SearchResultsPane;
use crate::features::settings::settings_screen::SettingsScreen;
use crate::features::shell::dialogs::{DialogPlace, Start};
use crate::features::shell::shortcuts::Shortcuts;
use crate::features::templates::picker_list::TemplatesPicker;
use crate::features::thread::bubble::BubbleActions;
use crate::features::thread::composer::attachments::Attachments;
use crate::features::thread::composer::attachments::strip::Strip;
use crate::features::thread::composer::draft::{Draft, Letter};
use crate::features::thread::composer::picker::Picker;
use crate::features::thread::composer::templates::TemplateDialog;
use crate::features::thread::composer::verdict::PlainOffer;
use crate::features::thread::composer::window::ShutWindow;
use crate::features::thread::conversation_menu::ConversationMenu;
use crate::features::thread::in_words::{Explained, Refused};
use crate::features::thread::menu_button;
use crate::features::thread::note_row::NoteRow;
use crate::features::thread::picture_dialog::PictureDialog;
use crate::features::thread::scheduled::Scheduled;
use crate::platform::files::LocalFile;
use crate::platform::sheet;
use lazily::{Place, Soon, lazily};

/// After the first screen: until then the network belongs to the inbox.
const IDLE_AFTER: Duration = Duration::from_secs(3);

/// What is fetched in one piece.
pub struct Chunk {
    module: fn() -> Soon<()>,
    /// The sheet of styles that comes with it, by its file's name.
    sheet: Option<&'static str>,
}

macro_rules! chunk {
    ($(#[$doc:meta])* $chunk:ident as $name:ident, $sheet:expr) => {
        $(#[$doc])*
        static $chunk: Chunk = {
            #[wasm_split($name, fallible)]
            fn $name() -> Result<(), SplitLoaderError> {
                Ok(())
            }
            Chunk { module: || Box::pin($name()), sheet: $sheet }
        };
    };
}

/// A function that shows a view once its chunk is here: in place of a screen, within a line, or as a dialog over it. A dialog's function
/// is also told what to run when the chunk does not come.
macro_rules! door {
    (screen $door:ident$(($($argument:ident: $kind:ty),*))? in $chunk:ident as $name:ident => $view:expr) => {
        pub fn $door($($($argument: $kind),*)?) -> AnyView {
            door!(@split $door($($($argument: $kind),*)?) in $chunk as $name, Place::Screen => $view)
        }
    };
    (line $door:ident($($argument:ident: $kind:ty),*) in $chunk:ident as $name:ident => $view:expr) => {
        pub fn $door($($argument: $kind),*) -> AnyView {
            door!(@split $door($($argument: $kind),*) in $chunk as $name, Place::Line => $view)
        }
    };
    (dialog $door:ident($($argument:ident: $kind:ty),*) in $chunk:ident as $name:ident => $view:expr) => {
        pub fn $door($($argument: $kind,)* give_up: Callback<()>) -> AnyView {
            door!(@split $door($($argument: $kind),*) in $chunk as $name, Place::Dialog(give_up) => $view)
        }
    };
    (@split $door:ident($($argument:ident: $kind:ty),*) in $chunk:ident as $name:ident, $place:expr => $view:expr) => {{
        #[wasm_split($name, fallible)]
        fn $door($($argument: $kind),*) -> Result<AnyView, SplitLoaderError> {
            Ok($view.into_any())
        }
        lazily(&$chunk, $place, Box::new(move || Box::pin($door($($argument),*))))
    }};
}

chunk! {
    /// What is opened a few times a month.
    OFFICE as office, Some("settings")
}
chunk! {
    /// The address book, and the contact beside a thread.
    CONTACTS as contacts, Some("contacts")
}
chunk! {
    /// What opens over the inbox.
    DIALOGS as dialogs, None
}
chunk! {
    /// Files to send.
    FILES as files, None
}

chunk! {
    /// Appointments, and messages that leave later.
    AGENDA as agenda, Some("agenda")
}
chunk! {
    /// Calls: their log, and each in its thread.
    CALLS as calls, Some("calls")
}
chunk! {
    /// The softphone; the Voice SDK is a script of its own.
    PHONE as phone, Some("phone")
}
chunk! {
    /// One text for many people.
    CAMPAIGNS as campaigns_chunk, Some("campaigns")
}
chunk! {
    /// What opens under the search box.
    SEARCH as search, Some("search")
}

/// Under the composer: small, so it waits with the search.
pub fn templates_picker(picker: Picker) -> AnyView {
    door!(@split templates_picker(picker: Picker) in SEARCH as search, Place::Screen => view! { <TemplatesPicker picker/> })
}
door!(screen search_results in SEARCH as search => view! { <SearchResultsPane/> });
door!(screen settings in OFFICE as office => view! { <SettingsScreen/> });
door!(dialog softphone() in PHONE as phone => view! { <Dock/> });
door!(screen agenda_screen in AGENDA as agenda => view! { <AgendaScreen/> });
door!(screen scheduled(message: StoredValue<MessageView>, schedule: Schedule, replied: bool, dialogs: DialogPlace) in AGENDA as agenda => {
    view! { <Scheduled message=message.get_value() schedule replied dialogs/> }
});
door!(screen calls_screen in CALLS as calls => view! { <CallsScreen/> });
door!(line call_item(message: StoredValue<MessageView>) in CALLS as calls => view! { <CallItem message=message.get_value()/> });
door!(line call_words(outcome: CallOutcome, inbound: bool) in CALLS as calls => view! { <Preview outcome inbound/> });
door!(dialog send_later(later: Later) in AGENDA as agenda => view! { <SendLater later/> });
door!(screen campaigns in CAMPAIGNS as campaigns_chunk => view! { <CampaignsScreen/> });
door!(screen set_up in OFFICE as office => view! { <SetUpScreen/> });
door!(screen invitation in OFFICE as office => view! { <AcceptInvitationScreen/> });
door!(screen contacts in CONTACTS as contacts => view! { <ContactsScreen/> });
door!(screen contact_panel(contact: Signal<ContactId>) in CONTACTS as contacts => view! { <ContactPanel contact/> });
door!(screen empty_list in DIALOGS as dialogs => view! { <EmptyList/> });
door!(dialog new_message(start: StoredValue<Start>) in DIALOGS as dialogs => view! { <NewMessage start=start.get_value()/> });
door!(dialog shortcuts() in DIALOGS as dialogs => view! { <Shortcuts/> });
door!(dialog picture(messages: Signal<Vec<MessageView>>, shown: RwSignal<Option<MediaId>>) in DIALOGS as dialogs => {
    view! { <PictureDialog messages shown/> }
});
door!(dialog templates(number: Signal<String>, on_send: Callback<Letter>, on_close: Callback<()>) in DIALOGS as dialogs => {
    view! { <TemplateDialog number on_send on_close/> }
});
door!(screen shut_window(id: StoredValue<ConversationId>, conversation: Signal<ConversationView>, chooses: RwSignal<bool>) in DIALOGS as dialogs => {
    view! { <ShutWindow id=id.get_value() conversation chooses/> }
});
door!(dialog conversation_menu(id: StoredValue<ConversationId>, place: menu_button::Place, dialogs: DialogPlace, on_close: Callback<()>) in DIALOGS as dialogs => {
    view! { <ConversationMenu id=id.get_value() place dialogs on_close/> }
});
door!(dialog plain_offer(draft: Draft) in DIALOGS as dialogs => view! { <PlainOffer draft/> });

// Sentences of what went wrong: of all codes, they weigh more than a screen.
door!(screen explained(code: i64) in DIALOGS as dialogs => view! { <Explained code/> });
door!(screen refusal(code: ProblemCode) in DIALOGS as dialogs => view! { <Refused code/> });

/// The files that are attached to what is being written.
pub fn attached(attachments: Attachments) -> AnyView {
    strip(attachments, Callback::new(|()| {}))
}

door!(dialog strip(attachments: Attachments) in FILES as files => view! { <Strip attachments/> });

/// Takes files in. `on_absence` is run when the chunk that does so cannot be had.
pub fn attach(attachments: Attachments, files: Vec<LocalFile>, on_absence: impl FnOnce() + 'static) {
    #[wasm_split(files, fallible)]
    fn take_in(attachments: Attachments, files: Vec<LocalFile>) -> Result<(), SplitLoaderError> {
        attachments.take_in(files);
        Ok(())
    }
    leptos::task::spawn_local(async move {
        if take_in(attachments, files).await.is_err() {
            on_absence();
        }
    });
}
door!(dialog sync() in DIALOGS as dialogs => view! { <SyncDialog/> });
door!(dialog clear() in DIALOGS as dialogs => view! { <ClearDialog/> });
door!(line note_row(note: StoredValue<NoteView>, actions: BubbleActions) in DIALOGS as dialogs => view! { <NoteRow note=note.get_value() actions/> });

/// Fetches all chunks while nobody waits for them, so that a click opens at once.
pub fn fetch_when_idle() {
    set_timeout(
        || {
            leptos::task::spawn_local(async {
                for chunk in [
                    &SEARCH, &CALLS, &FILES, &DIALOGS, &CONTACTS, &AGENDA, &CAMPAIGNS, &PHONE, &OFFICE,
                ] {
                    // One that fails is fetched, and its failure shown, when it is opened.
                    let _ = chunk.fetch().await;
                }
            });
        },
        IDLE_AFTER,
    );
}

impl Chunk {
    async fn fetch(&self) -> Result<(), ()> {
        // Asked for now, waited for later: both travel side by side.
        let styles = self.sheet.map(sheet::load);
        (self.module)().await.map_err(drop)?;
        match styles {
            Some(styles) => styles.await.then_some(()).ok_or(()),
            None => Ok(()),
        }
    }
}
