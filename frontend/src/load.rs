//! Something that comes from the server: on its way, refused, or here.

use contract::Page;
use leptos::prelude::*;

use crate::client::{Failure, Pending};
use crate::preferences::Preferences;
use crate::ui::toast::Toasts;

#[derive(Clone, Debug, PartialEq)]
pub enum Load<T> {
    Waiting,
    Failed(Failure),
    Ready(T),
}

impl<T> Load<T> {
    pub fn ready(&self) -> Option<&T> {
        match self {
            Self::Ready(value) => Some(value),
            Self::Waiting | Self::Failed(_) => None,
        }
    }

    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failure) => Some(failure),
            Self::Waiting | Self::Ready(_) => None,
        }
    }
}

/// A signal of something loaded, as stores keep it.
pub type Loading<T> = RwSignal<Load<T>>;

/// How many a list asks for that is fetched again: as many as are shown, so that what somebody has scrolled to stays.
pub fn as_many_as(shown: usize) -> Option<u32> {
    const OF_ONE_PAGE: u32 = 50;
    const MOST_AT_ONCE: u32 = 200;
    let shown = u32::try_from(shown).unwrap_or(MOST_AT_ONCE);
    (shown > OF_ONE_PAGE).then_some(shown.min(MOST_AT_ONCE))
}

/// Fetches into the signal. What is shown stays until the answer is there, and stays if a refresh fails.
pub fn fetch_into<T: Send + Sync + 'static>(
    target: Loading<T>,
    request: impl Future<Output = Result<T, Failure>> + 'static,
) {
    fetch(target, Box::pin(request), || true);
}

/// The same for what is asked again whenever something happens: an answer that a later question overtook is dropped.
/// `asked` counts the questions.
pub fn fetch_newest<T: Send + Sync + 'static>(
    target: Loading<T>,
    asked: StoredValue<u32>,
    request: impl Future<Output = Result<T, Failure>> + 'static,
) {
    asked.update_value(|asked| *asked += 1);
    let question = asked.get_value();
    fetch(target, Box::pin(request), move || {
        asked.try_get_value() == Some(question)
    });
}

fn fetch<T: Send + Sync + 'static>(
    target: Loading<T>,
    request: Pending<T>,
    is_newest: impl Fn() -> bool + 'static,
) {
    if target.with_untracked(|load| matches!(load, Load::Failed(_))) {
        target.set(Load::Waiting);
    }
    leptos::task::spawn_local(async move {
        let answer = request.await;
        if !is_newest() {
            return;
        }
        // The screen may be gone by now.
        let Some(was_ready) = target.try_with_untracked(|load| load.ready().is_some()) else {
            return;
        };
        match answer {
            Ok(value) => target.set(Load::Ready(value)),
            Err(failure) if !was_ready => target.set(Load::Failed(failure)),
            Err(_) => {}
        }
    });
}

/// Adds the page that follows what is shown; `request` gets its cursor. An answer is dropped when the list was fetched anew
/// meanwhile, or when `is_wanted` says that another one is asked for. A failure is told.
pub fn fetch_more<T, F>(
    list: Loading<Page<T>>,
    busy: RwSignal<bool>,
    request: impl FnOnce(Option<String>) -> F,
    is_wanted: impl Fn() -> bool + 'static,
    (toasts, preferences): (Toasts, Preferences),
) where
    T: Send + Sync + 'static,
    F: Future<Output = Result<Page<T>, Failure>> + 'static,
{
    let cursor = list.with_untracked(|list| list.ready().and_then(|page| page.next_cursor.clone()));
    if cursor.is_none() || busy.get_untracked() {
        return;
    }
    let request: Pending<Page<T>> = Box::pin(request(cursor.clone()));
    busy.set(true);
    leptos::task::spawn_local(async move {
        let answer = request.await;
        // The screen may be gone by now.
        if busy.try_set(false).is_some() || !is_wanted() {
            return;
        }
        match answer {
            Ok(next) => list.update(|list| {
                if let Load::Ready(page) = list
                    && page.next_cursor == cursor
                {
                    page.items.extend(next.items);
                    page.next_cursor = next.next_cursor;
                }
            }),
            Err(failure) => toasts.problem(failure.sentence(preferences.language_untracked())),
        }
    });
}
