//! A file is taken in: a large photo made smaller, what cannot go out refused, the rest uploaded.

use domain::{Channel, Language, media};
use leptos::prelude::*;

use super::{Attached, Attachments, Transfer, code_of};
use crate::platform::files::{LocalFile, PageUrl};
use crate::platform::picture;

/// A photo above this is made smaller: what a phone shows needs no more, and ten of them fit into an MMS.
const LARGE_BYTES: u64 = 450_000;
/// Sharp on any phone's screen.
const LONGEST_SIDE: f64 = 2048.0;
/// As on most web pages: the eye finds no difference on a photo.
const QUALITY: f64 = 0.82;

impl Attachments {
    pub fn take_in(self, files: Vec<LocalFile>) {
        for file in files {
            let item = Attached {
                name: file.name.clone(),
                preview: file
                    .content_type()
                    .starts_with("image/")
                    .then(|| PageUrl::new(&file.bytes))
                    .flatten(),
                facts: ArcRwSignal::new((media::essence(&file.content_type()), file.size())),
                transfer: ArcRwSignal::new(Transfer::Preparing),
                key: self.shelf.keep(file),
            };
            self.items.update(|items| items.push(item.clone()));
            leptos::task::spawn_local(self.bring(item, self.carriage()));
        }
    }

    pub fn retry(self, item: Attached) {
        leptos::task::spawn_local(self.bring(item, self.carriage()));
    }

    /// Goes on when the screen is left, and so asks its signals nothing on the way.
    async fn bring(self, item: Attached, carriage: Carriage) {
        item.transfer.set(Transfer::Preparing);
        let Some(file) = self.shelf.find(item.key) else {
            return;
        };
        let file = smaller(file).await;
        self.shelf.replace(item.key, file.clone());
        let (content_type, size) = (media::essence(&file.content_type()), file.size());
        item.facts.set((content_type.clone(), size));
        let transfer = item.transfer.clone();
        // Removed meanwhile.
        if self.shelf.find(item.key).is_none() {
            return;
        }
        if let Some(words) = carriage.refusal(&content_type, size) {
            transfer.set(Transfer::Failed {
                words,
                may_retry: false,
            });
            return;
        }
        transfer.set(Transfer::Leaving(0.0));
        let progress = transfer.clone();
        let uploaded = self
            .client
            .upload(
                &file,
                |stop| self.shelf.note(item.key, stop),
                move |part| progress.set(Transfer::Leaving(part)),
            )
            .await;
        transfer.set(match uploaded {
            Ok(upload) => {
                // By its first bytes the server may know better than the device.
                item.facts.set((upload.content_type.clone(), size));
                match carriage.refusal(&upload.content_type, size) {
                    None => Transfer::Here(upload),
                    Some(words) => Transfer::Failed {
                        words,
                        may_retry: false,
                    },
                }
            }
            Err(failure) => Transfer::Failed {
                may_retry: failure.is_in_doubt(),
                words: failure.sentence(carriage.language),
            },
        });
    }

    fn carriage(self) -> Carriage {
        Carriage {
            channel: self.carrier.channel.get_untracked(),
            as_link: untrack(|| self.as_link()),
            language: self.preferences.language_untracked(),
        }
    }
}

/// What a file is held against: as it was when it was chosen.
#[derive(Clone, Copy)]
struct Carriage {
    channel: Channel,
    as_link: bool,
    language: Language,
}

impl Carriage {
    /// Why this file by itself cannot go out. A type that the device does not know is left to the server.
    fn refusal(self, content_type: &str, size: u64) -> Option<String> {
        let checked = if size > media::MOST_BYTES {
            Err(media::InvalidMedia::TooLarge)
        } else if size == 0 {
            Err(media::InvalidMedia::Empty)
        } else if self.as_link || content_type.is_empty() {
            Ok(())
        } else {
            media::check(self.channel, [(content_type, size)])
        };
        let error = checked.err()?;
        Some(code_of(error).sentence(self.language).to_owned())
    }
}

/// A photo that is large, or of a kind that phones do not take, as a smaller JPEG; anything else as it is.
async fn smaller(file: LocalFile) -> LocalFile {
    let content_type = media::essence(&file.content_type());
    let is_photo = match content_type.as_str() {
        "image/jpeg" | "image/png" | "image/bmp" => file.size() > LARGE_BYTES,
        // WebP goes to WhatsApp only, the others are not shown by every phone.
        "image/webp" | "image/avif" | "image/heic" | "image/heif" | "image/tiff" => true,
        _ => false,
    };
    if !is_photo {
        return file;
    }
    let Some(bytes) = picture::as_jpeg(&file.bytes, LONGEST_SIDE, QUALITY).await else {
        return file;
    };
    let smaller = LocalFile {
        name: as_jpeg_name(&file.name),
        bytes,
    };
    let same_kind = matches!(content_type.as_str(), "image/jpeg" | "image/png");
    if same_kind && smaller.size() >= file.size() {
        return file;
    }
    smaller
}

fn as_jpeg_name(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    format!("{stem}.jpg")
}

#[cfg(test)]
mod tests {
    use super::as_jpeg_name;

    #[test]
    fn a_picture_that_became_jpeg_is_called_so() {
        assert_eq!(as_jpeg_name("IMG_2041.HEIC"), "IMG_2041.jpg");
        assert_eq!(as_jpeg_name("devis.v2.png"), "devis.v2.jpg");
        assert_eq!(as_jpeg_name("photo"), "photo.jpg");
    }
}
