//! The browser's clock and its calendar in words (<https://tc39.es/ecma402/>).

use std::cell::RefCell;

use domain::{Language, LocalDay, LocalTime, Timestamp};
use js_sys::{Array, Date, Intl, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Time,
    Weekday,
    LongDay,
    Day,
    DayAndYear,
    Full,
}

impl Shape {
    const fn options(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Time => &[("hour", "2-digit"), ("minute", "2-digit")],
            Self::Weekday => &[("weekday", "short")],
            Self::LongDay => &[("weekday", "long"), ("day", "numeric"), ("month", "long")],
            Self::Day => &[("day", "numeric"), ("month", "short")],
            Self::DayAndYear => &[("day", "numeric"), ("month", "short"), ("year", "numeric")],
            Self::Full => &[("dateStyle", "full"), ("timeStyle", "short")],
        }
    }
}

thread_local! {
    // Making a format takes a hundred times as long as using it.
    static FORMATS: RefCell<Vec<(Language, Shape, js_sys::Function)>> = const { RefCell::new(Vec::new()) };
}

pub fn now() -> Timestamp {
    Timestamp::from_millis(Date::now() as i64)
}

fn date(at: Timestamp) -> Date {
    Date::new(&JsValue::from_f64(at.as_millis() as f64))
}

fn make_format(language: Language, shape: Shape) -> js_sys::Function {
    let options = Object::new();
    for (name, value) in shape.options() {
        // Setting a property of a plain object does not fail.
        let _ = Reflect::set(&options, &(*name).into(), &(*value).into());
    }
    let tag = match language {
        Language::En => "en-GB",
        Language::Fr => "fr-FR",
    };
    Intl::DateTimeFormat::new(&Array::of1(&tag.into()), &options).format()
}

fn write(at: Timestamp, language: Language, shape: Shape) -> String {
    let format = FORMATS.with_borrow_mut(|formats| {
        if let Some((.., format)) = formats
            .iter()
            .find(|known| (known.0, known.1) == (language, shape))
        {
            return format.clone();
        }
        let format = make_format(language, shape);
        formats.push((language, shape, format.clone()));
        format
    });
    format
        .call1(&JsValue::UNDEFINED, date(at).unchecked_ref())
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

/// Days since 1970 in the browser's own zone: equal for two moments of the same day.
pub fn local_day(at: Timestamp) -> i64 {
    let date = date(at);
    let local = at.as_millis() - (date.get_timezone_offset() as i64) * 60_000;
    local.div_euclid(86_400_000)
}

/// What `<input type="datetime-local">` says, by this device's clock.
pub fn from_local(text: &str) -> Option<Timestamp> {
    let millis = Date::new(&text.into()).get_time();
    (!text.is_empty() && millis.is_finite()).then_some(Timestamp::from_millis(millis as i64))
}

/// The other way round.
pub fn to_local(at: Timestamp) -> LocalTime {
    let offset = (date(at).get_timezone_offset() as i64) * 60_000;
    LocalTime::of_utc(Timestamp::from_millis(at.as_millis() - offset))
}

/// For a list: the time today, the weekday within a week, else the date.
pub fn short(at: Timestamp, now: Timestamp, language: Language) -> String {
    let shape = match local_day(now) - local_day(at) {
        0 => Shape::Time,
        1..=6 => Shape::Weekday,
        -1..=300 => Shape::Day,
        _ => Shape::DayAndYear,
    };
    write(at, language, shape)
}

pub fn time(at: Timestamp, language: Language) -> String {
    write(at, language, Shape::Time)
}

/// `mardi 4 novembre`; with the year when it is long ago.
pub fn day(at: Timestamp, now: Timestamp, language: Language) -> String {
    let long_ago = local_day(now) - local_day(at) > 300;
    write(
        at,
        language,
        if long_ago {
            Shape::DayAndYear
        } else {
            Shape::LongDay
        },
    )
}

/// `4 nov.`
pub fn calendar_day(day: LocalDay, language: Language) -> String {
    from_local(&format!("{day}T12:00"))
        .map_or_else(|| day.to_string(), |noon| write(noon, language, Shape::Day))
}

pub fn date_only(at: Timestamp, language: Language) -> String {
    write(at, language, Shape::DayAndYear)
}

pub fn full(at: Timestamp, language: Language) -> String {
    write(at, language, Shape::Full)
}

/// A local hour, so many days from today.
pub fn morning(days: i64, hour: i64) -> Timestamp {
    let date = js_sys::Date::new_0();
    date.set_date(date.get_date() + days as u32);
    date.set_hours(hour as u32);
    date.set_minutes(0);
    date.set_seconds(0);
    date.set_milliseconds(0);
    Timestamp::from_millis(date.get_time() as i64)
}

/// From today to the next Monday, which is never today.
pub fn days_to_monday() -> i64 {
    let day = i64::from(js_sys::Date::new_0().get_day());
    (7 - day) % 7 + 1
}
