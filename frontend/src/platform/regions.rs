//! What countries are called (<https://tc39.es/ecma402/#intl-displaynames-objects>).

use domain::{Language, Region};
use js_sys::{Array, Intl, JsString, Object, Reflect};

/// In the order of the alphabet.
pub fn names(regions: &[Region], language: Language) -> Vec<String> {
    let options = Object::new();
    // Setting a property of a plain object does not fail.
    let _ = Reflect::set(&options, &"type".into(), &"region".into());
    let locales = Array::of1(&language.as_str().into());
    let known = Intl::DisplayNames::new(&locales, &options);
    // A country that the browser has not heard of is called by its code.
    let name = |region: &Region| {
        known
            .of(region.as_str())
            .unwrap_or_else(|| region.as_str().into())
    };
    let mut names: Vec<JsString> = regions.iter().map(name).collect();
    names.sort_by(|one, other| {
        one.locale_compare(&String::from(other), &locales, &Object::new())
            .cmp(&0)
    });
    names.into_iter().map(String::from).collect()
}
