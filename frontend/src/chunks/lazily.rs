//! Shows a part of the panel once its chunk is here; says so when it does not come.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use wasm_split_helpers::SplitLoaderError;

use super::Chunk;
use crate::platform::page;
use crate::preferences::use_texts;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::empty_state::EmptyState;
use crate::ui::icon::Icon;
use crate::ui::spinner::Spinner;
use crate::ui::toast::use_toasts;

pub(super) type Soon<T> = Pin<Box<dyn Future<Output = Result<T, SplitLoaderError>>>>;

/// Where a part stands, and so how its absence is told.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Screen,
    /// Among others, which say enough until it is here.
    Line,
    /// Told in passing, and then this is run.
    Dialog(Callback<()>),
}

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Waiting,
    Absent,
    Here,
}

/// Builds the part, once its chunk is here.
pub(super) type Opening = Box<dyn Fn() -> Soon<AnyView>>;

/// Not generic: a copy for each door would weigh more than all doors together.
pub(super) fn lazily(chunk: &'static Chunk, place: Place, open: Opening) -> AnyView {
    let (texts, toasts) = (use_texts(), use_toasts());
    let stage = RwSignal::new(Stage::Waiting);
    let part = StoredValue::new_local(None);
    let open = StoredValue::new_local(open);
    let owner = Owner::current().unwrap_or_default();
    let begin = move || {
        let opened = owner.with(|| {
            ScopedFuture::new(async move {
                chunk.fetch().await?;
                // Whoever went on before it came has taken what it would be built with.
                match open.try_with_value(|open| open()) {
                    Some(opening) => opening.await.map_err(drop),
                    None => Err(()),
                }
            })
        });
        let take = move |outcome: Result<AnyView, ()>| {
            let reached = match outcome {
                Ok(view) => {
                    part.try_set_value(Some(view));
                    Stage::Here
                }
                Err(()) => Stage::Absent,
            };
            // It may have been left meanwhile.
            if stage.try_set(reached).is_none()
                && reached == Stage::Absent
                && let Place::Dialog(give_up) = place
            {
                toasts.problem(texts.shell.part_missing);
                give_up.run(());
            }
        };
        let mut opened = Box::pin(opened);
        // What was fetched before is shown at once, without a frame in between.
        match opened.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(outcome) => take(outcome),
            Poll::Pending => leptos::task::spawn_local(async move { take(opened.await) }),
        }
    };
    begin();
    let retry = StoredValue::new_local(begin);
    (move || match (stage.get(), place) {
        (Stage::Here, _) => part.try_update_value(Option::take).flatten().into_any(),
        (_, Place::Dialog(_) | Place::Line) => ().into_any(),
        (Stage::Waiting, Place::Screen) => {
            view! { <div class="lazily-waiting"><Spinner label=texts.shell.loading/></div> }.into_any()
        }
        (Stage::Absent, Place::Screen) => view! {
            <EmptyState icon=Icon::Alert title=texts.shell.problem_title text=texts.shell.part_missing>
                <Button
                    label=texts.shell.retry
                    icon=Icon::Refresh
                    on_press=move |()| {
                        stage.set(Stage::Waiting);
                        retry.with_value(|retry| retry());
                    }
                />
                <Button label=texts.shell.reload kind=ButtonKind::Quiet on_press=move |()| page::reload()/>
            </EmptyState>
        }
        .into_any(),
    })
    .into_any()
}
