//! The `log` crate's lines in the platform's log, without anybody's number.

use domain::masking::without_numbers;
use log::{Level, Log, Metadata, Record};
use worker::{console_error, console_log, console_warn};

struct Console;

impl Log for Console {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= Level::Info
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let line = without_numbers(&record.args().to_string());
        match record.level() {
            Level::Error => console_error!("{line}"),
            Level::Warn => console_warn!("{line}"),
            _ => console_log!("{line}"),
        }
    }

    fn flush(&self) {}
}

/// Again after the instance was lost: its statics are new, and setting a logger twice changes nothing.
pub(crate) fn install() {
    if log::set_logger(&Console).is_ok() {
        log::set_max_level(log::LevelFilter::Info);
    }
}
