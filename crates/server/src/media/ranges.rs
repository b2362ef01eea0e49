//! Conditional and partial requests for a file that never changes.
//! <https://www.rfc-editor.org/rfc/rfc9110.html#section-13> and section 14.

use http::HeaderMap;
use http::header::{HeaderName, IF_NONE_MATCH, IF_RANGE, RANGE};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// 200.
    Whole,
    /// 206.
    Some { offset: u64, length: u64 },
    /// 304.
    NotModified,
    /// 416.
    NotSatisfiable,
}

/// `etag` with its quotes. Several ranges at once are answered with the whole, as a server may.
pub fn part(headers: &HeaderMap, etag: &str, size: u64) -> Part {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if text(IF_NONE_MATCH).is_some_and(|tags| names(tags, etag)) {
        return Part::NotModified;
    }
    // Another version than the one that the first part is of.
    if text(IF_RANGE).is_some_and(|tag| tag.trim() != etag) {
        return Part::Whole;
    }
    match text(RANGE).and_then(|range| range.trim().strip_prefix("bytes=")) {
        Some(range) if !range.contains(',') => one(range.trim(), size),
        _ => Part::Whole,
    }
}

fn names(tags: &str, etag: &str) -> bool {
    tags.split(',').any(|tag| {
        let tag = tag.trim();
        tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag
    })
}

/// `0-99`, `100-` or `-50`; a range that cannot be read is as if it were not there.
fn one(range: &str, size: u64) -> Part {
    let Some((first, last)) = range.split_once('-') else {
        return Part::Whole;
    };
    let (first, last) = match (first, last) {
        ("", suffix) => match suffix.parse::<u64>() {
            Ok(0) => return Part::NotSatisfiable,
            Ok(length) => (size.saturating_sub(length), size.saturating_sub(1)),
            Err(_) => return Part::Whole,
        },
        (first, last) => match (first.parse::<u64>(), last) {
            (Ok(first), "") => (first, size.saturating_sub(1)),
            (Ok(first), last) => match last.parse::<u64>() {
                Ok(last) if last >= first => (first, last.min(size.saturating_sub(1))),
                _ => return Part::Whole,
            },
            (Err(_), _) => return Part::Whole,
        },
    };
    if first >= size {
        return Part::NotSatisfiable;
    }
    Part::Some {
        offset: first,
        length: last - first + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAG: &str = "\"abc\"";

    fn asked(headers: &[(&'static str, &str)]) -> Part {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect();
        part(&headers, TAG, 100)
    }

    #[test]
    fn a_range_names_its_bytes() {
        let some = |offset, length| Part::Some { offset, length };
        for (range, expected) in [
            ("bytes=0-9", some(0, 10)),
            ("bytes=90-", some(90, 10)),
            ("bytes=-5", some(95, 5)),
            ("bytes=-500", some(0, 100)),
            ("bytes=0-1000", some(0, 100)),
            ("bytes=99-99", some(99, 1)),
            ("bytes=100-", Part::NotSatisfiable),
            ("bytes=-0", Part::NotSatisfiable),
            ("bytes=9-0", Part::Whole),
            ("bytes=0-1,5-6", Part::Whole),
            ("bytes=x-y", Part::Whole),
            ("lines=0-9", Part::Whole),
        ] {
            assert_eq!(asked(&[("range", range)]), expected, "{range}");
        }
    }

    #[test]
    fn what_the_browser_has_is_not_sent_again() {
        for tag in [TAG, "W/\"abc\"", "\"x\", \"abc\"", "*"] {
            assert_eq!(asked(&[("if-none-match", tag)]), Part::NotModified, "{tag}");
        }
        assert_eq!(asked(&[("if-none-match", "\"x\"")]), Part::Whole);
    }

    #[test]
    fn a_part_of_another_version_is_not_mixed_in() {
        let range = ("range", "bytes=0-9");
        assert_eq!(asked(&[range, ("if-range", "\"x\"")]), Part::Whole);
        assert_ne!(asked(&[range, ("if-range", TAG)]), Part::Whole);
    }
}
