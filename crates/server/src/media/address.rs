//! Addresses of media and recordings at Twilio: where the account's credentials may go, and where a redirect may lead.
//! <https://www.twilio.com/docs/messaging/api/media-resource>

use twilio::sid::{AccountSid, MediaSid, MessageSid, RecordingSid};

/// Whether this is a medium or a recording of this account on this API host, and nothing else: a forged webhook could name any address.
pub fn is_own(url: &str, api_base: &str, account: &AccountSid) -> bool {
    let parsed = || {
        let path = url
            .strip_prefix(api_base)?
            .strip_prefix("/2010-04-01/Accounts/")?;
        let (owner, path) = path.split_once('/')?;
        if let Some(recording) = path.strip_prefix("Recordings/") {
            RecordingSid::parse(recording).ok()?;
        } else {
            let (message, medium) = path.strip_prefix("Messages/")?.split_once("/Media/")?;
            MessageSid::parse(message).ok()?;
            MediaSid::parse(medium).ok()?;
        }
        Some(owner == account.as_str())
    };
    parsed().unwrap_or(false)
}

/// Downloads go over TLS, except from a simulated Twilio.
pub fn may_follow(location: &str, api_base: &str) -> bool {
    location.starts_with("https://") || (api_base.starts_with("http://") && location.starts_with("http://"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_go_to_the_accounts_own_media_only() {
        let hex = "0123456789abcdef0123456789abcdef";
        let account = AccountSid::parse(&format!("AC{hex}")).unwrap();
        let base = "https://api.twilio.com";
        let own = format!("{base}/2010-04-01/Accounts/AC{hex}/Messages/MM{hex}/Media/ME{hex}");
        assert!(is_own(&own, base, &account));
        let recording = format!("{base}/2010-04-01/Accounts/AC{hex}/Recordings/RE{hex}");
        assert!(is_own(&recording, base, &account));
        for forged in [
            own.replace("https://api.twilio.com", "https://evil.example"),
            own.replace("https://api.twilio.com", "https://api.twilio.com.evil.example"),
            own.replace("https://api.twilio.com", "https://api.twilio.com@evil.example"),
            own.replace("https:", "http:"),
            own.replace(&format!("AC{hex}"), "ACffffffffffffffffffffffffffffffff"),
            own.replace("/Media/", "/Media/../"),
            format!("{own}?x=1"),
            format!("{own}/x"),
            format!("{own}.json"),
            format!("{recording}.json"),
            recording.replace(&format!("AC{hex}"), "ACffffffffffffffffffffffffffffffff"),
            format!("{base}/2010-04-01/Accounts/AC{hex}.json"),
            String::new(),
        ] {
            assert!(!is_own(&forged, base, &account), "{forged}");
        }
    }

    #[test]
    fn a_redirect_keeps_to_tls() {
        let real = "https://api.twilio.com";
        assert!(may_follow("https://mms.twiliocdn.com/x", real));
        assert!(!may_follow("http://mms.twiliocdn.com/x", real));
        assert!(!may_follow("file:///etc/passwd", real));
        assert!(may_follow("http://127.0.0.1:8791/x", "http://127.0.0.1:8790"));
    }
}
