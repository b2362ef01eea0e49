//! What the audit trail can say that somebody did.

use serde::{Deserialize, Serialize};

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $word:literal),+ $(,)?) => {
        /// The words are stored and exported: one is never renamed, and never means something else.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum AuditAction {
            $($(#[$doc])* #[serde(rename = $word)] $name),+
        }

        impl AuditAction {
            pub const ALL: &[Self] = &[$(Self::$name),+];

            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word),+
                }
            }
        }
    };
}

actions! {
    SendSms = "send_sms",
    SendMms = "send_mms",
    SendWhatsapp = "send_whatsapp",
    SendNotificationSms = "send_notification_sms",
    /// A whole campaign; its messages are its own rows.
    SendBulkSms = "send_bulk_sms",
    ChangeCampaign = "change_campaign",
    ExportCampaign = "export_campaign",
    ScheduleMessage = "schedule_message",
    CancelMessage = "cancel_message",
    SetUp = "set_up",
    CreateCompany = "create_company",
    RenameCompany = "rename_company",
    /// A superadmin looks at this company from now on.
    EnterCompany = "enter_company",
    ChangeSettings = "change_settings",
    InviteUser = "invite_user",
    RenewInvitation = "renew_invitation",
    AcceptInvitation = "accept_invitation",
    ChangeUser = "change_user",
    ChangeRole = "change_role",
    DeactivateUser = "deactivate_user",
    ReactivateUser = "reactivate_user",
    ChangePassword = "change_password",
    EndSessions = "end_sessions",
    MakeToken = "make_token",
    RevokeToken = "revoke_token",
    CreateIntegration = "create_integration",
    ChangeIntegration = "change_integration",
    DeleteIntegration = "delete_integration",
    CreateContact = "create_contact",
    ChangeContact = "change_contact",
    DeleteContact = "delete_contact",
    MergeContacts = "merge_contacts",
    BlockContact = "block_contact",
    UnblockContact = "unblock_contact",
    ImportContacts = "import_contacts",
    ExportContacts = "export_contacts",
    ChangeConsent = "change_consent",
    DeleteConversation = "delete_conversation",
    DeleteMessage = "delete_message",
    ClearMessages = "clear_messages",
    SyncMessages = "sync_messages",
    CreateTemplate = "create_template",
    ChangeTemplate = "change_template",
    DeleteTemplate = "delete_template",
    ChangeNotification = "change_notification",
    CreateAppointment = "create_appointment",
    ChangeAppointment = "change_appointment",
    CancelAppointment = "cancel_appointment",
    ExportAudit = "export_audit",
    ExportCalls = "export_calls",
    /// Webhooks and the like were set at Twilio.
    ConfigureLine = "configure_line",
    /// A webhook that had been refused was taken in.
    ReplayWebhook = "replay_webhook",
    CreateHook = "create_hook",
    ChangeHook = "change_hook",
    DeleteHook = "delete_hook",
    RotateHookSecret = "rotate_hook_secret",
    TestHook = "test_hook",
    ResendHook = "resend_hook",
    /// A webhook of ours that nobody answered for days.
    DisableHook = "disable_hook",
    /// Something at Twilio is no longer as it was.
    LineDrifted = "line_drifted",
    ChangeSpendCap = "change_spend_cap",
    /// What a month may cost is nearly spent, or spent.
    SpendCapNear = "spend_cap_near",
    ChangeRetention = "change_retention",
    /// What was older than the company keeps.
    ForgetOldData = "forget_old_data",
    /// A person, with all that was said.
    EraseContact = "erase_contact",
    /// Of a person who was forgotten here, something could not be deleted at Twilio.
    KeptAtTwilio = "kept_at_twilio",
    /// Everything of a company was read at once.
    ExportCompany = "export_company",
}

/// What kind of actor did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ActorKind {
    User,
    Token,
    /// The product itself: a reminder, a campaign that pauses.
    System,
}

impl ActorKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Token => "token",
            Self::System => "system",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn every_action_is_stored_and_read_by_the_same_word() {
        for action in AuditAction::ALL {
            let json = serde_json::to_string(action).unwrap();
            assert_eq!(json, format!("\"{}\"", action.as_str()));
            assert_eq!(serde_json::from_str::<AuditAction>(&json).unwrap(), *action);
        }
    }
}
