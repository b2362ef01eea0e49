//! What this browser remembers. A browser that forbids storage forgets: nothing here is needed for correctness.

fn local() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

pub fn read(key: &str) -> Option<String> {
    local()?.get_item(key).ok()?
}

/// An empty text removes the key.
pub fn write(key: &str, text: &str) {
    if let Some(storage) = local() {
        // The quota may be full: then the value lives only as long as the page.
        let _ = if text.is_empty() {
            storage.remove_item(key)
        } else {
            storage.set_item(key, text)
        };
    }
}

/// Forgets every key that begins with `prefix`, so that the next person at this desk does not read it.
pub fn forget(prefix: &str) {
    let Some(storage) = local() else { return };
    let count = storage.length().unwrap_or(0);
    let keys: Vec<String> = (0..count)
        .filter_map(|index| storage.key(index).ok()?)
        .filter(|key| key.starts_with(prefix))
        .collect();
    for key in keys {
        let _ = storage.remove_item(&key);
    }
}

fn of_tab() -> Option<web_sys::Storage> {
    web_sys::window()?.session_storage().ok()?
}

/// Outlives a reload of this tab, and nothing more.
pub fn keep_for_tab(key: &str, text: &str) {
    if let Some(storage) = of_tab() {
        let _ = storage.set_item(key, text);
    }
}

pub fn take_for_tab(key: &str) -> Option<String> {
    let storage = of_tab()?;
    let text = storage.get_item(key).ok()??;
    let _ = storage.remove_item(key);
    Some(text)
}
