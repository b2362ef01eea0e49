//! Whoever calls: a signed-in person, a program with a token, the holder of `ADMIN_TOKEN`, a stranger.

use contract::inbox::{
    ConversationFilter, ConversationView, ListConversations, ListMessages, MessageView, PageQuery,
};
use contract::live::ServerFrame;
use contract::{Endpoint, Method, Page, ProblemCode};
use domain::ids::{CompanyId, ConversationId};

use super::site::{Answer, Request, Site, Socket};
use std::sync::Arc;

#[derive(Clone)]
pub struct Caller {
    site: Arc<dyn Site>,
    /// How it proves who it is, and what it always says.
    pub headers: Vec<(String, String)>,
}

impl Caller {
    pub fn stranger(site: &Arc<dyn Site>) -> Self {
        Self {
            site: Arc::clone(site),
            headers: Vec::new(),
        }
    }

    pub fn with_token(site: &Arc<dyn Site>, token: &str) -> Self {
        Self::stranger(site).saying("authorization", &format!("Bearer {token}"))
    }

    /// A browser: the cookie of the answer to its sign-in, and the `Origin` that browsers send.
    #[track_caller]
    pub fn signed_in(site: &Arc<dyn Site>, answer: &Answer) -> Self {
        assert!(answer.status < 300, "status {}: {}", answer.status, answer.text());
        let cookie = answer.header("set-cookie").expect("a session cookie");
        let pair = cookie.split(';').next().unwrap();
        Self::stranger(site)
            .saying("cookie", pair)
            .saying("origin", site.url())
    }

    #[must_use]
    pub fn saying(&self, name: &str, value: &str) -> Self {
        let mut other = self.clone();
        other.headers.retain(|(known, _)| known != name);
        other.headers.push((name.to_owned(), value.to_owned()));
        other
    }

    #[must_use]
    pub fn in_company(&self, company: &CompanyId) -> Self {
        self.saying("x-company-id", company.as_str())
    }

    pub fn send(&self, mut request: Request) -> Answer {
        request.headers.extend(self.headers.iter().cloned());
        self.site.send(request)
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send(Request::new("GET", path))
    }

    pub fn post(&self, path: &str, body: &serde_json::Value) -> Answer {
        self.send(Request::new("POST", path).json(body))
    }

    /// Any endpoint, by its type.
    pub fn ask<E: Endpoint>(&self, id: &E::Id, query: &E::Query, body: &E::Body) -> Answer {
        let query = serde_json::to_value(query).unwrap();
        let pairs: Vec<String> = query
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                format!("{name}={}", percent_encode(&text))
            })
            .collect();
        let mark = if pairs.is_empty() { "" } else { "?" };
        let request = Request::new(
            E::METHOD.as_str(),
            format!("{}{mark}{}", E::path(id), pairs.join("&")),
        );
        match E::METHOD {
            Method::Post | Method::Patch => self.send(request.json(body)),
            Method::Get | Method::Delete => self.send(request),
        }
    }

    #[track_caller]
    pub fn call<E: Endpoint>(&self, id: &E::Id, body: &E::Body) -> E::Answer
    where
        E::Query: Default,
    {
        self.ask::<E>(id, &E::Query::default(), body).ok()
    }

    #[track_caller]
    pub fn read<E: Endpoint>(&self, id: &E::Id, query: &E::Query) -> E::Answer
    where
        E::Body: Default,
    {
        self.ask::<E>(id, query, &E::Body::default()).ok()
    }

    #[track_caller]
    pub fn refused<E: Endpoint>(&self, id: &E::Id, body: &E::Body) -> ProblemCode
    where
        E::Query: Default,
    {
        self.ask::<E>(id, &E::Query::default(), body).refused()
    }

    #[track_caller]
    pub fn conversations(&self) -> Vec<ConversationView> {
        self.conversations_where(&ConversationFilter::default())
    }

    #[track_caller]
    pub fn conversations_where(&self, filter: &ConversationFilter) -> Vec<ConversationView> {
        let page: Page<ConversationView> = self.read::<ListConversations>(&(), filter);
        page.items
    }

    /// The messages of a conversation, oldest first.
    #[track_caller]
    pub fn thread(&self, id: &ConversationId) -> Vec<MessageView> {
        let mut items = self.read::<ListMessages>(id, &PageQuery::default()).items;
        items.reverse();
        items
    }

    /// Every message of the company, oldest first within its conversation.
    #[track_caller]
    pub fn all_messages(&self) -> Vec<MessageView> {
        self.conversations()
            .iter()
            .flat_map(|conversation| self.thread(&conversation.id))
            .collect()
    }

    /// A browser's live connection, with its first frame.
    #[track_caller]
    pub fn live(&self, since: Option<u64>) -> (Box<dyn Socket>, u64, bool) {
        let path = since.map_or_else(
            || "/api/live".to_owned(),
            |since| format!("/api/live?since={since}"),
        );
        let mut socket = self
            .try_live(&path)
            .unwrap_or_else(|answer| panic!("status {}: {}", answer.status, answer.text()));
        match socket.next() {
            ServerFrame::Hello { seq, resumed } => (socket, seq, resumed),
            _ => panic!("the first frame says hello"),
        }
    }

    pub fn try_live(&self, path: &str) -> Result<Box<dyn Socket>, Answer> {
        self.site.connect(path, &self.headers)
    }
}

pub fn percent_encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}
