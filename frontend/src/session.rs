//! Who is signed in.

use contract::Nothing;
use contract::session::{GetSession, Me, SignOut};
use domain::Role;
use domain::ids::UserId;
use leptos::prelude::*;

use crate::client::{Client, Failure, use_client};
use crate::navigation::{Navigation, Route, use_navigation};
use crate::platform::{history, page, storage};
use crate::preferences::{Preferences, use_preferences};

/// The prefix of what a person was writing.
pub const DRAFTS: &str = "edgeline.draft.";
const INTERRUPTED_AT: &str = "edgeline.interrupted_at";

#[derive(Clone, Debug, PartialEq)]
pub enum Session {
    Waiting,
    Unreachable(Failure),
    SetUpRequired,
    SignedOut,
    SignedIn(Box<Me>),
}

#[derive(Clone, Copy)]
pub struct SessionStore {
    client: Client,
    navigation: Navigation,
    preferences: Preferences,
    state: RwSignal<Session>,
    /// Where a person was when the session ended, to go back there after signing in.
    return_to: RwSignal<Option<Route>>,
    /// Somebody was at work here when the session ended.
    was_interrupted: bool,
}

impl SessionStore {
    pub fn provide() -> Self {
        let interrupted = storage::take_for_tab(INTERRUPTED_AT);
        let store = Self {
            client: use_client(),
            navigation: use_navigation(),
            preferences: use_preferences(),
            state: RwSignal::new(Session::Waiting),
            return_to: RwSignal::new(interrupted.as_deref().map(Route::parse)),
            was_interrupted: interrupted.is_some(),
        };
        provide_context(store);
        store
    }

    pub fn state(self) -> Session {
        self.state.get()
    }

    pub fn me(self) -> Option<Me> {
        self.state.with(|state| match state {
            Session::SignedIn(me) => Some((**me).clone()),
            _ => None,
        })
    }

    pub fn my_id(self) -> Option<UserId> {
        self.state.with_untracked(|state| match state {
            Session::SignedIn(me) => Some(me.user.id.clone()),
            _ => None,
        })
    }

    pub fn is_at_least(self, role: Role) -> bool {
        self.state
            .with(|state| matches!(state, Session::SignedIn(me) if me.user.role >= role))
    }

    /// Asks the server who we are.
    pub fn find_out(self) {
        self.state.set(Session::Waiting);
        leptos::task::spawn_local(async move {
            match self
                .client
                .call::<GetSession>(&(), &Nothing {}, &Nothing {})
                .await
            {
                Ok(session) => match session.me {
                    Some(me) => {
                        self.preferences.set_language(me.user.language);
                        self.state.set(Session::SignedIn(Box::new(me)));
                    }
                    None if session.setup_required => self.state.set(Session::SetUpRequired),
                    None => self.state.set(Session::SignedOut),
                },
                Err(failure) => self.state.set(Session::Unreachable(failure)),
            }
        });
    }

    pub fn changed(self, me: Me) {
        self.state.set(Session::SignedIn(Box::new(me)));
    }

    pub fn remember_place(self, route: Route) {
        self.return_to.set(Some(route));
    }

    /// Whether somebody was at work here when the session ended.
    pub const fn was_interrupted(self) -> bool {
        self.was_interrupted
    }

    /// Goes where a person who has just signed in wants to be.
    pub fn enter(self, me: Me) {
        self.preferences.set_language(me.user.language);
        self.changed(me);
        self.navigation
            .replace(self.return_to.get_untracked().unwrap_or(Route::Inbox));
    }

    /// Ends the session at the server, then here.
    pub fn sign_out(self, on_failure: impl Fn(Failure) + 'static) {
        leptos::task::spawn_local(async move {
            match self.client.call::<SignOut>(&(), &Nothing {}, &Nothing {}).await {
                Ok(_) => leave(),
                Err(failure) => on_failure(failure),
            }
        });
    }
}

/// The server no longer knows this browser's session: after signing in, the person is back here. The page is loaded
/// anew, so that what is still on its way finds nobody.
pub fn ended() {
    storage::keep_for_tab(INTERRUPTED_AT, &history::path());
    page::reload_at(&Route::SignIn.path());
}

/// Loads the page anew: nothing of this person stays in memory, and no draft on disk.
pub fn leave() {
    storage::forget(DRAFTS);
    page::reload_at(&Route::SignIn.path());
}

pub fn use_session() -> SessionStore {
    expect_context()
}
