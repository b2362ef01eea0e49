//! Where a webhook may go: a host of the public Internet, over https. Whoever runs the deployment has neighbours that
//! answer to nobody else, and a company must not reach them through it (SSRF).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http::Uri;

const LONGEST: usize = 500;
/// Names that lead to the machine itself or its own network (RFC 6761, RFC 6762, RFC 8375).
const OURS: [&str; 6] = [
    "localhost",
    "local",
    "internal",
    "localdomain",
    "home.arpa",
    "onion",
];

/// `local`: this deployment plays with a simulated Twilio on its developer's machine.
pub fn is_allowed(text: &str, local: bool) -> bool {
    let plain = text.len() <= LONGEST && text.chars().all(|letter| letter.is_ascii_graphic());
    let Some(uri) = text.parse::<Uri>().ok().filter(|_| plain && !text.contains('#')) else {
        return false;
    };
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return false;
    };
    let has_account = authority.as_str().contains('@');
    let host = authority.host().trim_end_matches('.').to_ascii_lowercase();
    if has_account || host.is_empty() {
        return false;
    }
    if local
        && matches!(scheme, "http" | "https")
        && matches!(host.as_str(), "127.0.0.1" | "localhost" | "[::1]")
    {
        return true;
    }
    scheme == "https" && is_public(&host)
}

fn is_public(host: &str) -> bool {
    if let Some(literal) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return literal.parse::<Ipv6Addr>().is_ok_and(is_public_v6);
    }
    if let Ok(IpAddr::V4(address)) = host.parse() {
        return is_public_v4(address);
    }
    let last = host.rsplit('.').next().unwrap_or_default();
    // `2130706433`, `0x7f.1` and `127.1` are addresses too (https://url.spec.whatwg.org/#ends-in-a-number-checker).
    let is_number = last.starts_with("0x") || last.bytes().all(|byte| byte.is_ascii_digit());
    let is_ours = OURS
        .iter()
        .any(|name| host == *name || host.ends_with(&format!(".{name}")));
    host.contains('.') && !is_number && !is_ours
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    let is_shared = first == 100 && (64..128).contains(&second);
    let is_benchmark = first == 198 && (second == 18 || second == 19);
    let is_protocol = first == 192 && second == 0;
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
        || first == 0
        || first >= 240
        || is_shared
        || is_benchmark
        || is_protocol)
}

/// Only 2000::/3 is given out, and of it not what carries an IPv4 address inside (6to4, Teredo) or is for documents.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let is_transitional = first == 0x2002 || (first == 0x2001 && second < 0x0200);
    let is_document = first == 0x2001 && second == 0x0db8;
    (first & 0xe000) == 0x2000 && !is_transitional && !is_document
}

#[cfg(test)]
mod tests {
    use super::is_allowed;

    #[test]
    fn hosts_of_the_internet_are_allowed() {
        for url in [
            "https://hooks.example.com",
            "https://hooks.example.com:8443/in?key=1",
            "https://93.184.216.34/in",
            "https://[2606:2800:220:1:248:1893:25c8:1946]/in",
        ] {
            assert!(is_allowed(url, false), "{url}");
        }
    }

    #[test]
    fn neighbours_are_not_however_they_are_written() {
        for url in [
            "http://hooks.example.com/in",
            "ftp://hooks.example.com/in",
            "hooks.example.com",
            "https://",
            "https://user:secret@hooks.example.com/",
            "https://hooks.example.com/#part",
            "https://hooks.example.com/é",
            "https://localhost/",
            "https://LOCALHOST./",
            "https://db.localhost/",
            "https://printer.local/",
            "https://metadata.google.internal/",
            "https://intranet/",
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0x7f.0.0.0x1/",
            "https://0177.0.0.1/",
            "https://0.0.0.0/",
            "https://10.1.2.3/",
            "https://172.16.0.1/",
            "https://192.168.1.1/",
            "https://169.254.169.254/latest/meta-data",
            "https://100.64.0.1/",
            "https://224.0.0.1/",
            "https://255.255.255.255/",
            "https://[::1]/",
            "https://[::]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[fe80::1]/",
            "https://[fd00::1]/",
            "https://[2002:7f00:1::]/",
            "https://[64:ff9b::7f00:1]/",
        ] {
            assert!(!is_allowed(url, false), "{url}");
        }
    }

    #[test]
    fn a_developers_own_machine_is_allowed_there_only() {
        assert!(is_allowed("http://127.0.0.1:9000/in", true));
        assert!(is_allowed("http://localhost:9000/in", true));
        assert!(!is_allowed("http://127.0.0.1:9000/in", false));
        assert!(!is_allowed("http://192.168.1.1/in", true));
    }
}
