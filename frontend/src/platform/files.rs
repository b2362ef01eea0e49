//! Files of this device: picked, dragged in or pasted (<https://w3c.github.io/FileAPI/>).

use std::sync::Arc;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, ClipboardEvent, DataTransfer, DragEvent, Event, File, HtmlAnchorElement,
    HtmlElement, HtmlInputElement, Url,
};

#[derive(Clone)]
pub struct LocalFile {
    pub name: String,
    pub bytes: Blob,
}

impl LocalFile {
    /// As the device declares it; empty when it does not know.
    pub fn content_type(&self) -> String {
        self.bytes.type_()
    }

    pub fn size(&self) -> u64 {
        // Bytes as a whole number in a double.
        self.bytes.size() as u64
    }

    /// All of it; `None` when the browser cannot read it (any more).
    pub async fn read(&self) -> Option<Vec<u8>> {
        let buffer = JsFuture::from(self.bytes.array_buffer()).await.ok()?;
        Some(Uint8Array::new(&buffer).to_vec())
    }
}

/// What was chosen with `<input type="file">`, which forgets it, so that the same can be chosen again.
pub fn chosen(event: &Event) -> Vec<LocalFile> {
    let input = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    let files = input.as_ref().and_then(HtmlInputElement::files).map(read);
    if let Some(input) = input {
        input.set_value("");
    }
    files.unwrap_or_default()
}

/// Saves a text as a file of the person's.
pub fn save(name: &str, kind: &str, text: &str) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&JsValue::from_str(text)), &options)?;
    offer(name, &blob)
}

fn offer(name: &str, blob: &Blob) -> Result<(), JsValue> {
    let url = Url::create_object_url_with_blob(blob)?;
    let document = web_sys::window()
        .and_then(|window| window.document())
        .ok_or(JsValue::NULL)?;
    let link: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    link.set_href(&url);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&url)
}

/// A large file that is put together piece by piece. The browser keeps the pieces, on its disk when there are many.
#[derive(Default)]
pub struct Pieces(Array);

impl Pieces {
    pub fn push(&self, bytes: &[u8]) -> Result<(), JsValue> {
        let piece = Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes)))?;
        self.0.push(&piece);
        Ok(())
    }

    /// All of the other's, after our own.
    pub fn append(&self, other: &Self) {
        for piece in other.0.iter() {
            self.0.push(&piece);
        }
    }

    pub fn save(&self, name: &str) -> Result<(), JsValue> {
        offer(name, &Blob::new_with_blob_sequence(&self.0)?)
    }
}

/// What was pasted. A text that also comes as its picture (from a spreadsheet) is a text.
pub fn pasted(event: &ClipboardEvent) -> Vec<LocalFile> {
    event
        .clipboard_data()
        .filter(|data| !has(data, "text/plain"))
        .map(files_of)
        .unwrap_or_default()
}

pub fn dropped(event: &DragEvent) -> Vec<LocalFile> {
    event.data_transfer().map(files_of).unwrap_or_default()
}

/// Whether what is dragged over the page are files.
pub fn are_dragged(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| has(&data, "Files"))
}

/// Whether the pointer has left the element, and not only gone to one inside of it.
pub fn left(event: &DragEvent, element: &HtmlElement) -> bool {
    let to = event
        .related_target()
        .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
    !element.contains(to.as_ref())
}

fn has(data: &DataTransfer, kind: &str) -> bool {
    data.types()
        .iter()
        .any(|found| found.as_string().as_deref() == Some(kind))
}

#[expect(clippy::needless_pass_by_value, reason = "for `map`")]
fn files_of(data: DataTransfer) -> Vec<LocalFile> {
    data.files().map(read).unwrap_or_default()
}

#[expect(clippy::needless_pass_by_value, reason = "for `map`")]
fn read(list: web_sys::FileList) -> Vec<LocalFile> {
    (0..list.length())
        .filter_map(|index| list.get(index))
        .map(|file: File| LocalFile {
            name: file.name(),
            bytes: file.into(),
        })
        .collect()
}

/// The address of bytes in this page, good until the last holder lets go of it.
#[derive(Clone, Debug, PartialEq)]
pub struct PageUrl(Arc<Revoked>);

#[derive(Debug, PartialEq)]
struct Revoked(String);

impl PageUrl {
    pub fn new(bytes: &Blob) -> Option<Self> {
        Some(Self(Arc::new(Revoked(
            Url::create_object_url_with_blob(bytes).ok()?,
        ))))
    }

    pub fn as_str(&self) -> &str {
        &self.0.0
    }
}

impl Drop for Revoked {
    fn drop(&mut self) {
        // An address that is none is left alone by the browser.
        let _ = Url::revoke_object_url(&self.0);
    }
}
