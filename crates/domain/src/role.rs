//! What a person or a token may do: `superadmin` ⊃ `admin` ⊃ `agent`.

use serde::{Deserialize, Serialize};

/// Ordered: a greater role may do everything that a lesser one may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads and answers the inbox of one company.
    Agent,
    /// Also manages people, tokens and Twilio accounts of that company.
    Admin,
    /// Also makes companies, and may act in any of them.
    Superadmin,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Agent, Self::Admin, Self::Superadmin];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Admin => "admin",
            Self::Superadmin => "superadmin",
        }
    }
}

/// What an API token may be limited to, on top of its role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Reads conversations, messages, their files and logs; searches; marks and assigns.
    Messages,
    /// Sends single messages and notifications.
    Send,
    Contacts,
    Appointments,
    Campaigns,
    /// The log of calls, their recordings, and what is done with one that goes on.
    Calls,
}

impl Scope {
    pub const ALL: [Self; 6] = [
        Self::Messages,
        Self::Send,
        Self::Contacts,
        Self::Appointments,
        Self::Campaigns,
        Self::Calls,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Messages => "messages",
            Self::Send => "send",
            Self::Contacts => "contacts",
            Self::Appointments => "appointments",
            Self::Campaigns => "campaigns",
            Self::Calls => "calls",
        }
    }
}

/// Who may call an endpoint. Every endpoint carries one as a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody: sign-in, the first administrator, an invitation, `/healthz`.
    Open,
    /// Twilio, by its signature.
    TwilioSigned,
    /// A signed-in person or an API token with at least this role.
    AtLeast(Role),
}

impl Access {
    /// Whether a caller with this role (none when not signed in) passes. A signature is checked elsewhere.
    pub fn admits(self, role: Option<Role>) -> bool {
        match self {
            Self::Open | Self::TwilioSigned => true,
            Self::AtLeast(least) => role.is_some_and(|role| role >= least),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_greater_role_may_do_what_a_lesser_may() {
        assert!(Access::AtLeast(Role::Agent).admits(Some(Role::Superadmin)));
        assert!(!Access::AtLeast(Role::Admin).admits(Some(Role::Agent)));
        assert!(!Access::AtLeast(Role::Agent).admits(None));
        assert!(Access::Open.admits(None));
    }
}
