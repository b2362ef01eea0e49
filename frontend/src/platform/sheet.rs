//! Style sheets that come with a chunk: `cargo xtask build` names each in a `<meta name="edgeline-sheet-…">`.

use js_sys::Promise;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Element};

/// Puts the sheet into the page at once; what is awaited is its arrival, and answers whether it came.
pub fn load(area: &str) -> impl Future<Output = bool> + use<> {
    let begun = begin(area);
    async move {
        match begun {
            Ok(Some(arrival)) => JsFuture::from(arrival).await.is_ok_and(|here| here.is_truthy()),
            Ok(None) => true,
            Err(_) => false,
        }
    }
}

/// The arrival of a sheet that is not there yet: true or false, and never a refusal that nobody may be there to take.
fn begin(area: &str) -> Result<Option<Promise>, JsValue> {
    let document = web_sys::window()
        .and_then(|window| window.document())
        .ok_or(JsValue::NULL)?;
    let meta = document.query_selector(&format!("meta[name=edgeline-sheet-{area}]"))?;
    let Some(address) = meta.and_then(|meta| meta.get_attribute("content")) else {
        return Err(JsValue::NULL);
    };
    if document
        .query_selector(&format!("link[href=\"{address}\"][data-here]"))?
        .is_some()
    {
        return Ok(None);
    }
    let link = link(&document, &address)?;
    let arrival = Promise::new(&mut |resolve, _| {
        let answer = resolve.clone();
        let here = link.clone();
        let on_load = Closure::once_into_js(move || {
            // Both names are constants, and well formed.
            let _ = here.set_attribute("data-here", "");
            let _ = resolve.call1(&JsValue::NULL, &JsValue::TRUE);
        });
        let gone = link.clone();
        let on_error = Closure::once_into_js(move || {
            // The next attempt is a new one.
            gone.remove();
            let _ = answer.call1(&JsValue::NULL, &JsValue::FALSE);
        });
        // Only a listener that is no function is refused.
        let _ = link.add_event_listener_with_callback("load", on_load.unchecked_ref());
        let _ = link.add_event_listener_with_callback("error", on_error.unchecked_ref());
    });
    if let Some(head) = document.head() {
        head.append_child(&link)?;
    }
    Ok(Some(arrival))
}

fn link(document: &Document, address: &str) -> Result<Element, JsValue> {
    let link = document.create_element("link")?;
    link.set_attribute("rel", "stylesheet")?;
    link.set_attribute("href", address)?;
    Ok(link)
}
