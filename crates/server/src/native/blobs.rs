//! Files in memory, and a web that a test writes to fetch them from.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

use super::Break;
use crate::keys::hex;
use crate::ports::Later;
use crate::ports::blobs::{BlobError, Blobs, Chunks, Copied, Download, HEAD_BYTES, Stored};
use crate::{Failure, Fault};

/// What an address answers; `None` when the connection breaks.
pub struct WebAnswer {
    pub status: u16,
    pub location: Option<String>,
    pub body: Vec<u8>,
}

type Web = dyn Fn(&Download) -> Option<WebAnswer> + Send + Sync;

#[derive(Clone)]
pub struct MemoryBlobs(Arc<Inner>);

struct Inner {
    objects: Mutex<BTreeMap<String, Vec<u8>>>,
    web: Box<Web>,
    broken: Mutex<Option<Break>>,
    asked: Mutex<Vec<Download>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl MemoryBlobs {
    pub fn new(web: impl Fn(&Download) -> Option<WebAnswer> + Send + Sync + 'static) -> Self {
        Self(Arc::new(Inner {
            objects: Mutex::default(),
            web: Box::new(web),
            broken: Mutex::default(),
            asked: Mutex::default(),
        }))
    }

    /// Breaks the next call.
    pub fn break_next(&self, how: Break) {
        *lock(&self.0.broken) = Some(how);
    }

    pub fn keys(&self) -> Vec<String> {
        lock(&self.0.objects).keys().cloned().collect()
    }

    pub fn read(&self, key: &str) -> Option<Vec<u8>> {
        lock(&self.0.objects).get(key).cloned()
    }

    /// As if the bucket had lost it.
    pub fn lose(&self, key: &str) {
        lock(&self.0.objects).remove(key);
    }

    /// Every download since the last time this was asked.
    pub fn take_downloads(&self) -> Vec<Download> {
        std::mem::take(&mut *lock(&self.0.asked))
    }

    fn store(&self, key: &str, bytes: Vec<u8>) -> Stored {
        let stored = Stored {
            size: bytes.len() as u64,
            sha256: hex(&Sha256::digest(&bytes)),
            head: bytes.iter().copied().take(HEAD_BYTES).collect(),
        };
        lock(&self.0.objects).insert(key.to_owned(), bytes);
        stored
    }

    fn done<T>(breaks: Option<Break>, value: T) -> Result<T, BlobError> {
        match breaks {
            Some(Break::AfterTheWrite) => Err(BlobError("broken after the write".to_owned())),
            _ => Ok(value),
        }
    }

    fn begin(&self) -> Result<Option<Break>, BlobError> {
        match lock(&self.0.broken).take() {
            Some(Break::BeforeTheWrite) => Err(BlobError("broken before the write".to_owned())),
            other => Ok(other),
        }
    }
}

impl Blobs for MemoryBlobs {
    fn copy<'a>(&'a self, download: Download, key: &'a str) -> Later<'a, Result<Copied, BlobError>> {
        Box::pin(async move {
            lock(&self.0.asked).push(download.clone());
            let breaks = self.begin()?;
            let answer =
                (self.0.web)(&download).ok_or_else(|| BlobError("the connection broke".to_owned()))?;
            let copied = match (answer.status, answer.location) {
                (200, _) if answer.body.len() as u64 > download.most_bytes => Copied::TooLarge,
                (200, _) => Copied::Stored(self.store(key, answer.body)),
                (300..400, Some(location)) => Copied::Redirect(location),
                (status, _) => Copied::Status(status),
            };
            Self::done(breaks, copied)
        })
    }

    fn put<'a>(
        &'a self,
        key: &'a str,
        length: Option<u64>,
        body: &'a mut dyn Chunks,
    ) -> Later<'a, Result<Stored, Failure>> {
        Box::pin(async move {
            let storage = |error: BlobError| Failure::Fault(Fault::Storage(error.to_string()));
            let breaks = self.begin().map_err(storage)?;
            let mut bytes = Vec::new();
            while let Some(chunk) = body.next().await? {
                bytes.extend_from_slice(&chunk);
            }
            if length.is_some_and(|length| length != bytes.len() as u64) {
                return Err(storage(BlobError("not as long as was said".to_owned())));
            }
            Self::done(breaks, self.store(key, bytes)).map_err(storage)
        })
    }

    fn delete(&self, keys: Vec<String>) -> Later<'_, Result<(), BlobError>> {
        Box::pin(async move {
            let breaks = self.begin()?;
            let mut objects = lock(&self.0.objects);
            for key in keys {
                objects.remove(&key);
            }
            Self::done(breaks, ())
        })
    }
}
