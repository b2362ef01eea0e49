//! `X-Twilio-Signature`: how Twilio signs a webhook, and how the receiver checks it
//! (<https://www.twilio.com/docs/usage/security#validating-requests>).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::borrow::Cow;

use crate::params::Params;
use crate::sid::AuthToken;

/// What of the body is signed, by its content type.
#[derive(Clone, Copy, Debug)]
pub enum SignedBody<'a> {
    Form(&'a Params),
    /// The raw bytes; their hash stands in the query as `bodySHA256`.
    Json(&'a [u8]),
    /// A GET: everything stands in the query.
    None,
}

type HmacSha1 = Hmac<Sha1>;

/// The signature as Twilio makes it: of the URL without user, password and fragment.
/// (A voice webhook over https is signed without its port, too: its caller removes it.)
pub fn sign(token: &AuthToken, url: &str, params: &Params) -> String {
    let url = url.split('#').next().unwrap_or_default();
    let url = match Parts::of(url) {
        Some(parts) => match parts.authority.rsplit_once('@') {
            Some((_, host)) => Cow::Owned(format!("{}{host}{}", parts.scheme, parts.rest)),
            None => Cow::Borrowed(url),
        },
        None => Cow::Borrowed(url),
    };
    // HMAC takes a key of any length, so there is always a mac; an empty signature would verify nowhere.
    keyed(token).map_or_else(String::new, |mac| {
        let mac = signed(mac, &[&url], &sorted(params));
        STANDARD.encode(mac.finalize().into_bytes())
    })
}

/// Whether `signature` is Twilio's for this request. `url` is the public one: the configured origin, then path and
/// query of the request; a user and password in it are never signed, so a URL that has them is refused.
///
/// Twilio signs some products without the port and some with it; and a Worker's `request.url` shows a raw `'` of the
/// query as `%27`. So up to four URLs are tried, the one as received first; each comparison takes constant time.
pub fn verify(token: &AuthToken, url: &str, body: SignedBody<'_>, signature: &str) -> bool {
    let Some(parts) = Parts::of(url) else { return false };
    let Some(mac) = keyed(token) else { return false };
    let Ok(expected) = STANDARD.decode(signature) else {
        return false;
    };
    let pairs = match body {
        SignedBody::Form(params) => sorted(params),
        SignedBody::None => Vec::new(),
        SignedBody::Json(bytes) => {
            if !hash_matches(parts.rest, bytes) {
                return false;
            }
            Vec::new()
        }
    };
    let matches = |rest: &str| {
        let with = [parts.scheme, parts.host, ":", parts.port_or_default(), rest];
        let without = [parts.scheme, parts.host, rest];
        let (first, second): (&[&str], &[&str]) = if parts.port.is_some() {
            (&with, &without)
        } else {
            (&without, &with)
        };
        [first, second].into_iter().any(|pieces| {
            signed(mac.clone(), pieces, &pairs)
                .verify_slice(&expected)
                .is_ok()
        })
    };
    matches(parts.rest) || raw_apostrophes(parts.rest).is_some_and(|rest| matches(&rest))
}

/// The addresses whose signature [`verify`] takes, the one as received first: for whoever wonders why none fits.
pub fn urls_tried(url: &str) -> Vec<String> {
    let Some(parts) = Parts::of(url) else {
        return Vec::new();
    };
    let of = |rest: &str| {
        let with = format!("{}{}:{}{rest}", parts.scheme, parts.host, parts.port_or_default());
        let without = format!("{}{}{rest}", parts.scheme, parts.host);
        if parts.port.is_some() {
            [with, without]
        } else {
            [without, with]
        }
    };
    let mut tried = Vec::from(of(parts.rest));
    tried.extend(raw_apostrophes(parts.rest).iter().flat_map(|rest| of(rest)));
    tried
}

/// A URL in the pieces that matter here; nothing is normalised, the signature is of the bytes.
struct Parts<'a> {
    /// With `://`.
    scheme: &'a str,
    authority: &'a str,
    host: &'a str,
    port: Option<&'a str>,
    /// Path and query.
    rest: &'a str,
}

impl<'a> Parts<'a> {
    fn of(url: &'a str) -> Option<Self> {
        let (scheme, after) = url.split_at_checked(url.find("://")? + 3)?;
        let (authority, rest) = after.split_at_checked(after.find(['/', '?', '#']).unwrap_or(after.len()))?;
        // The colons of an IPv6 literal stand inside its brackets.
        let port = authority
            .rsplit_once(':')
            .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
        Some(Self {
            scheme,
            authority,
            host: port.map_or(authority, |(host, _)| host),
            port: port.map(|(_, port)| port),
            rest,
        })
    }

    fn port_or_default(&self) -> &'a str {
        self.port
            .unwrap_or(if self.scheme.eq_ignore_ascii_case("http://") {
                "80"
            } else {
                "443"
            })
    }
}

fn keyed(token: &AuthToken) -> Option<HmacSha1> {
    HmacSha1::new_from_slice(token.as_str().as_bytes()).ok()
}

/// By name in byte order, then by value; the same pair twice counts once.
fn sorted(params: &Params) -> Vec<(&str, &str)> {
    let mut pairs: Vec<_> = params.iter().collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

fn signed(mut mac: HmacSha1, url: &[&str], pairs: &[(&str, &str)]) -> HmacSha1 {
    for piece in url {
        mac.update(piece.as_bytes());
    }
    for (name, value) in pairs {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    mac
}

fn raw_apostrophes(rest: &str) -> Option<String> {
    let (path, query) = rest.split_once('?')?;
    query
        .contains("%27")
        .then(|| format!("{path}?{}", query.replace("%27", "'")))
}

/// The first `bodySHA256` counts, in lower-case hexadecimal, strictly; it is public, so it needs no constant time.
fn hash_matches(rest: &str, body: &[u8]) -> bool {
    let query = rest.split_once('?').map_or("", |(_, query)| query);
    let claimed = query.split('&').find_map(|pair| pair.strip_prefix("bodySHA256="));
    let hash = Sha256::digest(body);
    let hex = hash.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    claimed.is_some_and(|claimed| {
        claimed.bytes().eq(hex.map(|digit| match digit {
            0..=9 => b'0' + digit,
            _ => b'a' + digit - 10,
        }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_addresses_that_are_told_are_those_that_are_tried() {
        let (token, params) = (AuthToken::new("12345"), Params::parse("To=1"));
        for (url, count) in [
            ("https://a.example/handle_sms", 2),
            ("http://a.example:8080/handle_sms?name=O%27Hara", 4),
        ] {
            let tried = urls_tried(url);
            assert_eq!((tried.len(), tried[0].as_str()), (count, url));
            for one in tried {
                // `sign` takes an address as it stands.
                let signature = sign(&token, &one, &params);
                assert!(
                    verify(&token, url, SignedBody::Form(&params), &signature),
                    "{one}"
                );
            }
        }
    }
    use serde_json::Value;

    fn vectors() -> Vec<Value> {
        let file: Value = serde_json::from_str(include_str!("../fixtures/signature-vectors.json")).unwrap();
        file["vectors"].as_array().unwrap().clone()
    }

    fn text<'a>(vector: &'a Value, name: &str) -> &'a str {
        vector[name].as_str().unwrap_or_default()
    }

    fn verdict(vector: &Value, url: &str) -> bool {
        let token = AuthToken::new(text(vector, "auth_token"));
        let body = text(vector, "raw_body");
        let params = Params::parse(body);
        let body = match vector["content_type"].as_str() {
            Some("application/json") => SignedBody::Json(body.as_bytes()),
            Some(_) => SignedBody::Form(&params),
            None => SignedBody::None,
        };
        verify(&token, url, body, text(vector, "signature"))
    }

    #[test]
    fn every_vector_on_which_the_official_libraries_agree_has_their_verdict() {
        let mut valid = 0;
        let mut invalid = 0;
        for vector in vectors().iter().filter(|vector| text(vector, "tier") == "core") {
            let expected = vector["valid"].as_bool().unwrap();
            assert_eq!(
                verdict(vector, text(vector, "url")),
                expected,
                "{}: {}",
                text(vector, "id"),
                text(vector, "reason")
            );
            if expected { valid += 1 } else { invalid += 1 }
        }
        assert_eq!((valid, invalid), (37, 24));
    }

    /// Where the libraries differ we are strict, with one exception: the apostrophe that a Worker shows as `%27`.
    #[test]
    fn where_the_libraries_disagree_only_the_apostrophe_is_forgiven() {
        let mut accepted = Vec::new();
        let mut seen = 0;
        for vector in vectors().iter().filter(|vector| text(vector, "tier") != "core") {
            seen += 1;
            let strict = vector["reference"].as_bool().unwrap();
            let ours = verdict(vector, text(vector, "url"));
            if ours && !strict {
                accepted.push(text(vector, "id").to_owned());
            }
            assert!(ours || !strict, "{}", text(vector, "id"));
        }
        assert_eq!(seen, 7);
        assert_eq!(accepted, ["sig-051"]);
    }

    #[test]
    fn a_url_that_the_platform_normalised_is_judged_as_measured() {
        let mut seen = 0;
        for vector in vectors() {
            if let (Some(url), Some(expected)) = (
                vector["worker_url"].as_str(),
                vector["worker_reference_apostrophe"].as_bool(),
            ) {
                seen += 1;
                assert_eq!(verdict(&vector, url), expected, "{}", text(&vector, "id"));
            }
        }
        assert_eq!(seen, 7);
    }

    #[test]
    fn what_we_sign_is_what_twilio_signed() {
        let mut seen = 0;
        for vector in vectors() {
            let form = text(&vector, "content_type") == "application/x-www-form-urlencoded";
            let signed_as_received = text(&vector, "signed_string").starts_with(text(&vector, "url"));
            let core = text(&vector, "tier") == "core" && vector["valid"] == true;
            if form && signed_as_received && core && !text(&vector, "signed_string").contains(":443") {
                seen += 1;
                let token = AuthToken::new(text(&vector, "auth_token"));
                let params = Params::parse(text(&vector, "raw_body"));
                let url = text(&vector, "url");
                assert_eq!(
                    sign(&token, url, &params),
                    text(&vector, "signature"),
                    "{}",
                    text(&vector, "id")
                );
                let with_password = url.replace("://", "://user:p@ss@") + "#rc=2";
                assert_eq!(sign(&token, &with_password, &params), text(&vector, "signature"));
            }
        }
        assert_eq!(seen, 27);
    }

    #[test]
    fn the_key_of_another_account_or_no_signature_at_all_is_refused() {
        let params = Params::parse("Body=Bonjour");
        let url = "https://app.example.com/handle_sms";
        let signature = sign(&AuthToken::new("one"), url, &params);
        let body = SignedBody::Form(&params);
        assert!(verify(&AuthToken::new("one"), url, body, &signature));
        assert!(!verify(&AuthToken::new("two"), url, body, &signature));
        assert!(!verify(&AuthToken::new("one"), url, body, ""));
        assert!(!verify(&AuthToken::new("one"), "no url", body, &signature));
    }
}
