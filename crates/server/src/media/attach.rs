//! The files of a message that goes out, and whether its channel and number carry them.

use std::time::Duration;

use contract::ProblemCode;
use domain::ids::{CompanyId, MediaId, MessageId};
use domain::verdict::File;
use serde::Deserialize;

use super::link;
use super::store::{self, SentRow, UploadRow};
use crate::{App, Failure, Fault, Refusal};

/// How long an upload waits for its message; the sweep is later, so that it never takes what is being sent.
pub const UPLOAD_LASTS: Duration = Duration::from_secs(24 * 3600);
const LONGEST_URL: usize = 2000;

#[derive(Clone, Debug)]
pub struct Attachment {
    pub id: MediaId,
    /// Of a file in the bucket.
    pub blob_key: Option<String>,
    /// Of a file elsewhere, which Twilio fetches there itself.
    pub url: Option<String>,
    pub content_type: String,
    pub size: Option<u64>,
    pub sha256: Option<String>,
    pub file_name: Option<String>,
    /// Its address stands in the text: the message is an SMS.
    pub as_link: bool,
}

impl Attachment {
    fn uploaded(row: UploadRow) -> Self {
        Self {
            id: row.id,
            blob_key: Some(row.blob_key),
            url: None,
            content_type: row.content_type,
            size: Some(row.size),
            sha256: Some(row.sha256),
            file_name: row.file_name,
            as_link: false,
        }
    }

    /// A file that stays at an address of the caller's. What it is, Twilio finds out.
    pub fn elsewhere(app: &App, url: &str, field: &'static str) -> Result<Self, Failure> {
        let host = url.strip_prefix("https://").unwrap_or_default();
        let host = host.split(['/', '?', '#']).next().unwrap_or_default();
        let plain = url.chars().all(|c| c.is_ascii_graphic());
        if host.is_empty() || host.contains('@') || !plain || url.len() > LONGEST_URL {
            return Err(Refusal::new(ProblemCode::InvalidMediaUrl).at(field).into());
        }
        Ok(Self {
            id: app.new_id(MediaId::new),
            blob_key: None,
            url: Some(url.to_owned()),
            content_type: String::new(),
            size: None,
            sha256: None,
            file_name: None,
            as_link: false,
        })
    }

    /// As a verdict judges it; one elsewhere is judged by Twilio.
    pub fn as_file(&self) -> File<'_> {
        File {
            content_type: &self.content_type,
            size: self.size,
        }
    }

    /// What makes it the same file as another, for `Idempotency-Key`.
    pub fn identity(&self) -> &str {
        self.sha256.as_deref().or(self.url.as_deref()).unwrap_or_default()
    }
}

/// Uploads in the order of `ids`.
pub async fn uploaded(
    app: &App,
    company: &CompanyId,
    ids: &[MediaId],
    field: &'static str,
) -> Result<Vec<Attachment>, Failure> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let json = serde_json::to_string(ids).map_err(|error| Fault::Internal(error.to_string()))?;
    let mut rows = app
        .database
        .query(store::uploads(company, &json, app.now() - UPLOAD_LASTS))
        .await?
        .all::<UploadRow>()?;
    ids.iter()
        .map(|id| {
            let place = rows.iter().position(|row| row.id == *id);
            let place = place.ok_or_else(|| Refusal::new(ProblemCode::UnknownUpload).at(field))?;
            Ok(Attachment::uploaded(rows.swap_remove(place)))
        })
        .collect()
}

/// The files of a message once more, for it to be sent again: the same bytes under new rows. Refused when some are no
/// longer kept: without them it would be another message.
pub async fn again(
    app: &App,
    company: &CompanyId,
    message: &MessageId,
    field: &'static str,
) -> Result<Vec<Attachment>, Failure> {
    #[derive(Deserialize)]
    struct Had {
        media_count: usize,
    }
    let rows = app
        .database
        .commit(vec![
            store::of_message(company, message),
            store::count_of_message(company, message),
        ])
        .await?;
    let [files, had] = rows.as_slice() else {
        return Err(Fault::Storage("files and their number are two answers".to_owned()).into());
    };
    let files = files.all::<SentRow>()?;
    if had
        .first::<Had>()?
        .is_some_and(|had| files.len() < had.media_count)
    {
        return Err(Refusal::new(ProblemCode::MediaNotHere).at(field).into());
    }
    Ok(files
        .into_iter()
        .map(|row| Attachment {
            id: app.new_id(MediaId::new),
            url: row.blob_key.is_none().then_some(row.url),
            blob_key: row.blob_key,
            content_type: row.content_type,
            size: row.size,
            sha256: row.sha256,
            file_name: row.file_name,
            as_link: row.as_link,
        })
        .collect())
}

/// The files as addresses at the end of the text, for a number that cannot send MMS.
pub fn as_links(
    app: &App,
    public_url: &str,
    text: &str,
    files: Vec<Attachment>,
) -> Result<(String, Vec<Attachment>), Failure> {
    let mut lines = Vec::from_iter(
        Some(text.trim())
            .filter(|text| !text.is_empty())
            .map(str::to_owned),
    );
    for file in &files {
        let named = link::Named {
            id: &file.id,
            file_name: file.file_name.as_deref(),
            content_type: &file.content_type,
        };
        lines.push(match &file.url {
            Some(url) => url.clone(),
            None => link::url(app, public_url, &named, link::FOR_PEOPLE)?,
        });
    }
    let files = files.into_iter().map(|file| Attachment {
        as_link: true,
        ..file
    });
    Ok((lines.join("\n"), files.collect()))
}
