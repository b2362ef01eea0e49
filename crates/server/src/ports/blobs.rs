//! Files: R2 in production, memory in native tests. Bytes only stream through; what a file is and who may see it
//! stands in rows. Reading has no method: an answer that carries `media::serve::ServeBlob` is given its body by the
//! platform, so that no byte of it passes through here.

use axum::body::Bytes;

use super::Later;
use crate::Failure;

/// How much of a file's beginning is kept to tell what it is.
pub const HEAD_BYTES: usize = 512;

pub trait Blobs: Send + Sync {
    /// GETs an address and stores the body of a 200 under `key`. No redirect is followed. `Err`: the network or
    /// storage failed, and it may be tried again; nothing or everything was stored.
    fn copy<'a>(&'a self, download: Download, key: &'a str) -> Later<'a, Result<Copied, BlobError>>;

    /// Stores what comes, in the place of what was there. A failure of `body` is handed on, and then nothing is stored.
    /// `length`: of the whole body, when somebody said it: then no part of it is gathered first.
    fn put<'a>(
        &'a self,
        key: &'a str,
        length: Option<u64>,
        body: &'a mut dyn Chunks,
    ) -> Later<'a, Result<Stored, Failure>>;

    /// At most a thousand; one that is not there counts as deleted.
    fn delete(&self, keys: Vec<String>) -> Later<'_, Result<(), BlobError>>;
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Download {
    pub url: String,
    /// The value of `Authorization`, for this address only.
    pub authorization: Option<String>,
    pub most_bytes: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Copied {
    Stored(Stored),
    /// To this absolute address.
    Redirect(String),
    /// Any other status than 200.
    Status(u16),
    TooLarge,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    pub size: u64,
    /// In hexadecimal.
    pub sha256: String,
    /// At most [`HEAD_BYTES`].
    pub head: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("files: {0}")]
pub struct BlobError(pub String);

/// A body, piece by piece; `None` at its end.
pub trait Chunks: Send {
    fn next(&mut self) -> Later<'_, Result<Option<Bytes>, Failure>>;
}
