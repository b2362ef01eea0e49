//! Connection overrides in the fragment of a webhook URL: `…/hook#rc=2&rp=5xx,ct&rt=5000`
//! (<https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides>). Never sent, never signed.

use twilio::Params;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Overrides {
    pub(crate) connect_timeout_ms: u64,
    pub(crate) read_timeout_ms: u64,
    pub(crate) retries: u32,
    pub(crate) on_connect_failure: bool,
    pub(crate) on_read_timeout: bool,
    pub(crate) on_4xx: bool,
    pub(crate) on_5xx: bool,
}

pub(crate) fn read(url: &str) -> Overrides {
    let fragment = Params::parse(url.split_once('#').map_or("", |(_, fragment)| fragment));
    let number = |name, least: u64, most: u64, usual: u64| {
        fragment
            .get(name)
            .and_then(|text| text.parse().ok())
            .map_or(usual, |value: u64| value.clamp(least, most))
    };
    let policy = fragment.get("rp").unwrap_or("ct");
    let on = |word| policy.split(',').any(|part| part == word || part == "all");
    Overrides {
        connect_timeout_ms: number("ct", 100, 10_000, 5_000),
        read_timeout_ms: number("rt", 100, 15_000, 15_000),
        retries: u32::try_from(number("rc", 0, 5, 1)).unwrap_or(1),
        on_connect_failure: on("ct"),
        on_read_timeout: on("rt"),
        on_4xx: on("4xx"),
        on_5xx: on("5xx"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_overrides_only_a_failed_connection_is_tried_once_more() {
        let usual = read("https://app.example.com/handle_sms");
        assert_eq!(
            (usual.retries, usual.connect_timeout_ms, usual.read_timeout_ms),
            (1, 5_000, 15_000)
        );
        assert!(usual.on_connect_failure && !usual.on_5xx && !usual.on_4xx && !usual.on_read_timeout);
    }

    #[test]
    fn overrides_are_read_and_kept_in_their_bounds() {
        let own = read("https://app.example.com/h?x=1#rc=9&rp=5xx,rt&rt=50");
        assert_eq!((own.retries, own.read_timeout_ms), (5, 100));
        assert!(own.on_5xx && own.on_read_timeout && !own.on_connect_failure);
        assert!(read("https://a.example/#rp=all").on_4xx);
    }
}
