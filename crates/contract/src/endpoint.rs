//! An endpoint as a type: its method, path, access rule, and what goes in and out.

use domain::role::{Access, Scope};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::ProblemCode;

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

/// What a body is, in either direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
    Multipart,
    /// Any type: a file as it is.
    File,
    Csv,
    /// CSV or vCard, as is asked for.
    AddressBook,
    Twiml,
    Empty,
    /// The connection becomes a WebSocket.
    Socket,
}

pub trait Endpoint: 'static {
    const METHOD: Method;
    /// With at most one `{id}`.
    const PATH: &'static str;
    const ACCESS: Access;
    /// What a token that is limited to some scopes must have; `None`: such a token is never enough.
    const SCOPE: Option<Scope>;
    /// What stands for `{id}`; `()` when the path has none.
    type Id: PathId + Described;
    type Query: Serialize + DeserializeOwned + Send + Described;
    type Body: Serialize + DeserializeOwned + Send + Described;
    /// [`Nothing`] is answered as 204 without a body.
    type Answer: Serialize + DeserializeOwned + Send + Described;

    // For the OpenAPI file; the stories hold every answer against it.
    const NAME: &'static str;
    const DOC: &'static str;
    /// The file of the contract that it stands in, as a module's path.
    const MODULE: &'static str;
    const TAKES: Content;
    const GIVES: Content;
    /// Of success. Empty: 200, or 204 for [`Nothing`].
    const STATUSES: &'static [u16];
    /// Beside what every endpoint of its access, path and body may be refused for.
    const REFUSES: &'static [&'static [ProblemCode]];

    /// The path to call, without the query.
    fn path(id: &Self::Id) -> String {
        match id.segment() {
            Some(segment) => Self::PATH.replace("{id}", &segment),
            None => Self::PATH.to_owned(),
        }
    }
}

/// What has a JSON Schema, where one is asked for; in the browser and the Worker everything counts as described.
#[cfg(feature = "schema")]
#[diagnostic::on_unimplemented(
    note = "put `#[cfg_attr(feature = \"schema\", derive(schemars::JsonSchema))]` below its other derives"
)]
pub trait Described: schemars::JsonSchema {}
#[cfg(feature = "schema")]
impl<T: schemars::JsonSchema> Described for T {}
#[cfg(not(feature = "schema"))]
pub trait Described {}
#[cfg(not(feature = "schema"))]
impl<T> Described for T {}

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
    HookDeliveryId,
    HookId,
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Nothing {}

/// A page of a list; `next_cursor` goes back as `?cursor=` and is absent on the last page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next_cursor: Option<String>,
}

macro_rules! endpoint {
    (
        $(#[doc = $doc:literal])*
        $name:ident: $method:ident $path:literal, $access:expr
        $(, scope: $scope:ident)?
        $(, id: $id:ty)? $(, query: $query:ty)? $(, body: $body:ty)? $(, answer: $answer:ty)?
        $(, takes: $takes:ident)? $(, gives: $gives:ident)? $(, status: [$($status:literal),+])?
        $(, refuses: [$($code:ident),* $(,)?] $(+ $codes:ident)*)?
        $(,)?
    ) => {
        $(#[doc = $doc])*
        pub struct $name;

        impl $crate::Endpoint for $name {
            const METHOD: $crate::Method = $crate::Method::$method;
            const PATH: &'static str = $path;
            const ACCESS: ::domain::role::Access = $access;
            const SCOPE: Option<::domain::role::Scope> =
                $crate::endpoint::endpoint!(@value None $(, Some(::domain::role::Scope::$scope))?);
            type Id = $crate::endpoint::endpoint!(@or () $(, $id)?);
            type Query = $crate::endpoint::endpoint!(@or $crate::Nothing $(, $query)?);
            type Body = $crate::endpoint::endpoint!(@or $crate::Nothing $(, $body)?);
            type Answer = $crate::endpoint::endpoint!(@or $crate::Nothing $(, $answer)?);
            const NAME: &'static str = stringify!($name);
            const DOC: &'static str = concat!($($doc, "\n"),*);
            const MODULE: &'static str = module_path!();
            const TAKES: $crate::endpoint::Content =
                $crate::endpoint::endpoint!(@value $crate::endpoint::Content::Json $(, $crate::endpoint::Content::$takes)?);
            const GIVES: $crate::endpoint::Content =
                $crate::endpoint::endpoint!(@value $crate::endpoint::Content::Json $(, $crate::endpoint::Content::$gives)?);
            const STATUSES: &'static [u16] = &[$($($status),+)?];
            const REFUSES: &'static [&'static [$crate::ProblemCode]] =
                &[$(&[$($crate::ProblemCode::$code),*], $($crate::problem::$codes),*)?];
        }
    };
    (@or $default:ty) => { $default };
    (@or $default:ty, $given:ty) => { $given };
    (@value $default:expr) => { $default };
    (@value $default:expr, $given:expr) => { $given };
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
