//! Files beside a text: which are taken on which channel, and how large, before anybody is asked.
//! <https://www.twilio.com/docs/messaging/guides/accepted-mime-types>

use crate::Channel;

/// Of one message.
pub const MOST_FILES: usize = 10;
/// Twilio hands WhatsApp one file per message.
pub const MOST_WHATSAPP_FILES: usize = 1;
pub const MOST_MMS_BYTES: u64 = 5_000_000;
/// Of one file that Twilio does not make smaller by itself.
pub const MOST_UNRESIZED_BYTES: u64 = 500_000;
pub const MOST_WHATSAPP_BYTES: u64 = 16_000_000;
/// More than any channel carries, in or out.
pub const MOST_BYTES: u64 = MOST_WHATSAPP_BYTES;

const RESIZED: [&str; 3] = ["image/jpeg", "image/png", "image/gif"];

const ON_BOTH: [&str; 44] = [
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/heic",
    "image/heif",
    "image/tiff",
    "image/bmp",
    "video/mp4",
    "video/mpeg",
    "video/quicktime",
    "video/webm",
    "video/3gpp",
    "video/3gpp2",
    "video/h261",
    "video/h263",
    "video/h263-1998",
    "video/h263-2000",
    "video/h264",
    "video/h265",
    "audio/ogg",
    "audio/mpeg",
    "audio/mp4",
    "audio/mp3",
    "audio/3gpp",
    "audio/3gpp2",
    "audio/basic",
    "audio/l24",
    "audio/amr",
    "audio/amr-nb",
    "audio/ac3",
    "audio/webm",
    "audio/vnd.wave",
    "audio/wav",
    "text/plain",
    "text/vcard",
    "text/x-vcard",
    "text/directory",
    "text/csv",
    "text/rtf",
    "text/richtext",
    "text/calendar",
    "application/pdf",
    "application/rtf",
    "application/vcard",
];

const ON_WHATSAPP: [&str; 7] = [
    "image/webp",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMedia {
    #[error("too many files")]
    TooMany,
    /// The files of this message together, or this one by itself.
    #[error("too large")]
    TooLarge,
    #[error("this kind of file is not carried")]
    TypeNotAccepted,
    #[error("an empty file")]
    Empty,
}

/// Whether a channel carries these files, by type and size in bytes. Sizes of files elsewhere are not known here.
pub fn check<'a>(
    channel: Channel,
    files: impl IntoIterator<Item = (&'a str, u64)>,
) -> Result<(), InvalidMedia> {
    let (most_files, most_bytes) = match channel {
        Channel::Whatsapp => (MOST_WHATSAPP_FILES, MOST_WHATSAPP_BYTES),
        Channel::Sms | Channel::Mms | Channel::Call => (MOST_FILES, MOST_MMS_BYTES),
    };
    let (mut count, mut total) = (0, 0_u64);
    for (content_type, size) in files {
        count += 1;
        total = total.saturating_add(size);
        if size == 0 {
            return Err(InvalidMedia::Empty);
        }
        if !is_accepted(channel, content_type) {
            return Err(InvalidMedia::TypeNotAccepted);
        }
        let unresized = channel != Channel::Whatsapp && !RESIZED.contains(&content_type);
        if unresized && size > MOST_UNRESIZED_BYTES {
            return Err(InvalidMedia::TooLarge);
        }
    }
    match () {
        () if count > most_files => Err(InvalidMedia::TooMany),
        () if total > most_bytes => Err(InvalidMedia::TooLarge),
        () => Ok(()),
    }
}

/// `content_type` without parameters, in lower case.
pub fn is_accepted(channel: Channel, content_type: &str) -> bool {
    ON_BOTH.contains(&content_type) || (channel == Channel::Whatsapp && ON_WHATSAPP.contains(&content_type))
}

/// The essence of a `Content-Type`: without parameters, in lower case.
pub fn essence(content_type: &str) -> String {
    content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const JPEG: &str = "image/jpeg";

    #[test]
    fn an_mms_carries_five_megabytes_of_pictures_in_all() {
        assert_eq!(
            check(Channel::Mms, [(JPEG, 2_500_000), ("image/png", 2_500_000)]),
            Ok(())
        );
        assert_eq!(
            check(Channel::Mms, [(JPEG, 2_500_000), (JPEG, 2_500_001)]),
            Err(InvalidMedia::TooLarge)
        );
        assert_eq!(check(Channel::Mms, []), Ok(()));
    }

    #[test]
    fn what_twilio_does_not_resize_is_small_on_mms_but_not_on_whatsapp() {
        for content_type in ["application/pdf", "video/mp4", "image/heic"] {
            assert_eq!(check(Channel::Mms, [(content_type, 500_000)]), Ok(()));
            assert_eq!(
                check(Channel::Mms, [(content_type, 500_001)]),
                Err(InvalidMedia::TooLarge)
            );
            assert_eq!(check(Channel::Whatsapp, [(content_type, 16_000_000)]), Ok(()));
            assert_eq!(
                check(Channel::Whatsapp, [(content_type, 16_000_001)]),
                Err(InvalidMedia::TooLarge)
            );
        }
    }

    #[test]
    fn a_message_has_ten_files_at_most_and_one_on_whatsapp() {
        assert_eq!(check(Channel::Mms, [(JPEG, 1); 10]), Ok(()));
        assert_eq!(check(Channel::Mms, [(JPEG, 1); 11]), Err(InvalidMedia::TooMany));
        assert_eq!(
            check(Channel::Whatsapp, [(JPEG, 1); 2]),
            Err(InvalidMedia::TooMany)
        );
    }

    #[test]
    fn a_program_or_a_page_is_carried_nowhere_and_a_letter_on_whatsapp_only() {
        for content_type in [
            "text/html",
            "image/svg+xml",
            "application/octet-stream",
            "application/zip",
            "",
        ] {
            for channel in [Channel::Mms, Channel::Whatsapp] {
                assert_eq!(
                    check(channel, [(content_type, 1)]),
                    Err(InvalidMedia::TypeNotAccepted)
                );
            }
        }
        assert_eq!(check(Channel::Whatsapp, [("application/msword", 1)]), Ok(()));
        assert!(check(Channel::Mms, [("application/msword", 1)]).is_err());
        assert_eq!(check(Channel::Mms, [(JPEG, 0)]), Err(InvalidMedia::Empty));
    }

    #[test]
    fn a_type_is_compared_without_its_parameters() {
        assert_eq!(essence("Text/Plain; charset=UTF-8"), "text/plain");
    }
}
