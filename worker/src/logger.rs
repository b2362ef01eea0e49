//! The `log` crate's lines in the platform's log.

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
        match record.level() {
            Level::Error => console_error!("{}", record.args()),
            Level::Warn => console_warn!("{}", record.args()),
            _ => console_log!("{}", record.args()),
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
