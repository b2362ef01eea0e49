//! Pictures made smaller by the browser: it decodes, turns as the camera's note (EXIF) says, draws and encodes.

use js_sys::Promise;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap};

/// The picture as JPEG with no side longer than `side` pixels; `None` when this browser cannot decode it.
pub async fn as_jpeg(bytes: &Blob, side: f64, quality: f64) -> Option<Blob> {
    let window = web_sys::window()?;
    // `imageOrientation` is `from-image` unless told otherwise: what a phone took upright is drawn upright.
    let decoded = JsFuture::from(window.create_image_bitmap_with_blob(bytes).ok()?)
        .await
        .ok()?;
    let picture: ImageBitmap = decoded.dyn_into().ok()?;
    let drawn = draw(&picture, side);
    // Many megabytes that the garbage collector does not see.
    picture.close();
    let encoded = JsFuture::from(encode(&drawn.ok()?, quality)).await.ok()?;
    encoded.dyn_into().ok()
}

fn draw(picture: &ImageBitmap, side: f64) -> Result<HtmlCanvasElement, JsValue> {
    let (width, height) = (f64::from(picture.width()), f64::from(picture.height()));
    let scale = (side / width.max(height)).min(1.0);
    let (width, height) = (
        (width * scale).round().max(1.0),
        (height * scale).round().max(1.0),
    );
    let document = web_sys::window()
        .and_then(|window| window.document())
        .ok_or(JsValue::NULL)?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.dyn_into()?;
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let context: CanvasRenderingContext2d = canvas.get_context("2d")?.ok_or(JsValue::NULL)?.dyn_into()?;
    // JPEG has no transparency: what shows through is paper, not black.
    context.set_fill_style_str("#fff");
    context.fill_rect(0.0, 0.0, width, height);
    context.draw_image_with_image_bitmap_and_dw_and_dh(picture, 0.0, 0.0, width, height)?;
    Ok(canvas)
}

fn encode(canvas: &HtmlCanvasElement, quality: f64) -> Promise {
    Promise::new(&mut |resolve, reject| {
        let done = Closure::once_into_js(move |blob: JsValue| {
            let _ = resolve.call1(&JsValue::NULL, &blob);
        });
        let begun = canvas.to_blob_with_type_and_encoder_options(
            done.unchecked_ref(),
            "image/jpeg",
            &JsValue::from_f64(quality),
        );
        if begun.is_err() {
            let _ = reject.call0(&JsValue::NULL);
        }
    })
}
