//! Tells the person of what happens while another window has their eyes: each event as they chose for this browser.

use contract::Nothing;
use contract::inbox::{ConversationView, MessageView};
use contract::push::{ForgetPush, GetPushKey, PushEndpoint, PushSubscription, SubscribePush};
use domain::ids::UserId;

use crate::client::{Client, Failure};
use crate::locales::Texts;
use crate::navigation::{Navigation, Route};
use crate::platform::notices::{self, Permission};
use crate::platform::{page, storage};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    NewMessage,
    AssignedToMe,
    Sound,
}

impl Notice {
    const fn key(self) -> &'static str {
        match self {
            Self::NewMessage => "edgeline.notify.messages",
            Self::AssignedToMe => "edgeline.notify.assigned",
            Self::Sound => "edgeline.notify.sound",
        }
    }

    pub fn is_on(self) -> bool {
        storage::read(self.key()).is_some()
    }

    pub fn remember(self, on: bool) {
        storage::write(self.key(), if on { "on" } else { "" });
    }
}

/// The service worker is there from now on; a click on a notification leads within the panel.
pub fn listen(navigation: Navigation, client: Client) {
    notices::listen(move |path| navigation.go(Route::parse(&path)));
    // The session is a new one perhaps, and a subscription belongs to a session.
    if Notice::NewMessage.is_on() && notices::permission() == Permission::Granted {
        leptos::task::spawn_local(async move {
            // Without it the panel still tells while it is open; the next start tries again.
            let _ = subscribe(client).await;
        });
    }
}

/// Asks the browser to be told while no tab is open. Whether it will be.
pub async fn subscribe(client: Client) -> Result<bool, Failure> {
    let key = client.call::<GetPushKey>(&(), &Nothing {}, &Nothing {}).await?;
    let Some(json) = notices::subscribe(&key.public_key).await else {
        return Ok(false);
    };
    let Ok(subscription) = serde_json::from_str::<PushSubscription>(&json) else {
        return Ok(false);
    };
    client
        .call::<SubscribePush>(&(), &Nothing {}, &subscription)
        .await?;
    Ok(true)
}

pub async fn unsubscribe(client: Client) -> Result<(), Failure> {
    if let Some(endpoint) = notices::unsubscribe().await {
        client
            .call::<ForgetPush>(&(), &Nothing {}, &PushEndpoint { endpoint })
            .await?;
    }
    Ok(())
}

pub fn of_message(conversation: &ConversationView, message: &MessageView) {
    if Notice::Sound.is_on() {
        notices::chime();
    }
    if Notice::NewMessage.is_on() {
        tell(conversation, message.content.chars().take(140).collect());
    }
}

/// `before`: to whom it was assigned.
pub fn of_assignment(
    conversation: &ConversationView,
    before: Option<&UserId>,
    me: Option<&UserId>,
    texts: &Texts,
) {
    let assignee = conversation.assignee_id.as_ref();
    if me.is_some() && assignee == me && before != me && Notice::AssignedToMe.is_on() {
        tell(conversation, texts.shell.assigned_to_you.to_owned());
    }
}

fn tell(conversation: &ConversationView, body: String) {
    if page::is_visible() || notices::permission() != Permission::Granted {
        return;
    }
    let contact = &conversation.contact;
    let title = contact.name.clone().unwrap_or_else(|| contact.display.clone());
    let (tag, path) = (
        conversation.id.to_string(),
        Route::Conversation(conversation.id.clone()).path(),
    );
    leptos::task::spawn_local(async move { notices::show(&title, &body, &tag, &path).await });
}
