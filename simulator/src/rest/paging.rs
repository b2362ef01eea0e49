//! Pages of a list: keyed by the last item of the page before, so that what is new does not move them.

use twilio::{PageUri, Params};

const USUAL: usize = 50;
const MOST: usize = 1000;

/// The places of one page, and where its neighbours are.
pub(super) struct PageOf<T> {
    pub(super) items: Vec<T>,
    pub(super) page: u32,
    pub(super) page_size: u32,
    pub(super) start: u32,
    pub(super) end: u32,
    /// Paths with their queries; see [`relative`].
    pub(super) uri: Option<String>,
    pub(super) first: Option<String>,
    pub(super) next: Option<String>,
}

/// `key` names an item; a page that follows begins after the item that its token names.
pub(super) fn page_of<T>(
    path: &str,
    query: &Params,
    mut items: impl Iterator<Item = T>,
    key: impl Fn(&T) -> String,
) -> PageOf<T> {
    let size = query
        .get("PageSize")
        .and_then(|size| size.parse().ok())
        .unwrap_or(USUAL)
        .clamp(1, MOST);
    let page: u32 = query.get("Page").and_then(|page| page.parse().ok()).unwrap_or(0);
    if let Some(after) = query.get("PageToken").and_then(|token| token.strip_prefix("PA")) {
        items.find(|item| key(item) == after);
    }
    let shown: Vec<_> = items.by_ref().take(size).collect();
    let last = shown.last().map(&key);
    let uri = |page: u32, after: Option<&str>| {
        let mut own: Params = query
            .iter()
            .filter(|(name, _)| !["Page", "PageToken", "PageSize"].contains(name))
            .collect();
        own.push("PageSize", &size.to_string());
        own.push("Page", &page.to_string());
        own.push_some("PageToken", after.map(|key| format!("PA{key}")).as_deref());
        Some(format!("{path}?{}", own.encode()))
    };
    let more = items.next().is_some();
    let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let start = page.saturating_mul(count(size));
    PageOf {
        page,
        page_size: count(size),
        start,
        end: start + count(shown.len()).saturating_sub(1),
        uri: uri(
            page,
            query.get("PageToken").and_then(|token| token.strip_prefix("PA")),
        ),
        first: uri(0, None),
        next: last.filter(|_| more).and_then(|last| uri(page + 1, Some(&last))),
        items: shown,
    }
}

/// As the older API writes them.
pub(super) fn relative(path: Option<String>) -> Option<PageUri> {
    PageUri::try_from(path?).ok()
}
