//! What a person does with the line: done in the tab that has it, wherever the button was pressed.

use serde::{Deserialize, Serialize};

use crate::platform::voice::Order;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Act {
    Dial {
        id: String,
        to: String,
        from: Option<String>,
    },
    Accept(String),
    /// The caller hears that nobody takes it, unless a colleague is rung too.
    Reject(String),
    /// Only silence here.
    Ignore(String),
    HangUp(String),
    Mute(String, bool),
    Keys(String, String),
}

impl Act {
    pub fn into_order(self) -> Order {
        match self {
            Self::Dial { id, to, from } => Order::Dial {
                id,
                to,
                caller_id: from,
            },
            Self::Accept(id) => Order::Accept { id },
            Self::Reject(id) => Order::Reject { id },
            Self::Ignore(id) => Order::Ignore { id },
            Self::HangUp(id) => Order::HangUp { id },
            Self::Mute(id, on) => Order::Mute { id, on },
            Self::Keys(id, keys) => Order::Keys { id, keys },
        }
    }
}
