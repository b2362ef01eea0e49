//! The address book: the people behind the numbers.

use domain::consent::Consent;
use domain::contact::{Notes, Tag};
use domain::contact_columns::ContactRow;
use domain::ids::{ContactId, ConversationId};
use domain::{Address, Channel, Language, Timestamp};
use serde::{Deserialize, Serialize};

use crate::endpoint::{access::*, endpoint};
use crate::{Page, ProblemCode};

endpoint! {
    /// By name; those without one newest first.
    ListContacts: Get "/api/contacts", AGENT, scope: Contacts, query: ContactFilter, answer: Page<ContactView>
}
endpoint! {
    /// 201. A number that has written already brings its conversations along. The same contact once more is answered
    /// as it is (200).
    CreateContact: Post "/api/contacts", AGENT, scope: Contacts, body: NewContact, answer: ContactView, status: [201, 200],
        refuses: [NumberOfOtherContact] + CONTACT
}
endpoint! {
    GetContact: Get "/api/contacts/{id}", AGENT, scope: Contacts, id: ContactId, answer: ContactDetail
}
endpoint! {
    UpdateContact: Patch "/api/contacts/{id}", AGENT, scope: Contacts, id: ContactId, body: ContactChanges, answer: ContactView,
        refuses: [NumberOfOtherContact] + CONTACT
}
endpoint! {
    /// Name, notes, tags and language go. A number with conversations or a consent of its own stays, without a name.
    DeleteContact: Delete "/api/contacts/{id}", AGENT, scope: Contacts, id: ContactId
}
endpoint! {
    /// Puts another contact's numbers, conversations, tags and notes into this one; the other is no more.
    MergeContacts: Post "/api/contacts/{id}/merge", AGENT, scope: Contacts, id: ContactId, body: MergedContact, answer: ContactView,
        refuses: [InvalidField, TooManyNumbers, TooManyTags, NotesTooLong]
}
endpoint! {
    /// Records what a person said elsewhere: that they want messages, or none.
    RecordConsent: Post "/api/contacts/{id}/consent", ADMIN, scope: Contacts, id: ContactId, body: NewConsent, answer: ContactDetail,
        refuses: [InvalidField, InvalidReason, InvalidPhoneNumber]
}
endpoint! {
    /// The company's tags, with how many contacts have each.
    ListTags: Get "/api/contact-tags", AGENT, scope: Contacts, answer: Vec<TagView>
}
endpoint! {
    /// At most [`MOST_IMPORTED`] rows at once. A row of a number that is known adds to its contact and takes nothing
    /// away, so repeating an import changes nothing.
    ImportContacts: Post "/api/contacts/import", ADMIN, scope: Contacts, body: ContactImport, answer: ImportResult
}
endpoint! {
    /// `format=csv` or `vcard`, for the same filters as the list; without pages.
    ExportContacts: Get "/api/contacts/export", ADMIN, scope: Contacts, query: ContactExport, gives: AddressBook
}

/// Rows of one request to import.
pub const MOST_IMPORTED: usize = 250;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ContactList {
    /// Those with a name of ours.
    Saved,
    /// Numbers that wrote or were written to, without a name.
    Unsaved,
    Blocked,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ContactFilter {
    /// Without it: everybody for a search or a tag, otherwise the saved ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<ContactList>,
    /// Part of a name, or digits of a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// At most 1000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    #[default]
    Csv,
    /// vCard 4.0 (RFC 6350).
    Vcard,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ContactExport {
    pub format: ExportFormat,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<ContactList>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Of the headers; without it, the caller's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ContactView {
    pub id: ContactId,
    /// What the company calls this person.
    pub name: Option<String>,
    /// What WhatsApp says.
    pub profile_name: Option<String>,
    /// The main one first.
    pub numbers: Vec<ContactNumber>,
    pub tags: Vec<Tag>,
    pub notes: Notes,
    /// The one to write to this person in.
    pub language: Option<Language>,
    /// Messages from these numbers are kept, and nobody is told.
    pub blocked: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ContactNumber {
    pub address: Address,
    /// As people of its country write it.
    pub display: String,
    pub opted_out: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ContactDetail {
    pub contact: ContactView,
    /// Newest first, at most 50.
    pub conversations: Vec<ContactConversation>,
    /// Newest first, at most 100.
    pub consent: Vec<ConsentView>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ContactConversation {
    pub id: ConversationId,
    /// Of the last message.
    pub channel: Channel,
    pub address: Address,
    /// The company's number.
    pub number: Address,
    pub number_display: String,
    pub updated_at: Timestamp,
}

/// Once that a person stopped messages or took them up again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConsentView {
    pub address: Address,
    pub display: String,
    pub consent: Consent,
    pub at: Timestamp,
    /// Where the person wrote it.
    pub conversation_id: Option<ConversationId>,
    /// Who recorded it by hand, and why.
    pub recorded_by: Option<String>,
    pub reason: Option<String>,
}

/// Numbers in any form.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct NewContact {
    pub name: String,
    pub numbers: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub notes: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
}

/// What is absent stays as it is; lists are replaced as a whole.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ContactChanges {
    /// An empty text takes the name away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub numbers: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// `en`, `fr`, or an empty text for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked: Option<bool>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MergedContact {
    /// The one that is put into the other.
    pub contact_id: ContactId,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewConsent {
    /// One of the contact's numbers.
    pub number: String,
    pub consent: Consent,
    /// How the company knows: 1 to 200 characters.
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TagView {
    pub tag: Tag,
    pub contacts: i64,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ContactImport {
    pub rows: Vec<ContactRow>,
}

/// One outcome for each row, in their order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImportResult {
    pub rows: Vec<ImportedRow>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImportedRow {
    pub outcome: ImportOutcome,
    pub contact_id: Option<ContactId>,
    /// Of an invalid row: why, and the value at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<ProblemCode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ImportOutcome {
    Added,
    /// Something of the row was new to a contact that was there.
    Merged,
    /// Everything was known.
    Unchanged,
    Invalid,
}
