//! The deployment's variables and secrets, parsed once. A wrong one is named, never guessed around.

use domain::{Address, Region};
use twilio::sid::{AccountSid, ApiKeySid, ApplicationSid, AuthToken};

use crate::keys::Keys;

pub struct Settings {
    /// Where Twilio and people reach this deployment, without a final slash; `None`: the request's own origin.
    pub public_url: Option<String>,
    /// Sites whose scripts may call the API with credentials.
    pub allowed_origins: Vec<String>,
    /// ISO 3166-1 alpha-2, for numbers written in national form before an integration says otherwise.
    pub default_region: Region,
    pub twilio_api_base: String,
    pub keys: Keys,
    /// A bearer token that acts as `superadmin`.
    pub admin_token: Option<String>,
    pub first_integration: Option<FirstIntegration>,
    /// Who we are to browsers' push services; `None`: a key of our own, made when it is first needed.
    pub vapid_key: Option<p256::SecretKey>,
}

/// The Twilio account of the environment, connected when the first administrator signs up.
pub struct FirstIntegration {
    pub account_sid: AccountSid,
    pub auth_token: AuthToken,
    pub api_key: Option<(ApiKeySid, AuthToken)>,
    pub twiml_app_sid: Option<ApplicationSid>,
    pub phone_number: Address,
    pub whatsapp_number: Option<Address>,
}

const BESIDE_THE_ACCOUNT: [&str; 6] = [
    "TWILIO_AUTH_TOKEN",
    "TWILIO_PHONE_NUMBER",
    "TWILIO_API_KEY",
    "TWILIO_API_SECRET",
    "TWILIO_TWIML_APP_SID",
    "TWILIO_WHATSAPP_NUMBER",
];

/// A variable that is missing or wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {reason}")]
pub struct InvalidSetting {
    pub name: &'static str,
    pub reason: String,
}

fn wrong(name: &'static str, reason: impl std::fmt::Display) -> InvalidSetting {
    InvalidSetting {
        name,
        reason: reason.to_string(),
    }
}

impl Settings {
    /// On a developer's machine: the real one is reached over https.
    pub fn plays_twilio(&self) -> bool {
        self.twilio_api_base.starts_with("http://")
    }

    /// `variable` answers a variable or secret by its name.
    pub fn parse(variable: impl Fn(&str) -> Option<String>) -> Result<Self, InvalidSetting> {
        let given = |name: &str| {
            variable(name)
                .map(|v| v.trim().to_owned())
                .filter(|v| !v.is_empty())
        };
        let url = |name: &'static str| {
            given(name)
                .map(|text| {
                    origin(&text).ok_or_else(|| {
                        wrong(
                            name,
                            format!("`{text}` is not an address such as https://app.example.com"),
                        )
                    })
                })
                .transpose()
        };
        let allowed_origins = given("ALLOWED_ORIGINS")
            .unwrap_or_default()
            .split(',')
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(|text| {
                // What browsers send in `Origin` has no path (RFC 6454 §7).
                let is_bare = |origin: &String| origin.matches('/').count() == 2;
                origin(text).filter(is_bare).ok_or_else(|| {
                    wrong(
                        "ALLOWED_ORIGINS",
                        format!("`{text}` is not an origin such as https://site.example.com"),
                    )
                })
            })
            .collect::<Result<_, _>>()?;
        let default_region = given("DEFAULT_REGION")
            .map_or(Ok(Region::FR), |text| text.parse())
            .map_err(|error| wrong("DEFAULT_REGION", error))?;
        let key = given("ENCRYPTION_KEY").ok_or_else(|| {
            wrong(
                "ENCRYPTION_KEY",
                "missing; make one with `openssl rand -base64 32`",
            )
        })?;
        let admin_token = given("ADMIN_TOKEN");
        if admin_token.as_ref().is_some_and(|token| token.len() < 16) {
            return Err(wrong(
                "ADMIN_TOKEN",
                "shorter than 16 characters; make one with `openssl rand -hex 32`",
            ));
        }
        Ok(Self {
            public_url: url("PUBLIC_URL")?,
            allowed_origins,
            default_region,
            twilio_api_base: url("TWILIO_API_BASE")?.unwrap_or_else(|| twilio::api::API_BASE.to_owned()),
            keys: Keys::parse(&key).map_err(|error| wrong("ENCRYPTION_KEY", error))?,
            admin_token,
            first_integration: FirstIntegration::parse(given)?,
            vapid_key: given("VAPID_PRIVATE_KEY")
                .map(|text| {
                    crate::push::parse_key(&text)
                        .ok_or_else(|| wrong("VAPID_PRIVATE_KEY", "not a P-256 key: 32 bytes in base64url"))
                })
                .transpose()?,
        })
    }
}

impl FirstIntegration {
    fn parse(given: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, InvalidSetting> {
        let Some(account_sid) = given("TWILIO_ACCOUNT_SID") else {
            // Half an account is a slip, not a wish for none.
            return match BESIDE_THE_ACCOUNT.iter().find(|name| given(name).is_some()) {
                Some(name) => Err(wrong("TWILIO_ACCOUNT_SID", format!("missing beside {name}"))),
                None => Ok(None),
            };
        };
        let required =
            |name: &'static str| given(name).ok_or_else(|| wrong(name, "missing beside TWILIO_ACCOUNT_SID"));
        let not_a_number = |name: &'static str| wrong(name, "a number such as +33612345678");
        let api_key = match (given("TWILIO_API_KEY"), given("TWILIO_API_SECRET")) {
            (Some(sid), Some(secret)) => {
                let sid = ApiKeySid::parse(&sid)
                    .map_err(|_| wrong("TWILIO_API_KEY", "SK and 32 hexadecimal characters"))?;
                Some((sid, AuthToken::new(&secret)))
            }
            (None, None) => None,
            (Some(_), None) => return Err(wrong("TWILIO_API_SECRET", "missing beside TWILIO_API_KEY")),
            (None, Some(_)) => return Err(wrong("TWILIO_API_KEY", "missing beside TWILIO_API_SECRET")),
        };
        Ok(Some(Self {
            account_sid: AccountSid::parse(&account_sid)
                .map_err(|_| wrong("TWILIO_ACCOUNT_SID", "AC and 32 hexadecimal characters"))?,
            auth_token: AuthToken::new(&required("TWILIO_AUTH_TOKEN")?),
            api_key,
            twiml_app_sid: given("TWILIO_TWIML_APP_SID")
                .map(|sid| {
                    ApplicationSid::parse(&sid)
                        .map_err(|_| wrong("TWILIO_TWIML_APP_SID", "AP and 32 hexadecimal characters"))
                })
                .transpose()?,
            phone_number: match Address::parse(&required("TWILIO_PHONE_NUMBER")?) {
                address @ (Address::Number(_) | Address::ShortCode(_)) => address,
                _ => return Err(not_a_number("TWILIO_PHONE_NUMBER")),
            },
            whatsapp_number: given("TWILIO_WHATSAPP_NUMBER")
                .map(|text| {
                    let bare = text.strip_prefix("whatsapp:").unwrap_or(&text);
                    match Address::parse(&format!("whatsapp:{bare}")) {
                        address @ Address::Whatsapp(_) => Ok(address),
                        _ => Err(not_a_number("TWILIO_WHATSAPP_NUMBER")),
                    }
                })
                .transpose()?,
        }))
    }
}

/// Scheme and host (and a path, for a deployment below one), without a final slash.
fn origin(text: &str) -> Option<String> {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))?;
    let plain = !host.is_empty() && !host.starts_with('/') && !host.contains(['?', '#', '@', ' ', '*']);
    plain.then(|| text.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: (&str, &str) = ("ENCRYPTION_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");

    const RIGHT: &[(&str, &str)] = &[
        KEY,
        ("TWILIO_ACCOUNT_SID", "AC11111111111111111111111111111111"),
        ("TWILIO_AUTH_TOKEN", "22222222222222222222222222222222"),
        ("TWILIO_API_KEY", "SK11111111111111111111111111111111"),
        ("TWILIO_API_SECRET", "secret"),
        ("TWILIO_TWIML_APP_SID", "AP11111111111111111111111111111111"),
        ("TWILIO_PHONE_NUMBER", "+33612345678"),
        ("TWILIO_WHATSAPP_NUMBER", "+33612345679"),
    ];

    fn parse(pairs: &[(&str, &str)]) -> Result<Settings, InvalidSetting> {
        Settings::parse(|name| {
            pairs
                .iter()
                .find(|(n, _)| *n == name)
                .map(|(_, v)| (*v).to_owned())
        })
    }

    #[test]
    fn with_only_a_key_everything_has_its_default() {
        let settings = parse(&[KEY, ("PUBLIC_URL", "")]).unwrap();
        assert_eq!(settings.public_url, None);
        assert_eq!(settings.default_region, Region::FR);
        assert_eq!(settings.twilio_api_base, "https://api.twilio.com");
        assert!(settings.first_integration.is_none());
    }

    #[test]
    fn a_wrong_setting_is_named() {
        for (name, value) in [
            ("ENCRYPTION_KEY", "AAAA"),
            ("ENCRYPTION_KEY", ""),
            ("PUBLIC_URL", "app.example.com"),
            ("ALLOWED_ORIGINS", "https://a.example, *"),
            ("ALLOWED_ORIGINS", "https://a.example/shop"),
            ("DEFAULT_REGION", "France"),
            ("TWILIO_API_BASE", "api.twilio.com"),
            ("ADMIN_TOKEN", "short"),
            ("VAPID_PRIVATE_KEY", "AAAA"),
            ("TWILIO_ACCOUNT_SID", "AC1"),
            ("TWILIO_ACCOUNT_SID", ""),
            ("TWILIO_AUTH_TOKEN", ""),
            ("TWILIO_PHONE_NUMBER", ""),
            ("TWILIO_PHONE_NUMBER", "shop"),
            ("TWILIO_PHONE_NUMBER", "whatsapp:+33612345678"),
            ("TWILIO_API_KEY", "SK1"),
            ("TWILIO_API_KEY", ""),
            ("TWILIO_API_SECRET", ""),
            ("TWILIO_TWIML_APP_SID", "SK11111111111111111111111111111111"),
            ("TWILIO_WHATSAPP_NUMBER", "shop"),
        ] {
            let mut pairs = RIGHT.to_vec();
            pairs.retain(|(other, _)| *other != name);
            pairs.push((name, value));
            let named = parse(&pairs).err().map(|error| error.name);
            assert_eq!(named, Some(name), "{name}={value}");
        }
    }

    #[test]
    fn half_an_account_is_no_account() {
        for name in BESIDE_THE_ACCOUNT {
            let error = parse(&[KEY, (name, "+33612345678")]).err().unwrap();
            assert_eq!(
                error.to_string(),
                format!("TWILIO_ACCOUNT_SID: missing beside {name}")
            );
        }
    }

    #[test]
    fn what_is_right_is_taken() {
        let account = parse(RIGHT).unwrap().first_integration.unwrap();
        assert_eq!(account.phone_number.to_string(), "+33612345678");
        assert_eq!(
            account.whatsapp_number.unwrap().to_string(),
            "whatsapp:+33612345679"
        );
        assert!(account.api_key.is_some() && account.twiml_app_sid.is_some());
    }

    #[test]
    fn addresses_lose_their_final_slash() {
        let settings = parse(&[
            KEY,
            ("PUBLIC_URL", "https://app.example.com/"),
            ("ALLOWED_ORIGINS", "http://localhost:3000"),
        ])
        .unwrap();
        assert_eq!(settings.public_url.as_deref(), Some("https://app.example.com"));
        assert_eq!(settings.allowed_origins, ["http://localhost:3000"]);
    }
}
