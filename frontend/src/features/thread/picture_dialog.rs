//! A picture in full, with the thread's others one key away.

use contract::inbox::{MediaView, MessageView};
use domain::ids::MediaId;
use leptos::prelude::*;

use super::media::{address, is_picture, name_of};
use crate::preferences::use_texts;
use crate::ui::button::IconButton;
use crate::ui::dialog::Dialog;
use crate::ui::icon::{Glyph, Icon};

#[component]
pub fn PictureDialog(
    messages: Signal<Vec<MessageView>>,
    /// The picture that is looked at; none closes the dialog.
    shown: RwSignal<Option<MediaId>>,
) -> AnyView {
    let texts = use_texts();
    let pictures = Memo::new(move |_| {
        messages.with(|messages| {
            let media = messages.iter().flat_map(|message| &message.media);
            media
                .filter(|medium| is_picture(medium))
                .cloned()
                .collect::<Vec<MediaView>>()
        })
    });
    let place = move || {
        let id = shown.get();
        pictures.with(|pictures| {
            pictures
                .iter()
                .position(|picture| Some(&picture.id) == id.as_ref())
        })
    };
    let neighbour = move |step: isize| {
        let to = place()?.checked_add_signed(step)?;
        pictures.with(|pictures| pictures.get(to).map(|picture| picture.id.clone()))
    };
    let go = move |step| {
        if let Some(id) = untrack(|| neighbour(step)) {
            shown.set(Some(id));
        }
    };
    let on_key = window_event_listener(leptos::ev::keydown, move |event| match event.key().as_str() {
        "ArrowLeft" => go(-1),
        "ArrowRight" => go(1),
        _ => {}
    });
    on_cleanup(move || on_key.remove());
    let picture = Memo::new(move |_| pictures.with(|pictures| pictures.get(place()?).cloned()));
    view! {
        <Dialog
            title=texts.thread.image
            close_label=texts.shell.close
            class="picture_dialog"
            on_close=move |()| shown.set(None)
        >
            <figure>
                {move || {
                    picture
                        .get()
                        .map(|picture| {
                            let name = name_of(&picture, texts);
                            view! {
                                <img src=address(&picture.id) alt=name.clone()/>
                                <figcaption>
                                    <span>{name}</span>
                                    <a href=format!("{}?download=true", address(&picture.id)) download="">
                                        <Glyph icon=Icon::ArrowDown/>
                                        {texts.thread.download}
                                    </a>
                                </figcaption>
                            }
                        })
                }}
                <nav aria-label=texts.thread.image>
                    <IconButton
                        label=texts.thread.previous_image
                        icon=Icon::ArrowLeft
                        disabled=Signal::derive(move || neighbour(-1).is_none())
                        on_press=move |()| go(-1)
                    />
                    <IconButton
                        label=texts.thread.next_image
                        icon=Icon::ChevronRight
                        disabled=Signal::derive(move || neighbour(1).is_none())
                        on_press=move |()| go(1)
                    />
                </nav>
            </figure>
        </Dialog>
    }
    .into_any()
}
