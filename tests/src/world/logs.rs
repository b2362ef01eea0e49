//! What the product logs, for a story that reads it: in process, a story's requests are answered on its own thread.

use std::cell::RefCell;

use log::{LevelFilter, Log, Metadata, Record};

thread_local! {
    static LINES: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

struct Kept;

impl Log for Kept {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        LINES.with_borrow(Option::is_some)
    }

    fn log(&self, record: &Record<'_>) {
        LINES.with_borrow_mut(|lines| {
            if let Some(lines) = lines {
                lines.push(record.args().to_string());
            }
        });
    }

    fn flush(&self) {}
}

/// Every line that was logged while this ran.
pub fn lines_of(work: impl FnOnce()) -> Vec<String> {
    if log::set_logger(&Kept).is_ok() {
        // As the Worker's own logger: below it, libraries write down the numbers that they read.
        log::set_max_level(LevelFilter::Info);
    }
    LINES.set(Some(Vec::new()));
    work();
    LINES.take().unwrap()
}
