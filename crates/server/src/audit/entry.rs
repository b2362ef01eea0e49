//! One row of the audit trail, as a statement for the batch of the act itself.

use domain::Address;
use domain::audit::{ActorKind, AuditAction};
use domain::ids::{AuditId, CompanyId, MessageId, UserId};
use serde_json::{Map, Value as Json};
use std::fmt::Display;

use crate::App;
use crate::access::authenticate::{Caller, CallerKind};
use crate::ports::database::{Statement, Value};

/// Who did it, by the name borne at the time.
#[derive(Clone, Debug)]
pub struct Actor {
    kind: ActorKind,
    id: Option<String>,
    name: String,
}

impl Actor {
    /// The product itself, without a person behind it.
    pub fn system() -> Self {
        Self {
            kind: ActorKind::System,
            id: None,
            name: "Edgeline".to_owned(),
        }
    }

    /// Somebody who is not signed in yet, or who acts later than they asked.
    pub fn user(id: &UserId, name: &str) -> Self {
        Self {
            kind: ActorKind::User,
            id: Some(id.to_string()),
            name: name.to_owned(),
        }
    }
}

impl From<&Caller> for Actor {
    fn from(caller: &Caller) -> Self {
        let (kind, id) = match &caller.kind {
            CallerKind::Session(_) => (ActorKind::User, caller.user.as_ref().map(ToString::to_string)),
            CallerKind::ApiToken(id) => (ActorKind::Token, Some(id.to_string())),
            CallerKind::AdminToken => (ActorKind::Token, None),
        };
        Self {
            kind,
            id,
            name: caller.name.clone(),
        }
    }
}

/// `batch.push(Entry::new(app, company, &call.caller, AuditAction::RevokeToken).subject(name).if_changed())`
#[must_use]
pub struct Entry<'a> {
    id: AuditId,
    company: &'a CompanyId,
    at: domain::Timestamp,
    actor: Actor,
    action: AuditAction,
    subject: Option<String>,
    number: Option<String>,
    message: Option<&'a MessageId>,
    details: Map<String, Json>,
}

impl<'a> Entry<'a> {
    pub fn new(app: &App, company: &'a CompanyId, actor: impl Into<Actor>, action: AuditAction) -> Self {
        Self {
            id: app.new_id(AuditId::new),
            company,
            at: app.now(),
            actor: actor.into(),
            action,
            subject: None,
            number: None,
            message: None,
            details: Map::new(),
        }
    }

    /// What or whom it was done to, in words.
    pub fn subject(mut self, words: impl Into<String>) -> Self {
        self.subject = Some(words.into());
        self
    }

    /// Whom a message went to; without it, the message's own recipient. Of a campaign: the number that it is sent from.
    pub fn number(mut self, number: &Address) -> Self {
        self.number = Some(number.to_string());
        self
    }

    /// Its SID and its status are read from the message itself, and outlive it.
    pub fn message(mut self, id: &'a MessageId) -> Self {
        self.message = Some(id);
        self
    }

    /// Never a secret. `None` says nothing.
    pub fn detail(mut self, name: &str, value: Option<impl Display>) -> Self {
        if let Some(value) = value {
            self.details
                .insert(name.to_owned(), Json::String(value.to_string()));
        }
        self
    }

    /// For an act that always takes place when its batch commits.
    pub fn statement(self) -> Statement {
        self.insert("")
    }

    /// For an act that may find nothing to do: stands right after the statement that does it.
    pub fn if_changed(self) -> Statement {
        self.insert(" WHERE changes() > 0")
    }

    /// For an act of many requests: not again when this actor has done it since then.
    pub fn unless_done_since(self, since: domain::Timestamp) -> Statement {
        self.insert(
            " WHERE NOT EXISTS (SELECT 1 FROM audit
               WHERE company_id = ?2 AND action = ?7 AND id > ?12 AND actor_kind = ?4 AND actor_id IS ?5)",
        )
        .bind(&AuditId::new(since, 0))
    }

    fn insert(self, condition: &'static str) -> Statement {
        let details = (!self.details.is_empty()).then(|| Json::Object(self.details).to_string());
        Statement::new(format!(
            "INSERT INTO audit (id, company_id, at, actor_kind, actor_id, actor_name, action, subject, number, message_id, details)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,
               coalesce(?9, (SELECT recipient FROM messages WHERE id = ?10 AND from_client = 0)), ?10, ?11{condition}"
        ))
        .bind(&self.id)
        .bind(self.company)
        .bind(self.at)
        .bind(self.actor.kind.as_str())
        .bind(self.actor.id)
        .bind(self.actor.name)
        .bind(self.action.as_str())
        .bind(self.subject)
        .bind(self.number)
        .bind(self.message.map_or(Value::Null, Value::from))
        .bind(details)
    }
}
