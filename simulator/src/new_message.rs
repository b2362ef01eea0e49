//! How every message begins, whoever makes it.

use domain::segments::Segments;
use domain::{Address, DeliveryStatus, Timestamp};
use twilio::messages::{API_VERSION, Direction, MessageResource, SubresourceUris};
use twilio::sid::{AccountSid, MessageSid, MessagingServiceSid};

use crate::agenda::whole_second;
use crate::dice::Dice;
use crate::model::Message;

pub(crate) struct NewMessage<'a> {
    pub(crate) account: &'a AccountSid,
    pub(crate) direction: Direction,
    pub(crate) status: DeliveryStatus,
    /// `None` while a service has not chosen it.
    pub(crate) from: Option<&'a Address>,
    pub(crate) to: &'a Address,
    pub(crate) messaging_service_sid: Option<&'a MessagingServiceSid>,
    pub(crate) body: &'a str,
    pub(crate) media_count: usize,
}

impl NewMessage<'_> {
    /// `MM…` with media, `SM…` without.
    pub(crate) fn sid(&self, dice: &mut Dice) -> MessageSid {
        if self.media_count > 0 {
            MessageSid::new_with_media(dice.roll())
        } else {
            MessageSid::new(dice.roll())
        }
    }

    pub(crate) fn resource(&self, now: Timestamp, sid: MessageSid) -> MessageResource {
        let uri = format!("/{API_VERSION}/Accounts/{}/Messages/{sid}", self.account);
        let now = whole_second(now);
        let mut resource = MessageResource {
            account_sid: self.account.clone(),
            api_version: API_VERSION.to_owned(),
            body: Some(self.body.to_owned()),
            date_created: Some(now),
            date_sent: self.direction.is_inbound().then_some(now),
            date_updated: Some(now),
            direction: self.direction,
            error_code: None,
            error_message: None,
            from: self.from.cloned(),
            messaging_service_sid: self.messaging_service_sid.cloned(),
            num_media: u32::try_from(self.media_count).unwrap_or(u32::MAX),
            num_segments: 0,
            price: None,
            price_unit: Some("USD".to_owned()),
            sid,
            status: Some(self.status),
            subresource_uris: SubresourceUris {
                media: Some(format!("{uri}/Media.json")),
            },
            to: Some(self.to.clone()),
            uri: format!("{uri}.json"),
        };
        if self.from.is_some() {
            resource.num_segments = segments(&resource);
        }
        resource
    }
}

impl Message {
    pub(crate) fn new(now: Timestamp, resource: MessageResource) -> Self {
        Self {
            resource,
            at: now,
            status_callback: None,
            media: Vec::new(),
            from_template: false,
            fate: None,
            chosen_sender: None,
            deleted: false,
            tappables: Vec::new(),
        }
    }
}

/// WhatsApp and MMS count as one.
pub(crate) fn segments(resource: &MessageResource) -> u32 {
    let whatsapp = matches!(resource.to, Some(Address::Whatsapp(_)));
    if whatsapp || resource.num_media > 0 {
        1
    } else {
        Segments::of(resource.body.as_deref().unwrap_or_default()).segments
    }
}
