//! The panel as a whole: who is there decides what is shown.

use leptos::prelude::*;

use crate::chunks;
use crate::client::Client;
use crate::features::access::sign_in::SignInScreen;
use crate::features::shell::fetched::{Fetched, trouble};
use crate::features::shell::now::provide_now;
use crate::features::shell::signed_in::SignedIn;
use crate::navigation::{Navigation, Route};
use crate::preferences::{Preferences, use_preferences, use_texts};
use crate::session::{Session, SessionStore};
use crate::ui::loaded::Stage;
use crate::ui::toast::{ToastRegion, Toasts};

#[derive(Clone, PartialEq)]
enum Scene {
    Starting,
    SignIn,
    SetUp,
    Invitation,
    /// By user and company: another person's panel shares nothing with the one before.
    Panel(String),
}

#[component]
pub fn App() -> AnyView {
    let preferences = Preferences::provide();
    let navigation = Navigation::provide();
    Toasts::provide();
    provide_now();
    Client::provide();
    let session = SessionStore::provide();
    session.find_out();
    lead(session, navigation);
    let stage = Memo::new(move |_| match (navigation.route(), session.state()) {
        (Route::Invitation, _) => Scene::Invitation,
        (_, Session::Waiting | Session::Unreachable(_)) => Scene::Starting,
        (_, Session::SetUpRequired) => Scene::SetUp,
        (_, Session::SignedOut) => Scene::SignIn,
        (_, Session::SignedIn(me)) => Scene::Panel(format!("{} {}", me.user.id, me.company.id)),
    });
    view! {
        {move || match stage.get() {
            Scene::Panel(_) => view! { <SignedIn/> }.into_any(),
            stage => {
                preferences.language();
                match stage {
                    Scene::SignIn => view! { <SignInScreen/> }.into_any(),
                    Scene::SetUp => chunks::set_up(),
                    Scene::Invitation => chunks::invitation(),
                    Scene::Starting | Scene::Panel(_) => view! { <Starting session/> }.into_any(),
                }
            }
        }}
        {move || {
            preferences.language();
            let texts = use_texts();
            view! { <ToastRegion label=texts.shell.notifications dismiss=texts.shell.dismiss/> }
        }}
    }
    .into_any()
}

/// Keeps the address in step with the session: to the sign-in and back to where one was.
fn lead(session: SessionStore, navigation: Navigation) {
    Effect::new(move || {
        let route = navigation.route();
        match (session.state(), route) {
            (Session::SetUpRequired, Route::SetUp | Route::Invitation) => {}
            (Session::SetUpRequired, _) => navigation.replace(Route::SetUp),
            (Session::SignedOut, route) if route.is_private() => {
                session.remember_place(route);
                navigation.replace(Route::SignIn);
            }
            (Session::SignedOut, Route::SetUp) => navigation.replace(Route::SignIn),
            (Session::SignedIn(_), Route::SignIn | Route::SetUp) => navigation.replace(Route::Inbox),
            _ => {}
        }
    });
}

#[component]
fn Starting(session: SessionStore) -> AnyView {
    let preferences = use_preferences();
    let stage = Signal::derive(move || match session.state() {
        Session::Unreachable(failure) => trouble(&failure, preferences),
        _ => Stage::Waiting,
    });
    view! {
        <main class="starting" id="content">
            <Fetched stage on_retry=move |()| session.find_out()>
                ""
            </Fetched>
        </main>
    }
    .into_any()
}
