//! The addresses of the panel, typed, and the way between them.
//! Not leptos_router: a dozen flat routes do not need nested matching, and it would weigh on the first load.

use domain::ids::{CampaignId, ContactId, ConversationId, MessageId};
use leptos::prelude::*;

use crate::platform::{focus, history, page};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    Inbox,
    Conversation(ConversationId),
    /// `None`: the list, which a phone shows alone.
    Contacts(Option<ContactId>),
    ImportContacts,
    /// The thread around one of its messages.
    Message(ConversationId, MessageId),
    /// `None`: the list of sections, which a phone shows alone.
    Settings(Option<Section>),
    Agenda,
    /// `None`: the list.
    Campaigns(Option<CampaignId>),
    NewCampaign,
    Calls,
    SignIn,
    SetUp,
    Invitation,
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Account,
    Team,
    ApiTokens,
    Webhooks,
    ApiReference,
    Integrations,
    Health,
    Templates,
    Audit,
    Notices,
    Calls,
    Figures,
    OwnData,
    Companies,
}

impl Section {
    pub const ALL: [Self; 14] = [
        Self::Account,
        Self::Team,
        Self::ApiTokens,
        Self::Webhooks,
        Self::ApiReference,
        Self::Integrations,
        Self::Health,
        Self::Templates,
        Self::Audit,
        Self::Notices,
        Self::Calls,
        Self::Figures,
        Self::OwnData,
        Self::Companies,
    ];

    const fn segment(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Team => "team",
            Self::ApiTokens => "api-tokens",
            Self::Webhooks => "webhooks",
            Self::ApiReference => "api",
            Self::Integrations => "integrations",
            Self::Health => "health",
            Self::Templates => "canned-replies",
            Self::Audit => "activity",
            Self::Notices => "notices",
            Self::Calls => "calls",
            Self::Figures => "figures",
            Self::OwnData => "data",
            Self::Companies => "companies",
        }
    }
}

impl Route {
    pub fn parse(path: &str) -> Self {
        let mut segments = path.split('/').filter(|segment| !segment.is_empty());
        let route = match (segments.next(), segments.next()) {
            (None, _) => Some(Self::Inbox),
            (Some("contacts"), None) => Some(Self::Contacts(None)),
            (Some("contacts"), Some("import")) => Some(Self::ImportContacts),
            (Some("contacts"), Some(id)) => id.parse().ok().map(|id| Self::Contacts(Some(id))),
            (Some("c"), Some(id)) => match (id.parse().ok(), segments.next()) {
                (Some(id), None) => Some(Self::Conversation(id)),
                (Some(id), Some(message)) => message.parse().ok().map(|message| Self::Message(id, message)),
                (None, _) => None,
            },
            (Some("settings"), None) => Some(Self::Settings(None)),
            (Some("settings"), Some(name)) => Section::ALL
                .into_iter()
                .find(|section| section.segment() == name)
                .map(|section| Self::Settings(Some(section))),
            (Some("agenda"), None) => Some(Self::Agenda),
            (Some("campaigns"), None) => Some(Self::Campaigns(None)),
            (Some("campaigns"), Some("new")) => Some(Self::NewCampaign),
            (Some("campaigns"), Some(id)) => id.parse().ok().map(|id| Self::Campaigns(Some(id))),
            (Some("calls"), None) => Some(Self::Calls),
            (Some("api-docs"), None) => Some(Self::Settings(Some(Section::ApiReference))),
            (Some("sign-in"), None) => Some(Self::SignIn),
            (Some("setup"), None) => Some(Self::SetUp),
            (Some("invitation"), None) => Some(Self::Invitation),
            _ => None,
        };
        match (route, segments.next()) {
            (Some(route), None) => route,
            _ => Self::Unknown,
        }
    }

    pub fn path(&self) -> String {
        match self {
            Self::Inbox | Self::Unknown => "/".to_owned(),
            Self::Conversation(id) => format!("/c/{id}"),
            Self::Contacts(None) => "/contacts".to_owned(),
            Self::Contacts(Some(id)) => format!("/contacts/{id}"),
            Self::ImportContacts => "/contacts/import".to_owned(),
            Self::Message(id, message) => format!("/c/{id}/{message}"),
            Self::Settings(None) => "/settings".to_owned(),
            Self::Settings(Some(section)) => format!("/settings/{}", section.segment()),
            Self::Agenda => "/agenda".to_owned(),
            Self::Campaigns(None) => "/campaigns".to_owned(),
            Self::Campaigns(Some(id)) => format!("/campaigns/{id}"),
            Self::NewCampaign => "/campaigns/new".to_owned(),
            Self::Calls => "/calls".to_owned(),
            Self::SignIn => "/sign-in".to_owned(),
            Self::SetUp => "/setup".to_owned(),
            Self::Invitation => "/invitation".to_owned(),
        }
    }

    pub fn conversation(&self) -> Option<ConversationId> {
        match self {
            Self::Conversation(id) | Self::Message(id, _) => Some(id.clone()),
            _ => None,
        }
    }

    /// Whether one must be signed in to be there.
    pub const fn is_private(&self) -> bool {
        !matches!(self, Self::SignIn | Self::SetUp | Self::Invitation)
    }
}

/// Below this width the style sheet shows one pane at a time.
const PHONE: u32 = 720;

/// Where the person is.
#[derive(Clone, Copy)]
pub struct Navigation {
    route: RwSignal<Route>,
}

impl Navigation {
    pub fn provide() -> Self {
        let navigation = Self {
            route: RwSignal::new(Route::parse(&history::path())),
        };
        let back = window_event_listener(leptos::ev::popstate, move |_| {
            navigation.show(Route::parse(&history::path()));
        });
        on_cleanup(move || back.remove());
        provide_context(navigation);
        navigation
    }

    pub fn route(self) -> Route {
        self.route.get()
    }

    pub fn route_untracked(self) -> Route {
        self.route.get_untracked()
    }

    pub fn conversation(self) -> Option<ConversationId> {
        self.route.with(Route::conversation)
    }

    pub fn conversation_untracked(self) -> Option<ConversationId> {
        self.route.with_untracked(Route::conversation)
    }

    /// The message that is looked for.
    pub fn message(self) -> Option<MessageId> {
        self.route.with(|route| match route {
            Route::Message(_, message) => Some(message.clone()),
            _ => None,
        })
    }

    pub fn go(self, route: Route) {
        if self.route.get_untracked() != route {
            history::push(&route.path());
            self.show(route);
        }
    }

    /// Where the list of conversations is; on a wide screen the open one stays beside it.
    pub fn go_to_inbox(self) {
        let is_there = self.route.with_untracked(|route| {
            matches!(route, Route::Inbox | Route::Conversation(_) | Route::Message(..))
        });
        if !is_there || page::is_narrower_than(PHONE) {
            self.go(Route::Inbox);
        }
    }

    /// Goes there without a way back: the address before was not one to return to.
    pub fn replace(self, route: Route) {
        history::replace(&route.path());
        self.show(route);
    }

    fn show(self, route: Route) {
        let was = self.route.get_untracked();
        let other_screen = std::mem::discriminant(&was) != std::mem::discriminant(&route);
        self.route.set(route);
        // A screen reader continues at the heading of the new screen, not at the link that is gone.
        if other_screen {
            focus::focus_soon("main [data-focus-first]");
        }
        // On a phone the list is gone, and the focus with it.
        if page::is_narrower_than(PHONE) && self.conversation_untracked().is_some() {
            focus::focus_soon(".thread_head-back button");
        }
    }
}

pub fn use_navigation() -> Navigation {
    expect_context()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_reads_back_from_its_path() {
        let id: ConversationId = "01jd0000000000000000000000".parse().unwrap();
        let mut routes = vec![
            Route::Inbox,
            Route::Message(id.clone(), "01jd0000000000000000000001".parse().unwrap()),
            Route::Conversation(id),
            Route::Contacts(None),
            Route::Contacts(Some("01jd0000000000000000000001".parse().unwrap())),
            Route::ImportContacts,
            Route::Settings(None),
            Route::Agenda,
            Route::Campaigns(None),
            Route::Campaigns(Some("01jd0000000000000000000001".parse().unwrap())),
            Route::NewCampaign,
            Route::Calls,
            Route::SignIn,
            Route::SetUp,
            Route::Invitation,
        ];
        routes.extend(Section::ALL.map(|section| Route::Settings(Some(section))));
        for route in routes {
            assert_eq!(Route::parse(&route.path()), route);
        }
    }

    #[test]
    fn an_address_that_is_none_of_ours_is_unknown() {
        for path in [
            "/c",
            "/c/nonsense",
            "/c/01jd0000000000000000000000/x",
            "/settings/secrets",
            "/settings/team/2",
            "/x",
        ] {
            assert_eq!(Route::parse(path), Route::Unknown, "{path}");
        }
    }
}
