//! Files that a person chooses, and files that the page hands over (<https://w3c.github.io/FileAPI/>).

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, HtmlInputElement, Url};

/// What was read of a file.
pub struct ReadFile {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// The file that was chosen, whole; `None` without one, or when the browser cannot read it (any more).
pub async fn read_chosen(input: HtmlInputElement) -> Option<ReadFile> {
    let file = input.files()?.get(0)?;
    let name = file.name();
    // The same file may be chosen again.
    input.set_value("");
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    Some(ReadFile {
        name,
        bytes: Uint8Array::new(&buffer).to_vec(),
    })
}

/// Saves a text as a file of the person's.
pub fn save(name: &str, kind: &str, text: &str) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&JsValue::from_str(text)), &options)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let document = web_sys::window()
        .and_then(|window| window.document())
        .ok_or(JsValue::NULL)?;
    let link: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    link.set_href(&url);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&url)
}
