//! The hours of a week: any number of spans a day.

use domain::opening_hours::{OpenSpan, OpeningHours};
use domain::{Language, LocalDay};
use leptos::prelude::*;

use crate::preferences::{use_preferences, use_texts};
use crate::ui::button::{Button, ButtonKind, IconButton};
use crate::ui::icon::Icon;
use crate::ui::toggle::Toggle;

/// A span as it is being written, in the words of `<input type="time">`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Draft {
    key: u32,
    weekday: usize,
    from: String,
    until: String,
}

#[derive(Clone, Copy)]
pub struct Week {
    always: RwSignal<bool>,
    spans: RwSignal<Vec<Draft>>,
    next_key: StoredValue<u32>,
}

const MORNING: (u16, u16) = (9 * 60, 12 * 60);
const AFTERNOON: (u16, u16) = (14 * 60, 18 * 60);

impl Week {
    pub fn new(hours: &OpeningHours) -> Self {
        let week = Self {
            always: RwSignal::new(hours.week.is_empty()),
            spans: RwSignal::new(Vec::new()),
            next_key: StoredValue::new(0),
        };
        let mut spans = hours.week.clone();
        spans.sort_by_key(|span| (span.weekday, span.from));
        for span in spans {
            week.add(span.weekday, (span.from, span.until));
        }
        week
    }

    /// `None` when a span does not end after it begins. Without spans it is always open.
    pub fn hours(self) -> Option<OpeningHours> {
        if self.always.get_untracked() {
            return Some(OpeningHours::default());
        }
        let read = |draft: &Draft| {
            let until = match minutes(&draft.until)? {
                // Midnight is the end of the day, too.
                0 => 24 * 60,
                until => until,
            };
            Some(OpenSpan {
                weekday: draft.weekday,
                from: minutes(&draft.from)?,
                until,
            })
        };
        let week: Option<Vec<_>> = self
            .spans
            .with_untracked(|spans| spans.iter().map(read).collect());
        let hours = OpeningHours {
            week: week?,
            closed_on: Vec::new(),
        };
        hours.check().is_ok().then_some(hours)
    }

    fn add(self, weekday: usize, (from, until): (u16, u16)) {
        let key = self.next_key.get_value();
        self.next_key.set_value(key + 1);
        self.spans.update(|spans| {
            spans.push(Draft {
                key,
                weekday,
                from: clock(from),
                until: clock(until),
            });
        });
    }

    /// After the day's last span, else the usual morning.
    fn add_after(self, weekday: usize) {
        let has_some = self
            .spans
            .with_untracked(|spans| spans.iter().any(|span| span.weekday == weekday));
        self.add(weekday, if has_some { AFTERNOON } else { MORNING });
    }

    fn remove(self, key: u32) {
        self.spans.update(|spans| spans.retain(|span| span.key != key));
    }

    fn write(self, key: u32, write: impl FnOnce(&mut Draft)) {
        self.spans.update(|spans| {
            if let Some(span) = spans.iter_mut().find(|span| span.key == key) {
                write(span);
            }
        });
    }

    fn set_always(self, always: bool) {
        self.always.set(always);
        if !always && self.spans.with_untracked(Vec::is_empty) {
            for weekday in 0..5 {
                self.add(weekday, MORNING);
                self.add(weekday, AFTERNOON);
            }
        }
    }

    fn copy_monday(self) {
        let monday: Vec<_> = self.spans.with_untracked(|spans| {
            let monday = spans.iter().filter(|span| span.weekday == 0);
            monday.cloned().collect()
        });
        self.spans
            .update(|spans| spans.retain(|span| !(1..5).contains(&span.weekday)));
        for weekday in 1..5 {
            for span in &monday {
                if let (Some(from), Some(until)) = (minutes(&span.from), minutes(&span.until)) {
                    self.add(weekday, (from, until));
                }
            }
        }
    }
}

/// `09:30`.
fn minutes(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.get(..2)?.parse().ok()?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

fn clock(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60)
}

/// By the calendar of any week: 5 January 1970 was a Monday.
fn name_of(weekday: usize, language: Language) -> String {
    let monday = LocalDay::parse("1970-01-05").ok();
    let day = monday.map(|monday| monday.plus_days(i64::try_from(weekday).unwrap_or(0)));
    let words = day.map(|day| day.in_words(language)).unwrap_or_default();
    words.split(' ').next().unwrap_or_default().to_owned()
}

#[component]
pub fn Hours(week: Week) -> AnyView {
    let words = use_texts().call_rules();
    view! {
        <Toggle label=words.always value=week.always on_change=move |on| week.set_always(on)/>
        {move || {
            (!week.always.get())
                .then(|| {
                    view! {
                        <div class="hours">
                            {(0..7).map(|weekday| view! { <Day week weekday/> }).collect_view()}
                        </div>
                        <Button
                            label=words.copy_monday
                            kind=ButtonKind::Quiet
                            icon=Icon::Copy
                            on_press=move |()| week.copy_monday()
                        />
                    }
                })
        }}
    }
    .into_any()
}

#[component]
fn Day(week: Week, weekday: usize) -> AnyView {
    let words = use_texts().call_rules();
    let name = name_of(weekday, use_preferences().language_untracked());
    let keys = Memo::new(move |_| {
        week.spans.with(|spans| {
            let mut day: Vec<_> = spans.iter().filter(|span| span.weekday == weekday).collect();
            day.sort_by_key(|span| span.key);
            day.into_iter().map(|span| span.key).collect::<Vec<_>>()
        })
    });
    let (add, label) = ((words.add_span)(&name), name.clone());
    let named = StoredValue::new(name);
    view! {
        <div class="hours-day" role="group" aria-label=label>
            <span class="hours-name">{named.get_value()}</span>
            <div class="hours-spans">
                {move || keys.with(Vec::is_empty).then(|| view! { <span class="hours-closed">{words.closed_day}</span> })}
                <For each=move || keys.get() key=|key| *key let:key>
                    <Span week key day=named.get_value()/>
                </For>
            </div>
            <IconButton label=add icon=Icon::Plus on_press=move |()| week.add_after(weekday)/>
        </div>
    }
    .into_any()
}

#[component]
fn Span(week: Week, key: u32, day: String) -> AnyView {
    let words = use_texts().call_rules();
    let draft = move || {
        week.spans
            .with(|spans| spans.iter().find(|span| span.key == key).cloned())
    };
    let from = move || draft().map(|span| span.from).unwrap_or_default();
    let until = move || draft().map(|span| span.until).unwrap_or_default();
    view! {
        <span class="hours-span">
            <input
                type="time"
                aria-label=format!("{day}, {}", words.from)
                prop:value=from
                on:change:target=move |event| week.write(key, |span| span.from = event.target().value())
            />
            <span aria-hidden="true">"–"</span>
            <input
                type="time"
                aria-label=format!("{day}, {}", words.until)
                prop:value=until
                on:change:target=move |event| week.write(key, |span| span.until = event.target().value())
            />
            <IconButton
                label=(words.remove_span)(&day)
                icon=Icon::Close
                on_press=move |()| week.remove(key)
            />
        </span>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_read_as_it_is_written() {
        for time in [0, 9 * 60, 14 * 60 + 30, 23 * 60 + 59] {
            assert_eq!(minutes(&clock(time)), Some(time));
        }
        assert_eq!(clock(24 * 60), "00:00");
        for text in ["", "9", "24:00", "12:60", "aa:bb"] {
            assert_eq!(minutes(text), None, "{text}");
        }
    }

    #[test]
    fn a_week_begins_on_monday() {
        assert_eq!(name_of(0, Language::Fr), "lundi");
        assert_eq!(name_of(6, Language::En), "Sunday");
    }
}
