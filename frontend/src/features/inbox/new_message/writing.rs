//! What is written to somebody new, and the server's verdict on the line to them.

use std::time::Duration;

use contract::sending::{GetLine, LineQuery};
use contract::{Nothing, ProblemCode};
use domain::verdict::Objection;
use domain::{Address, Channel};
use leptos::html;
use leptos::prelude::*;
use leptos::reactive::spawn_local_scoped_with_cancellation;

use crate::chunks;
use crate::client::use_client;
use crate::features::shell::now::use_now;
use crate::features::thread::composer::attach::{AttachButton, use_attach};
use crate::features::thread::composer::cost::Cost;
use crate::features::thread::composer::draft::Draft;
use crate::features::thread::composer::picker::{Picker, Reader};
use crate::features::thread::composer::verdict::PlainOffer;
use crate::platform::files;
use crate::preferences::use_texts;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::field::fresh_id;

/// The person pauses.
const PAUSE: Duration = Duration::from_millis(300);

/// What the server knows of the line, once the number is one.
#[derive(Clone, Copy)]
pub struct Line {
    known: RwSignal<Option<domain::verdict::Line>>,
    objection: Memo<Option<ProblemCode>>,
}

impl Line {
    /// Whatever is written: of the person, the country, our number, WhatsApp's window.
    pub const fn objection(self) -> Memo<Option<ProblemCode>> {
        self.objection
    }

    /// The number as the server read it.
    pub fn goes_to(self) -> Option<String> {
        self.known
            .with(|line| line.as_ref().map(|line| line.to.identity()))
    }

    pub fn is_whatsapp(self) -> bool {
        self.known
            .with(|line| line.as_ref().is_some_and(domain::verdict::Line::is_whatsapp))
    }
}

/// Asked when the person pauses; an earlier question is dropped.
pub fn line_to(number: Signal<String>, from: Memo<Option<Address>>) -> Line {
    let (client, now) = (use_client(), use_now());
    let known = RwSignal::new(None);
    let asked = RwSignal::new(None);
    Effect::new(move || {
        let query = LineQuery {
            to: number.with(|number| number.trim().to_owned()),
            channel: from
                .with(|from| matches!(from, Some(Address::Whatsapp(_))).then_some(Channel::Whatsapp)),
            from: from.with(|from| from.as_ref().map(ToString::to_string)),
        };
        known.set(None);
        let timer = set_timeout_with_handle(move || drop(asked.try_set(Some(query))), PAUSE).ok();
        on_cleanup(move || {
            if let Some(timer) = timer {
                timer.clear();
            }
        });
    });
    Effect::new(move || {
        let Some(query) = asked.get().filter(|query: &LineQuery| !query.to.is_empty()) else {
            return;
        };
        spawn_local_scoped_with_cancellation(async move {
            // Half a number is none yet: the field says so when it is left, and the server when it is sent.
            if let Ok(line) = client.call::<GetLine>(&(), &query, &Nothing {}).await {
                let _ = known.try_set(Some(line));
            }
        });
    });
    let objection = Memo::new(move |_| {
        known.with(|line| {
            let line = line.as_ref()?;
            let shut = line.is_whatsapp() && line.window_left(now.get()).is_none();
            let objection = line
                .objection()
                .or_else(|| shut.then_some(Objection::OutsideWhatsappWindow))?;
            Some(ProblemCode::from(objection))
        })
    });
    Line { known, objection }
}

/// The text with its files, canned replies and cost.
#[component]
pub fn Writing(
    draft: Draft,
    line: Line,
    #[prop(into)] our_number: Signal<String>,
    with_files: bool,
) -> AnyView {
    let texts = use_texts();
    let words = texts.tools();
    let reader = Signal::derive(move || Reader {
        channel: if line.is_whatsapp() {
            Channel::Whatsapp
        } else {
            Channel::Sms
        },
        name: None,
        our_number: our_number.get(),
    });
    let picker = Picker::new(draft, reader);
    let attach = use_attach(draft.files);
    let has_files = Memo::new(move |_| !draft.files.is_empty());
    let id = fresh_id();
    let area = NodeRef::<html::Textarea>::new();
    let on_paste = move |event: web_sys::ClipboardEvent| {
        let pasted = files::pasted(&event);
        if !pasted.is_empty() {
            event.prevent_default();
            attach(pasted);
        }
    };
    let on_drop = move |event: web_sys::DragEvent| {
        if files::are_dragged(&event) {
            event.prevent_default();
            attach(files::dropped(&event));
        }
    };
    let pick = move |()| {
        draft.write("/".to_owned());
        if let Some(area) = area.get_untracked() {
            let _ = area.focus();
        }
    };
    view! {
        <div
            class="text_field"
            on:dragover=move |event| {
                if files::are_dragged(&event) {
                    event.prevent_default();
                }
            }
            on:drop=on_drop
        >
            <label for=id.clone()>{words.message}</label>
            {move || has_files.get().then(|| chunks::attached(draft.files))}
            {move || picker.is_open().then(|| chunks::templates_picker(picker))}
            <textarea
                id=id
                node_ref=area
                rows="4"
                dir="auto"
                prop:value=draft.text()
                on:input:target=move |event| draft.write(event.target().value())
                on:keydown=move |event| {
                    picker.takes(&event);
                }
                on:paste=on_paste
            ></textarea>
            <div class="new_message-tools">
                <AttachButton files=draft.files/>
                <Button label=words.canned_reply kind=ButtonKind::Quiet on_press=pick/>
                <p class="composer-note">
                    {move || {
                        let counts = !line.is_whatsapp() && (draft.files.is_empty() || draft.files.as_link());
                        counts.then(|| view! { <Cost text=draft.text()/><PlainOffer draft/> })
                    }}
                </p>
            </div>
            {move || {
                (with_files && draft.files.is_empty())
                    .then(|| view! { <p class="text_field-note">{words.mms_needs_files}</p> })
            }}
        </div>
    }
    .into_any()
}
