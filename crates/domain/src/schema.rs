//! What the types that are one text on the wire look like in a JSON Schema. The others derive theirs.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::contact::{Notes, Tag};
use crate::{Address, LocalDay, LocalTime, Region, Timestamp, ids};

macro_rules! texts {
    ($($type:ty as $name:literal: $schema:tt),+ $(,)?) => {$(
        impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )+};
}

texts! {
    Timestamp as "Timestamp": {
        "type": "string",
        "format": "date-time",
        "description": "A moment: RFC 3339, UTC, with milliseconds.",
        "examples": ["2026-01-31T09:30:00.000Z"]
    },
    LocalDay as "LocalDay": {
        "type": "string",
        "format": "date",
        "description": "A day of a calendar.",
        "examples": ["2026-01-31"]
    },
    LocalTime as "LocalTime": {
        "type": "string",
        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$",
        "description": "What the clocks of a place show.",
        "examples": ["2026-01-31T14:30"]
    },
    Address as "Address": {
        "type": "string",
        "description": "E.164, `whatsapp:` and E.164, a short code, an alphanumeric sender, or `anonymous`.",
        "examples": ["+33612345678", "whatsapp:+33612345678"]
    },
    Region as "Region": {
        "type": "string",
        "pattern": "^[A-Z]{2}$",
        "description": "A country: ISO 3166-1 alpha-2.",
        "examples": ["FR"]
    },
    Tag as "Tag": {
        "type": "string",
        "description": "1 to 40 characters, without comma or semicolon."
    },
    Notes as "Notes": {
        "type": "string",
        "description": "At most 2000 characters."
    },
}

macro_rules! id_schemas {
    ($($name:ident),+ $(,)?) => {$(
        impl JsonSchema for ids::$name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "type": "string",
                    "pattern": "^[0-9a-hjkmnp-tv-z]{26}$",
                    "description": "A ULID in lower case."
                })
            }
        }
    )+};
}

id_schemas! {
    ApiTokenId,
    AppointmentId,
    AuditId,
    CampaignId,
    CompanyId,
    ContactId,
    ConversationId,
    HookDeliveryId,
    HookId,
    IntegrationId,
    MessageId,
    MediaId,
    NoteId,
    NumberId,
    TemplateId,
    UserId,
}
