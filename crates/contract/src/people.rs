//! Users, invitations, API tokens, companies.

use domain::ids::{ApiTokenId, CompanyId, UserId};
use domain::role::Scope;
use domain::{Language, Role, Timestamp};
use serde::{Deserialize, Serialize};

use crate::endpoint::{access::*, endpoint};
use crate::session::{CompanyView, Me, UserView};

endpoint! {
    /// Everybody of the company, the caller's colleagues.
    ListUsers: Get "/api/users", AGENT, answer: Vec<UserView>
}
endpoint! {
    /// Makes a user without a password and a link by which that person chooses one.
    InviteUser: Post "/api/users", ADMIN, body: NewUser, answer: Invitation, status: [201],
        refuses: [InvalidEmail, InvalidName, EmailTaken, RoleTooHigh]
}
endpoint! {
    /// Deactivating a user ends that user's sessions and tokens.
    UpdateUser: Patch "/api/users/{id}", ADMIN, id: UserId, body: UserChanges, answer: UserView,
        refuses: [InvalidName, LastAdministrator, RoleTooHigh]
}
endpoint! {
    /// A new link, for an invitation that expired or a password that was forgotten. Earlier links stop working.
    RenewInvitation: Post "/api/users/{id}/invitation", ADMIN, id: UserId, answer: Invitation, status: [201],
        refuses: [NotAnInvitee, RoleTooHigh]
}
endpoint! {
    /// Whose invitation is this? The token travels in the body: addresses are logged.
    CheckInvitation: Post "/api/invitation/check", OPEN, body: InvitationToken, answer: InvitationView,
        refuses: [InvalidInvitation]
}
endpoint! {
    /// Chooses the password and signs in.
    AcceptInvitation: Post "/api/invitation", OPEN, body: Acceptance, answer: Me,
        refuses: [InvalidPassword, InvalidInvitation]
}
endpoint! {
    ListApiTokens: Get "/api/api-tokens", ADMIN, answer: Vec<ApiTokenView>
}
endpoint! {
    /// The token itself is in this answer and nowhere else.
    CreateApiToken: Post "/api/api-tokens", ADMIN, body: NewApiToken, answer: CreatedApiToken, status: [201],
        refuses: [InvalidName, NoScopes, RoleTooHigh]
}
endpoint! {
    RevokeApiToken: Delete "/api/api-tokens/{id}", ADMIN, id: ApiTokenId
}
endpoint! {
    ListCompanies: Get "/api/companies", SUPERADMIN, answer: Vec<CompanyView>
}
endpoint! {
    CreateCompany: Post "/api/companies", SUPERADMIN, body: NewCompany, answer: CompanyView, status: [201],
        refuses: [InvalidName]
}
endpoint! {
    RenameCompany: Patch "/api/companies/{id}", SUPERADMIN, id: CompanyId, body: NewCompany, answer: CompanyView,
        refuses: [InvalidName]
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewUser {
    pub email: String,
    pub name: String,
    pub role: Role,
    #[serde(default)]
    pub language: Language,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UserChanges {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
}

#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Invitation {
    pub user: UserView,
    /// `<public address>/invitation#<token>`: a fragment never reaches a server's log.
    pub invitation_url: String,
    pub expires_at: Timestamp,
}

#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InvitationToken {
    pub token: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InvitationView {
    pub email: String,
    pub name: String,
    pub company_name: String,
    pub language: Language,
    pub expires_at: Timestamp,
}

#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Acceptance {
    pub token: String,
    pub password: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ApiTokenView {
    pub id: ApiTokenId,
    pub name: String,
    pub role: Role,
    /// What it is limited to; `null`: it may do all that its role may.
    #[serde(default)]
    pub scopes: Option<Vec<Scope>>,
    /// The last four characters, to tell tokens apart.
    pub ending: String,
    pub created_by: Option<String>,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewApiToken {
    pub name: String,
    /// At most the caller's own.
    pub role: Role,
    /// What it is limited to, on top of its role; absent: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<Scope>>,
}

#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(from = "FlatCreated")]
pub struct CreatedApiToken {
    /// `edl_` and 43 characters of base64url.
    pub token: String,
    #[serde(flatten)]
    pub view: ApiTokenView,
}

/// How it is read, as [`crate::inbox::StartedConversation`] is.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct FlatCreated {
    token: String,
    id: ApiTokenId,
    name: String,
    role: Role,
    #[serde(default)]
    scopes: Option<Vec<Scope>>,
    ending: String,
    created_by: Option<String>,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
}

impl From<FlatCreated> for CreatedApiToken {
    fn from(flat: FlatCreated) -> Self {
        Self {
            token: flat.token,
            view: ApiTokenView {
                id: flat.id,
                name: flat.name,
                role: flat.role,
                scopes: flat.scopes,
                ending: flat.ending,
                created_by: flat.created_by,
                created_at: flat.created_at,
                last_used_at: flat.last_used_at,
            },
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewCompany {
    pub name: String,
}
