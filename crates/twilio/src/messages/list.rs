//! The list of messages, newest first, page by page.

use domain::{Address, Timestamp};

use super::{API_VERSION, MessageResource};
use crate::api::{ApiError, ApiRequest, ApiResponse, Operation, read_json};
use crate::params::Params;
use crate::sid::AccountSid;
use crate::wire::{PageUri, page};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListMessages {
    pub to: Option<Address>,
    pub from: Option<Address>,
    /// By `date_sent`, both ends included; Twilio counts in seconds.
    pub sent_since: Option<Timestamp>,
    pub sent_until: Option<Timestamp>,
    /// 50 when absent, at most 1000.
    pub page_size: Option<u32>,
    /// Then the rest counts for nothing: the page knows its list.
    pub page: Option<PageUri>,
}

impl ListMessages {
    pub fn new() -> Self {
        Self::default()
    }

    /// The page that another one named: Twilio's pages are followed, never computed.
    pub fn next(uri: PageUri) -> Self {
        Self {
            page: Some(uri),
            ..Self::default()
        }
    }

    /// The operator is part of the name: `DateSent>=…`.
    pub fn to_query(&self) -> Params {
        let mut query = Params::new();
        query.push_some("To", self.to.as_ref().map(Address::to_string).as_deref());
        query.push_some("From", self.from.as_ref().map(Address::to_string).as_deref());
        query.push_some("DateSent>", self.sent_since.map(seconds).as_deref());
        query.push_some("DateSent<", self.sent_until.map(seconds).as_deref());
        query.push_some("PageSize", self.page_size.map(|size| size.to_string()).as_deref());
        query
    }

    /// A day (`2026-01-31`) means all of it.
    pub fn from_query(query: &Params) -> Self {
        let time = |name, end_of_day| {
            query
                .get_filled(name)
                .and_then(|text| read_time(text, end_of_day))
        };
        Self {
            to: query.get_filled("To").map(Address::parse),
            from: query.get_filled("From").map(Address::parse),
            sent_since: time("DateSent>", false).or_else(|| time("DateSent", false)),
            sent_until: time("DateSent<", true).or_else(|| time("DateSent", true)),
            page_size: query.get_filled("PageSize").and_then(|size| size.parse().ok()),
            page: None,
        }
    }
}

/// `2026-01-31T09:30:00Z`: Twilio takes no milliseconds here.
pub(crate) fn seconds(at: Timestamp) -> String {
    let mut text = at.to_string();
    text.truncate(19);
    text + "Z"
}

pub(crate) fn read_time(text: &str, end_of_day: bool) -> Option<Timestamp> {
    if text.len() == 10 {
        let clock = if end_of_day {
            "T23:59:59.999Z"
        } else {
            "T00:00:00Z"
        };
        return Timestamp::parse(&format!("{text}{clock}")).ok();
    }
    Timestamp::parse(text).ok()
}

page!(MessagePage, messages: MessageResource);

impl Operation for ListMessages {
    type Answer = MessagePage;

    fn request(&self, account: &AccountSid) -> ApiRequest {
        let path = match &self.page {
            Some(uri) => uri.as_str().to_owned(),
            None => {
                let query = self.to_query();
                let mark = if query.is_empty() { "" } else { "?" };
                format!(
                    "/{API_VERSION}/Accounts/{account}/Messages.json{mark}{}",
                    query.encode()
                )
            }
        };
        ApiRequest {
            method: "GET",
            path,
            body: None,
        }
    }

    fn read(response: &ApiResponse) -> Result<MessagePage, ApiError> {
        read_json(response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> AccountSid {
        AccountSid::parse("AC11111111111111111111111111111111").unwrap()
    }

    #[test]
    fn a_list_is_asked_for_with_the_operator_in_the_name() {
        let list = ListMessages {
            to: Some(Address::parse("+33755530001")),
            sent_since: Some(Timestamp::parse("2026-01-31T09:30:00Z").unwrap()),
            page_size: Some(100),
            ..ListMessages::new()
        };
        let request = list.request(&account());
        let (_, query) = request.path.split_once('?').unwrap();
        assert_eq!(
            query,
            "To=%2B33755530001&DateSent%3E=2026-01-31T09%3A30%3A00Z&PageSize=100"
        );
        assert_eq!(ListMessages::from_query(&Params::parse(query)), list);
    }

    #[test]
    fn a_day_is_the_whole_day() {
        let list = ListMessages::from_query(&Params::parse("DateSent=2026-01-31"));
        assert_eq!(list.sent_since, Timestamp::parse("2026-01-31T00:00:00Z").ok());
        assert_eq!(list.sent_until, Timestamp::parse("2026-01-31T23:59:59.999Z").ok());
    }

    /// The credentials go wherever the next page is said to be.
    #[test]
    fn a_next_page_outside_the_api_makes_the_answer_unreadable() {
        let page = |next: &str| {
            let body = format!(r#"{{"messages":[],"next_page_uri":{next}}}"#).into_bytes();
            ListMessages::read(&ApiResponse { status: 200, body })
        };
        let next =
            "/2010-04-01/Accounts/AC11111111111111111111111111111111/Messages.json?PageToken=PA1&Page=1";
        let uri = page(&format!("\"{next}\"")).unwrap().next_page_uri.unwrap();
        assert_eq!(ListMessages::next(uri).request(&account()).path, next);
        assert_eq!(page("null").unwrap().next_page_uri, None);
        for elsewhere in [
            "\"@evil.example/2010-04-01/\"",
            "\"https://evil.example/\"",
            "\"//evil.example\"",
        ] {
            assert_eq!(page(elsewhere), Err(ApiError::Unclear { status: 200 }));
        }
    }
}
