//! The bytes of attached files, which only the browser can hold, and what stops their upload.

use leptos::prelude::*;

use crate::platform::files::LocalFile;
use crate::platform::upload::Stop;

/// For as long as the session, so that an upload goes on while one looks into another conversation.
#[derive(Clone, Copy)]
pub struct Shelf(StoredValue<Kept, LocalStorage>);

#[derive(Default)]
struct Kept {
    last_key: u32,
    files: Vec<(u32, LocalFile)>,
    stops: Vec<(u32, Stop)>,
}

impl Shelf {
    pub fn provide() {
        provide_context(Self(StoredValue::new_local(Kept::default())));
    }

    pub fn of_context() -> Self {
        expect_context()
    }

    /// Answers the key of a new file.
    pub fn keep(self, file: LocalFile) -> u32 {
        self.0
            .try_update_value(|kept| {
                kept.last_key += 1;
                kept.files.push((kept.last_key, file));
                kept.last_key
            })
            .unwrap_or_default()
    }

    pub fn find(self, key: u32) -> Option<LocalFile> {
        self.0.try_with_value(|kept| {
            let found = kept.files.iter().find(|(known, _)| *known == key);
            found.map(|(_, file)| file.clone())
        })?
    }

    pub fn replace(self, key: u32, with: LocalFile) {
        self.0.try_update_value(|kept| {
            if let Some((_, file)) = kept.files.iter_mut().find(|(known, _)| *known == key) {
                *file = with;
            }
        });
    }

    pub fn note(self, key: u32, stop: Stop) {
        self.0.try_update_value(|kept| kept.stops.push((key, stop)));
    }

    /// Lets go of the bytes; an upload that still runs is stopped.
    pub fn forget(self, key: u32) {
        self.0.try_update_value(|kept| {
            kept.files.retain(|(known, _)| *known != key);
            for (_, stop) in kept.stops.extract_if(.., |(known, _)| *known == key) {
                stop.now();
            }
        });
    }
}
