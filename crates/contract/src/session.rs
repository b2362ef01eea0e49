//! Signing in and out, the first administrator, one's own account.

use domain::ids::{CompanyId, UserId};
use domain::{Language, Role, Timestamp};
use serde::{Deserialize, Serialize};

use crate::endpoint::{access::*, endpoint};

endpoint! {
    /// Who am I? Answers 200 to anybody, so that the first page needs one request.
    GetSession: Get "/api/session", OPEN, answer: SessionView
}
endpoint! {
    /// Signs in and sets the session cookie.
    SignIn: Post "/api/session", OPEN, body: Credentials, answer: Me, refuses: [WrongCredentials, SlowDown]
}
endpoint! {
    SignOut: Delete "/api/session", OPEN
}
endpoint! {
    /// Ends every session of the caller, on every device.
    SignOutEverywhere: Delete "/api/sessions", AGENT
}
endpoint! {
    /// Makes the first company and its first administrator; refused once there is one.
    SetUp: Post "/api/setup", OPEN, body: FirstAdministrator, answer: Me,
        refuses: [InvalidEmail, InvalidName, InvalidPassword, WrongAdminToken, AlreadySetUp, SlowDown]
}
endpoint! {
    UpdateMe: Patch "/api/me", AGENT, body: MyChanges, answer: Me, refuses: [InvalidName]
}
endpoint! {
    /// Changes the caller's password and ends the caller's other sessions.
    ChangePassword: Post "/api/me/password", AGENT, body: PasswordChange,
        refuses: [InvalidPassword, WrongPassword, SlowDown]
}
endpoint! {
    /// A superadmin looks at another company.
    SwitchCompany: Post "/api/session/company", SUPERADMIN, body: CompanyChoice, answer: Me, refuses: [NotFound]
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SessionView {
    /// Nobody has an account yet: show the first administrator's form.
    pub setup_required: bool,
    pub me: Option<Me>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Me {
    pub user: UserView,
    pub company: CompanyView,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UserView {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub language: Language,
    pub active: bool,
    /// Invited, but has not chosen a password yet.
    pub invited: bool,
    pub last_seen_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CompanyView {
    pub id: CompanyId,
    pub name: String,
    pub created_at: Timestamp,
}

#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Credentials {
    pub email: String,
    pub password: String,
}

#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FirstAdministrator {
    /// The deployment's `ADMIN_TOKEN`.
    pub admin_token: String,
    pub company_name: String,
    pub name: String,
    pub email: String,
    pub password: String,
    #[serde(default)]
    pub language: Language,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MyChanges {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
}

#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PasswordChange {
    pub current: String,
    pub new: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CompanyChoice {
    pub company_id: CompanyId,
}
