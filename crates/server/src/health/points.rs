//! What should be held against what is: a list of points, and for those that can be mended what mends them.

use contract::lines::{Point, Setting, Subject, Verdict};
use domain::{Address, Region};
use twilio::messaging::{ServiceResource, ServiceSetting};
use twilio::phone_numbers::{IncomingPhoneNumberResource, NumberSetting};

use super::found::Found;
use super::wiring::Wiring;
use crate::integrations::store::{IntegrationRow, display};

/// A point with what sets it right.
pub struct Judged {
    pub point: Point,
    pub mend: Option<Mend>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mend {
    Number(NumberSetting, String),
    /// The whole application: it is made or set at once.
    Application,
    Service(ServiceSetting, String),
    /// All of a sender's webhooks at once.
    Sender,
}

pub fn judge(found: &Found, row: &IntegrationRow, wiring: &Wiring) -> Vec<Judged> {
    let mut judged = vec![account(found)];
    for (address, resource) in &found.numbers {
        match (address, resource) {
            (Address::Whatsapp(_), _) => whatsapp(&mut judged, found, address, &row.default_region, wiring),
            (Address::Number(_), Some(resource)) => {
                number(&mut judged, found, row, resource, wiring);
            }
            (Address::Number(_), None) => {
                let about = About::new(Subject::Number, display(address, &row.default_region), None);
                judged.push(about.by_hand(Setting::Exists, Some(address.to_string()), None));
            }
            // A short code or a name has no webhook of its own that this API shows.
            _ => {}
        }
    }
    let takes_calls = |resource: &IncomingPhoneNumberResource| resource.capabilities.voice;
    if found
        .numbers
        .iter()
        .any(|(_, resource)| resource.as_ref().is_some_and(takes_calls))
    {
        application(&mut judged, found, row, wiring);
    }
    if let Some(sid) = &row.messaging_service_sid {
        service(&mut judged, found, sid, wiring);
    }
    judged
}

/// Whose settings are looked at.
struct About {
    subject: Subject,
    name: String,
    sid: Option<String>,
}

impl About {
    fn new(subject: Subject, name: String, sid: Option<&str>) -> Self {
        Self {
            subject,
            name,
            sid: sid.map(str::to_owned),
        }
    }

    fn point(
        &self,
        setting: Setting,
        expected: Option<String>,
        actual: Option<String>,
        mend: Option<Mend>,
    ) -> Judged {
        let verdict = match (&mend, expected == actual) {
            (_, true) => Verdict::Good,
            (Some(_), false) => Verdict::Mendable,
            (None, false) => Verdict::ByHand,
        };
        Judged {
            point: Point {
                subject: self.subject,
                name: self.name.clone(),
                sid: self.sid.clone(),
                setting,
                expected,
                actual,
                verdict,
            },
            mend: mend.filter(|_| verdict == Verdict::Mendable),
        }
    }

    fn by_hand(&self, setting: Setting, expected: Option<String>, actual: Option<String>) -> Judged {
        self.point(setting, expected, actual, None)
    }
}

/// Unset texts are `""` or null at Twilio.
fn set(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

/// An address as it counts: by POST. Another method is shown, so that it differs.
fn address(url: Option<&str>, method: Option<&str>) -> Option<String> {
    let url = set(url)?;
    Some(match method {
        Some(method) if !method.eq_ignore_ascii_case("POST") && !method.is_empty() => {
            format!("{method} {url}")
        }
        _ => url,
    })
}

fn account(found: &Found) -> Judged {
    let account = &found.account;
    let status = account.status.as_str();
    About::new(
        Subject::Account,
        account.friendly_name.clone(),
        Some(account.sid.as_str()),
    )
    .by_hand(
        Setting::Active,
        Some("active".to_owned()),
        Some(status.to_owned()),
    )
}

fn number(
    judged: &mut Vec<Judged>,
    found: &Found,
    row: &IntegrationRow,
    resource: &IncomingPhoneNumberResource,
    wiring: &Wiring,
) {
    let shown = display(
        &Address::Number(resource.phone_number.clone()),
        &row.default_region,
    );
    let about = About::new(Subject::Number, shown, Some(resource.sid.as_str()));
    let webhook = |setting, of, expected: String, actual| {
        about.point(
            setting,
            Some(expected.clone()),
            actual,
            Some(Mend::Number(of, expected)),
        )
    };
    judged.push(capabilities(&about, row, resource));
    // Unless Twilio says of nothing that the number can do it.
    let can = resource.capabilities;
    if can.sms || can.mms {
        judged.push(webhook(
            Setting::MessageWebhook,
            NumberSetting::SmsUrl,
            wiring.message_webhook(),
            address(resource.sms_url.as_deref(), resource.sms_method.as_deref()),
        ));
        judged.push(webhook(
            Setting::MessageFallback,
            NumberSetting::SmsFallbackUrl,
            wiring.message_fallback(),
            address(
                resource.sms_fallback_url.as_deref(),
                resource.sms_fallback_method.as_deref(),
            ),
        ));
        judged.push(messages_taken(&about, found, row, resource));
    }
    if can.voice {
        judged.push(webhook(
            Setting::VoiceWebhook,
            NumberSetting::VoiceUrl,
            wiring.voice_webhook(),
            address(resource.voice_url.as_deref(), resource.voice_method.as_deref()),
        ));
        judged.push(webhook(
            Setting::VoiceFallback,
            NumberSetting::VoiceFallbackUrl,
            wiring.voice_fallback(),
            address(
                resource.voice_fallback_url.as_deref(),
                resource.voice_fallback_method.as_deref(),
            ),
        ));
        judged.push(webhook(
            Setting::CallStatus,
            NumberSetting::StatusCallback,
            wiring.call_status(),
            address(
                resource.status_callback.as_deref(),
                resource.status_callback_method.as_deref(),
            ),
        ));
        let trunk = set(resource.trunk_sid.as_deref());
        judged.push(match trunk {
            // A trunk is somebody's telephone system: not ours to take away.
            Some(trunk) => about.by_hand(Setting::CallsTaken, None, Some(trunk)),
            None => about.point(
                Setting::CallsTaken,
                None,
                set(resource.voice_application_sid.as_deref()),
                Some(Mend::Number(NumberSetting::VoiceApplicationSid, String::new())),
            ),
        });
    }
}

/// What Twilio says, held against what the product goes by when it sends.
fn capabilities(about: &About, row: &IntegrationRow, resource: &IncomingPhoneNumberResource) -> Judged {
    let words = |sms, mms, voice| {
        let can = [(sms, "sms"), (mms, "mms"), (voice, "voice")];
        let can: Vec<_> = can
            .into_iter()
            .filter(|(can, _)| *can)
            .map(|(_, word)| word)
            .collect();
        Some(can.join(", ")).filter(|can| !can.is_empty())
    };
    let can = resource.capabilities;
    let actual = words(can.sms, can.mms, can.voice);
    let own = Address::Number(resource.phone_number.clone());
    let known = row
        .numbers()
        .unwrap_or_default()
        .into_iter()
        .find(|number| number.address == own)
        .and_then(|number| number.capabilities);
    let expected = known.map_or_else(
        || actual.clone(),
        |known| words(known.sms, known.mms, known.voice),
    );
    about.by_hand(Setting::Capabilities, expected, actual)
}

/// An application wins over the number's webhook, and so does a service whose pool the number is in.
fn messages_taken(
    about: &About,
    found: &Found,
    row: &IntegrationRow,
    resource: &IncomingPhoneNumberResource,
) -> Judged {
    let takes = |(service, pool): &&(ServiceResource, _)| {
        let pool: &Vec<_> = pool;
        pool.contains(&resource.sid) && !service.use_inbound_webhook_on_number
    };
    let by = found.services.iter().find(takes).map(|(service, _)| service);
    match by {
        // The integration's own service hands everything to us: its points say whether.
        Some(service) if Some(service.sid.as_str()) == row.messaging_service_sid.as_deref() => {
            about.by_hand(Setting::MessagesTaken, None, None)
        }
        Some(service) => about.by_hand(Setting::MessagesTaken, None, Some(name_of(service))),
        None => about.point(
            Setting::MessagesTaken,
            None,
            set(resource.sms_application_sid.as_deref()),
            Some(Mend::Number(NumberSetting::SmsApplicationSid, String::new())),
        ),
    }
}

fn name_of(service: &ServiceResource) -> String {
    match set(service.friendly_name.as_deref()) {
        Some(name) => format!("{name} ({})", service.sid),
        None => service.sid.to_string(),
    }
}

fn application(judged: &mut Vec<Judged>, found: &Found, row: &IntegrationRow, wiring: &Wiring) {
    let name = wiring.application_name();
    let Some(resource) = &found.application else {
        let about = About::new(Subject::Application, name.clone(), row.twiml_app_sid.as_deref());
        judged.push(about.point(Setting::Exists, Some(name), None, Some(Mend::Application)));
        return;
    };
    let shown = set(resource.friendly_name.as_deref()).unwrap_or(name);
    let about = About::new(Subject::Application, shown, Some(resource.sid.as_str()));
    judged.push(about.point(
        Setting::Exists,
        Some(resource.sid.to_string()),
        // It is there, but the integration does not know: tokens would not name it.
        set(row.twiml_app_sid.as_deref()),
        Some(Mend::Application),
    ));
    for (setting, expected, actual) in [
        (
            Setting::VoiceWebhook,
            wiring.outgoing_webhook(),
            address(resource.voice_url.as_deref(), resource.voice_method.as_deref()),
        ),
        (
            Setting::VoiceFallback,
            wiring.outgoing_fallback(),
            address(
                resource.voice_fallback_url.as_deref(),
                resource.voice_fallback_method.as_deref(),
            ),
        ),
        (
            Setting::CallStatus,
            wiring.call_status(),
            address(
                resource.status_callback.as_deref(),
                resource.status_callback_method.as_deref(),
            ),
        ),
    ] {
        judged.push(about.point(setting, Some(expected), actual, Some(Mend::Application)));
    }
}

fn service(judged: &mut Vec<Judged>, found: &Found, sid: &str, wiring: &Wiring) {
    let Some((resource, _)) = found
        .services
        .iter()
        .find(|(service, _)| service.sid.as_str() == sid)
    else {
        let about = About::new(Subject::MessagingService, sid.to_owned(), Some(sid));
        judged.push(about.by_hand(Setting::Exists, Some(sid.to_owned()), None));
        return;
    };
    let shown = set(resource.friendly_name.as_deref()).unwrap_or_else(|| sid.to_owned());
    let about = About::new(Subject::MessagingService, shown, Some(sid));
    let mut webhook = |setting, of, expected: String, actual| {
        judged.push(about.point(
            setting,
            Some(expected.clone()),
            actual,
            Some(Mend::Service(of, expected)),
        ));
    };
    // Where the numbers' own webhooks count, the service's do not.
    if !resource.use_inbound_webhook_on_number {
        webhook(
            Setting::MessageWebhook,
            ServiceSetting::InboundRequestUrl,
            wiring.message_webhook(),
            address(
                resource.inbound_request_url.as_deref(),
                resource.inbound_method.as_deref(),
            ),
        );
        webhook(
            Setting::MessageFallback,
            ServiceSetting::FallbackUrl,
            wiring.message_fallback(),
            address(
                resource.fallback_url.as_deref(),
                resource.fallback_method.as_deref(),
            ),
        );
    }
    webhook(
        Setting::MessageStatus,
        ServiceSetting::StatusCallback,
        wiring.message_status(),
        set(resource.status_callback.as_deref()),
    );
}

/// The sandbox is no sender that Twilio lists: its settings are in the console only.
fn whatsapp(judged: &mut Vec<Judged>, found: &Found, own: &Address, home: &Region, wiring: &Wiring) {
    let sender = found.senders.get(&own.to_string());
    let about = About::new(
        Subject::WhatsappSender,
        display(own, home),
        sender.map(|sender| sender.sid.as_str()),
    );
    let Some(sender) = sender else {
        judged.push(about.by_hand(Setting::Exists, Some(own.to_string()), None));
        return;
    };
    judged.push(
        about.by_hand(
            Setting::Active,
            Some("ONLINE".to_owned()),
            // While it is updated it works.
            sender
                .status
                .as_deref()
                .map(|status| status.split(':').next().unwrap_or(status).to_owned()),
        ),
    );
    let webhook = sender.webhook.clone().unwrap_or_default();
    for (setting, expected, actual) in [
        (
            Setting::MessageWebhook,
            wiring.message_webhook(),
            address(
                webhook.callback_url.as_deref(),
                webhook.callback_method.as_deref(),
            ),
        ),
        (
            Setting::MessageFallback,
            wiring.message_fallback(),
            address(
                webhook.fallback_url.as_deref(),
                webhook.fallback_method.as_deref(),
            ),
        ),
        (
            Setting::MessageStatus,
            wiring.message_status(),
            address(
                webhook.status_callback_url.as_deref(),
                webhook.status_callback_method.as_deref(),
            ),
        ),
    ] {
        judged.push(about.point(setting, Some(expected), actual, Some(Mend::Sender)));
    }
}
