//! What came in Twilio's name, for whoever looks into a fault: what is signed from the hub, what is not from its rows, as
//! one list.

use contract::recorder::{
    GetWebhook, ListWebhooks, WebhookDetail, WebhookFilter, WebhookKind, WebhookOutcome, WebhookVerdict,
    WebhookView,
};
use contract::{Page, ProblemCode};
use domain::Timestamp;
use domain::ids::{CompanyId, MessageId};
use twilio::params::Params;

use super::log::{Look, Recorded, sid_of};
use super::{rejected, replay};
use crate::inbox::cursor;
use crate::web::{Answer, Call};
use crate::{App, Failure, Fault};

/// One to show, whoever keeps it.
pub struct Shown<'a> {
    pub id: &'a MessageId,
    pub at: Timestamp,
    pub path: &'a str,
    pub outcome: WebhookOutcome,
    pub status: u16,
    pub duration_ms: Option<u32>,
    pub is_replay: bool,
    pub params: &'a Params,
}

pub async fn list(call: Call<ListWebhooks>) -> Result<Answer<Page<WebhookView>>, Failure> {
    let (app, filter) = (&call.app, &call.query);
    let limit = cursor::limit(filter.limit) as usize;
    let before = match &filter.cursor {
        Some(text) => cursor::decode(text)?.1,
        // Greater than any id.
        None => "~".to_owned(),
    };
    let mut items = Vec::new();
    if filter.verdict != Some(WebhookVerdict::Refused) {
        items = kept(app, call.caller.company()?, filter, &before, limit + 1).await?;
    }
    if matches!(filter.verdict, None | Some(WebhookVerdict::Refused)) {
        items.extend(rejected::page(app, &call.caller, filter, &before, limit + 1).await?);
    }
    items.sort_by(|one, other| other.id.cmp(&one.id));
    let more = items.len() > limit;
    items.truncate(limit);
    let last = items.last().filter(|_| more);
    Ok(Answer::ok(Page {
        next_cursor: last.map(|last| cursor::encode(last.at, last.id.as_str())),
        items,
    }))
}

async fn kept(
    app: &App,
    company: &CompanyId,
    filter: &WebhookFilter,
    before: &str,
    limit: usize,
) -> Result<Vec<WebhookView>, Failure> {
    let look = Look::Page {
        before: before.to_owned(),
        limit,
        verdict: filter.verdict,
        kind: filter.kind,
        about: about(filter).map(str::to_owned),
    };
    let rows = look_up(app, company, look).await?;
    Ok(rows.iter().map(|row| row.view(mask)).collect())
}

/// What is looked for, if anything is.
pub fn about(filter: &WebhookFilter) -> Option<&str> {
    let about = filter.about.as_deref().map(str::trim);
    about.filter(|about| !about.is_empty())
}

async fn look_up(app: &App, company: &CompanyId, look: Look) -> Result<Vec<Recorded>, Failure> {
    let answer = app.live.look_up(company, look).await;
    answer.map_err(|error| Fault::Storage(format!("the hub does not tell what it recorded: {error}")).into())
}

pub async fn find(app: &App, company: &CompanyId, id: &MessageId) -> Result<Option<Recorded>, Failure> {
    Ok(look_up(app, company, Look::One(id.clone())).await?.pop())
}

pub async fn get(call: Call<GetWebhook>) -> Result<Answer<WebhookDetail>, Failure> {
    let detail = match find(&call.app, call.caller.company()?, &call.id).await? {
        Some(recorded) => recorded.detail(),
        None => rejected::find(&call.app, &call.caller, &call.id)
            .await?
            .ok_or(ProblemCode::NotFound)?
            .detail(),
    };
    Ok(Answer::ok(detail))
}

impl Recorded {
    fn view(&self, shown: impl Fn(&str) -> String) -> WebhookView {
        let row = Shown {
            id: &self.id,
            at: self.at,
            path: &self.came.path,
            outcome: self.outcome,
            status: self.status,
            duration_ms: Some(self.duration_ms),
            is_replay: self.came.is_replay,
            params: &Params::parse(&self.came.body),
        };
        row.view(shown)
    }

    fn detail(self) -> WebhookDetail {
        WebhookDetail {
            webhook: self.view(str::to_owned),
            tried: Vec::new(),
            has_signature: true,
            remote_address: filled(self.came.remote_address),
            params: params(&self.came.body),
            headers: self.came.headers,
            url: self.came.url,
            answer: self.answer,
        }
    }
}

impl Shown<'_> {
    pub fn view(&self, shown: impl Fn(&str) -> String) -> WebhookView {
        WebhookView {
            id: self.id.clone(),
            at: self.at,
            path: self.path.to_owned(),
            kind: WebhookKind::of(self.path),
            outcome: self.outcome,
            verdict: self.outcome.verdict(),
            status: self.status,
            duration_ms: self.duration_ms,
            account_sid: self.params.get("AccountSid").map(str::to_owned),
            sid: sid_of(self.params).map(str::to_owned),
            from: self.params.get_filled("From").map(&shown),
            to: self.params.get_filled("To").map(&shown),
            can_be_replayed: replay::can_be_replayed(self.path),
            is_replay: self.is_replay,
        }
    }
}

pub fn params(body: &str) -> Vec<(String, String)> {
    let params = Params::parse(body);
    let params = params.iter();
    params
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

pub fn filled(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// `+33612345678` → `+336••••••78`
pub fn mask(number: &str) -> String {
    let length = number.chars().count();
    number
        .chars()
        .enumerate()
        .map(|(at, character)| {
            if at < 4 || at + 2 >= length {
                character
            } else {
                '•'
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_number_is_told_apart_and_cannot_be_called() {
        assert_eq!(mask("+33612345678"), "+336••••••78");
        assert_eq!(mask("whatsapp:+33612345678"), "what•••••••••••••••78");
    }
}
