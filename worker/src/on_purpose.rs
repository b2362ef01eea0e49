//! A panic on purpose: `worker/tests/panicking.mjs` calls it to prove that the guard in `entry.mjs` holds.
//! No request leads here.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(js_name = panicOnPurpose)]
pub fn panic_on_purpose() {
    #[expect(clippy::panic, reason = "it is what this is for")]
    {
        panic!("on purpose");
    }
}
