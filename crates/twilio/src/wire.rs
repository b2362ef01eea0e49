//! How single values stand in Twilio's JSON: dates in RFC 2822, counts as texts.

/// `"num_media": "0"`.
pub(crate) mod count {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(count: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(count)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

pub(crate) mod date {
    use crate::rfc2822;
    use domain::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => serializer.serialize_str(&rfc2822::write(*at)),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        Option::<String>::deserialize(deserializer)?
            .map(|text| rfc2822::parse(&text).ok_or_else(|| serde::de::Error::custom("not an RFC 2822 date")))
            .transpose()
    }
}

/// A status that Twilio has not documented reads as `None`: a new word must not make a whole page unreadable.
pub(crate) mod status {
    use domain::DeliveryStatus;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        status: &Option<DeliveryStatus>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match status {
            Some(status) => serializer.serialize_str(status.as_str()),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<DeliveryStatus>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        Ok(text.and_then(|text| DeliveryStatus::from_twilio(&text)))
    }
}

/// Where a page of a list stands. The credentials are sent there, so nothing but a path of the API is taken.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PageUri(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a page of a list stands under /2010-04-01/")]
pub struct InvalidPageUri;

impl PageUri {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PageUri {
    type Error = InvalidPageUri;
    fn try_from(uri: String) -> Result<Self, InvalidPageUri> {
        if uri.starts_with("/2010-04-01/") {
            Ok(Self(uri))
        } else {
            Err(InvalidPageUri)
        }
    }
}

impl From<PageUri> for String {
    fn from(uri: PageUri) -> Self {
        uri.0
    }
}

/// A page of a list (<https://www.twilio.com/docs/usage/twilios-response#response-formats-list-paging-information>): its
/// items under their own name. `next_page_uri` is `None` on the last page.
macro_rules! page {
    ($name:ident, $items:ident: $item:ty) => {
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub struct $name {
            #[serde(default)]
            pub first_page_uri: Option<$crate::wire::PageUri>,
            #[serde(default)]
            pub end: u32,
            #[serde(default)]
            pub previous_page_uri: Option<$crate::wire::PageUri>,
            pub $items: Vec<$item>,
            #[serde(default)]
            pub uri: Option<$crate::wire::PageUri>,
            #[serde(default)]
            pub page_size: u32,
            #[serde(default)]
            pub start: u32,
            #[serde(default)]
            pub next_page_uri: Option<$crate::wire::PageUri>,
            #[serde(default)]
            pub page: u32,
        }
    };
}
pub(crate) use page;
