//! Sums of money as people of a language write them (<https://tc39.es/ecma402/>).

use domain::Language;
use js_sys::{Array, Intl, Object, Reflect};
use wasm_bindgen::JsValue;

/// `micros`: millionths of the currency, whose code is that of ISO 4217.
pub fn write(micros: u64, currency: &str, language: Language) -> String {
    let options = Object::new();
    for (name, value) in [("style", "currency"), ("currency", currency)] {
        // Setting a property of a plain object does not fail.
        let _ = Reflect::set(&options, &name.into(), &value.into());
    }
    let tag = match language {
        Language::En => "en-GB",
        Language::Fr => "fr-FR",
    };
    let sum = micros as f64 / 1_000_000.0;
    Intl::NumberFormat::new(&Array::of1(&tag.into()), &options)
        .format()
        .call1(&JsValue::UNDEFINED, &sum.into())
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}
