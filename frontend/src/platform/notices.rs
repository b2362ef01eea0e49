//! The browser's notifications, its push service and a sound, by way of `notices.js`.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/platform/notices.js")]
extern "C" {
    #[wasm_bindgen(js_name = listen)]
    fn listen_js(on_open: &Closure<dyn Fn(String)>);
    #[wasm_bindgen(js_name = permission)]
    fn permission_js() -> String;
    #[wasm_bindgen(catch, js_name = ask)]
    async fn ask_js() -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = show)]
    async fn show_js(title: &str, body: &str, tag: &str, path: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = subscribe)]
    async fn subscribe_js(key: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = unsubscribe)]
    async fn unsubscribe_js() -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = chime)]
    fn chime_js() -> Result<(), JsValue>;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    Granted,
    /// Only the browser's own settings bring it back.
    Denied,
    /// Not asked yet.
    Open,
    /// This browser shows none here.
    Unsupported,
}

impl Permission {
    fn of(word: Option<&str>) -> Self {
        match word {
            Some("granted") => Self::Granted,
            Some("denied") => Self::Denied,
            Some("default") => Self::Open,
            _ => Self::Unsupported,
        }
    }
}

/// Registers the service worker. `on_open` gets the path of a notification that was clicked, for the page's whole life.
pub fn listen(on_open: impl Fn(String) + 'static) {
    let on_open = Closure::<dyn Fn(String)>::new(on_open);
    listen_js(&on_open);
    on_open.forget();
}

pub fn permission() -> Permission {
    Permission::of(Some(&permission_js()))
}

/// Asks the person; only from a click, or browsers answer by themselves.
pub async fn ask() -> Permission {
    Permission::of(ask_js().await.ok().and_then(|word| word.as_string()).as_deref())
}

/// One for each `tag`. A notification that cannot be shown is not missed: the panel itself shows what it tells.
pub async fn show(title: &str, body: &str, tag: &str, path: &str) {
    let _ = show_js(title, body, tag, path).await;
}

/// The subscription in JSON; `None` where the browser has no push service or refuses.
pub async fn subscribe(key: &str) -> Option<String> {
    subscribe_js(key).await.ok()?.as_string()
}

/// Answers the endpoint of the subscription that there was.
pub async fn unsubscribe() -> Option<String> {
    unsubscribe_js().await.ok()?.as_string()
}

/// A browser that plays nothing before it was touched stays silent.
pub fn chime() {
    let _ = chime_js();
}
