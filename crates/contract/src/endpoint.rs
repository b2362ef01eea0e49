//! An endpoint as a type: its method, path, access rule, and what goes in and out.

use domain::role::Access;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    Get,
    Post,
    Patch,
    Delete,
}

impl Method {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

pub trait Endpoint: 'static {
    const METHOD: Method;
    /// With at most one `{id}`.
    const PATH: &'static str;
    const ACCESS: Access;
    /// What stands for `{id}`; `()` when the path has none.
    type Id: PathId;
    type Query: Serialize + DeserializeOwned + Send;
    type Body: Serialize + DeserializeOwned + Send;
    /// [`Nothing`] is answered as 204 without a body.
    type Answer: Serialize + DeserializeOwned + Send;

    /// The path to call, without the query.
    fn path(id: &Self::Id) -> String {
        match id.segment() {
            Some(segment) => Self::PATH.replace("{id}", &segment),
            None => Self::PATH.to_owned(),
        }
    }
}

/// What may stand for `{id}` in a path.
pub trait PathId: Sized + Send {
    fn segment(&self) -> Option<String>;
    /// `None` when the segment cannot be one: the answer is 404.
    fn from_segment(segment: Option<&str>) -> Option<Self>;
}

impl PathId for () {
    fn segment(&self) -> Option<String> {
        None
    }
    fn from_segment(segment: Option<&str>) -> Option<Self> {
        segment.is_none().then_some(())
    }
}

macro_rules! path_ids {
    ($($id:ident),+) => {$(
        impl PathId for domain::ids::$id {
            fn segment(&self) -> Option<String> {
                Some(self.to_string())
            }
            fn from_segment(segment: Option<&str>) -> Option<Self> {
                segment?.parse().ok()
            }
        }
    )+};
}

path_ids!(
    ApiTokenId,
    AppointmentId,
    CampaignId,
    CompanyId,
    ContactId,
    ConversationId,
    IntegrationId,
    MediaId,
    MessageId,
    NoteId,
    TemplateId,
    NumberId,
    UserId
);

/// An empty query, body or answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nothing {}

/// A page of a list; `next_cursor` goes back as `?cursor=` and is absent on the last page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next_cursor: Option<String>,
}

macro_rules! endpoint {
    (
        $(#[$doc:meta])*
        $name:ident: $method:ident $path:literal, $access:expr
        $(, id: $id:ty)? $(, query: $query:ty)? $(, body: $body:ty)? $(, answer: $answer:ty)? $(,)?
    ) => {
        $(#[$doc])*
        pub struct $name;

        impl $crate::Endpoint for $name {
            const METHOD: $crate::Method = $crate::Method::$method;
            const PATH: &'static str = $path;
            const ACCESS: ::domain::role::Access = $access;
            type Id = $crate::endpoint::endpoint!(@or () $(, $id)?);
            type Query = $crate::endpoint::endpoint!(@or $crate::Nothing $(, $query)?);
            type Body = $crate::endpoint::endpoint!(@or $crate::Nothing $(, $body)?);
            type Answer = $crate::endpoint::endpoint!(@or $crate::Nothing $(, $answer)?);
        }
    };
    (@or $default:ty) => { $default };
    (@or $default:ty, $given:ty) => { $given };
}
pub(crate) use endpoint;

/// The access rules by their short names.
pub(crate) mod access {
    use domain::role::{Access, Role};

    pub(crate) const OPEN: Access = Access::Open;
    pub(crate) const TWILIO: Access = Access::TwilioSigned;
    pub(crate) const AGENT: Access = Access::AtLeast(Role::Agent);
    pub(crate) const ADMIN: Access = Access::AtLeast(Role::Admin);
    pub(crate) const SUPERADMIN: Access = Access::AtLeast(Role::Superadmin);
}
