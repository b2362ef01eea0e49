//! What countries are called (<https://tc39.es/ecma402/#intl-displaynames-objects>).

use domain::{Language, Region};
use js_sys::{Array, Intl, JsString, Object, Reflect};

/// All of them with their names, in the order of the alphabet.
pub fn by_name(language: Language) -> Vec<(Region, String)> {
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
    let mut names: Vec<(Region, JsString)> = Region::all().map(|region| (region, name(&region))).collect();
    names.sort_by(|(_, one), (_, other)| {
        one.locale_compare(&String::from(other), &locales, &Object::new())
            .cmp(&0)
    });
    let spelled = |(region, name): (Region, JsString)| (region, String::from(name));
    names.into_iter().map(spelled).collect()
}
