//! What a file is, by its first bytes: the declared type is a hint that chooses among types which look alike, and
//! never makes a page or a program of a picture. <https://mimesniff.spec.whatwg.org/>

struct Signature {
    at: usize,
    bytes: &'static [u8],
    /// The first unless another of them was declared.
    types: &'static [&'static str],
}

const fn at(at: usize, bytes: &'static [u8], types: &'static [&'static str]) -> Signature {
    Signature { at, bytes, types }
}

const MP4: &[&str] = &[
    "video/mp4",
    "audio/mp4",
    "video/quicktime",
    "video/3gpp",
    "audio/3gpp",
    "video/3gpp2",
    "audio/3gpp2",
];

const SIGNATURES: [Signature; 34] = [
    at(0, b"\xff\xd8\xff", &["image/jpeg"]),
    at(0, b"\x89PNG\r\n\x1a\n", &["image/png"]),
    at(0, b"GIF87a", &["image/gif"]),
    at(0, b"GIF89a", &["image/gif"]),
    at(8, b"WEBP", &["image/webp"]),
    at(8, b"WAVE", &["audio/vnd.wave", "audio/wav", "audio/x-wav"]),
    at(8, b"AVI ", &["video/x-msvideo"]),
    at(0, b"II*\0", &["image/tiff"]),
    at(0, b"MM\0*", &["image/tiff"]),
    at(4, b"ftypheic", &["image/heic", "image/heif"]),
    at(4, b"ftypheix", &["image/heic", "image/heif"]),
    at(4, b"ftypmif1", &["image/heif", "image/heic"]),
    at(4, b"ftypavif", &["image/avif"]),
    at(4, b"ftyp3g2", &["video/3gpp2", "audio/3gpp2"]),
    at(4, b"ftyp3gp", &["video/3gpp", "audio/3gpp"]),
    at(4, b"ftypM4A", &["audio/mp4"]),
    at(4, b"ftypqt", &["video/quicktime"]),
    at(4, b"ftyp", MP4),
    at(
        0,
        b"\x1a\x45\xdf\xa3",
        &["video/webm", "audio/webm", "video/x-matroska"],
    ),
    at(0, b"OggS", &["audio/ogg", "video/ogg", "audio/opus"]),
    at(0, b"ID3", &["audio/mpeg", "audio/mp3"]),
    at(0, b"\xff\xfb", &["audio/mpeg", "audio/mp3"]),
    at(0, b"\xff\xf3", &["audio/mpeg", "audio/mp3"]),
    at(0, b"\xff\xf2", &["audio/mpeg", "audio/mp3"]),
    at(0, b"\xff\xf1", &["audio/aac"]),
    at(0, b"#!AMR", &["audio/amr", "audio/amr-nb"]),
    at(0, b"fLaC", &["audio/flac"]),
    at(0, b"\x0b\x77", &["audio/ac3"]),
    at(0, b"\0\0\x01\xba", &["video/mpeg"]),
    at(0, b"\0\0\x01\xb3", &["video/mpeg"]),
    at(0, b"%PDF-", &["application/pdf"]),
    at(0, b"{\\rtf", &["text/rtf", "application/rtf", "text/richtext"]),
    at(
        0,
        b"PK\x03\x04",
        &[
            "application/zip",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ],
    ),
    at(
        0,
        b"\xd0\xcf\x11\xe0",
        &[
            "application/msword",
            "application/vnd.ms-excel",
            "application/vnd.ms-powerpoint",
        ],
    ),
];

/// Types of raw streams, which have no beginning to know them by.
const WITHOUT_SIGNATURE: [&str; 8] = [
    "audio/basic",
    "audio/l24",
    "video/h261",
    "video/h263",
    "video/h263-1998",
    "video/h263-2000",
    "video/h264",
    "video/h265",
];

const VCARDS: [&str; 4] = [
    "text/vcard",
    "text/x-vcard",
    "text/directory",
    "application/vcard",
];

const UNKNOWN: &str = "application/octet-stream";

/// The type of a file that begins with `head`; `declared` as somebody says it.
pub fn sniff(head: &[u8], declared: &str) -> String {
    let declared = domain::media::essence(declared);
    let known = SIGNATURES.iter().find(|signature| {
        head.get(signature.at..)
            .is_some_and(|rest| rest.starts_with(signature.bytes))
    });
    if let Some(signature) = known {
        return choose(signature.types, &declared);
    }
    // Two letters alone could begin a text; a bitmap has four zeros after its size.
    if head.starts_with(b"BM") && head.get(6..10) == Some(&[0; 4]) {
        return "image/bmp".to_owned();
    }
    if WITHOUT_SIGNATURE.contains(&declared.as_str()) {
        return declared;
    }
    if is_text(head, &declared) {
        return text_type(head, &declared);
    }
    UNKNOWN.to_owned()
}

fn choose(types: &[&'static str], declared: &str) -> String {
    if types.contains(&declared) {
        return declared.to_owned();
    }
    types.first().copied().unwrap_or(UNKNOWN).to_owned()
}

fn text_type(head: &[u8], declared: &str) -> String {
    let start: String = String::from_utf8_lossy(head)
        .trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n'])
        .chars()
        .take(300)
        .collect::<String>()
        .to_ascii_lowercase();
    if start.starts_with("begin:vcard") {
        return choose(&VCARDS, declared);
    }
    if start.starts_with("begin:vcalendar") {
        return "text/calendar".to_owned();
    }
    if start.starts_with('<') {
        return if start.contains("<svg") {
            "image/svg+xml"
        } else {
            "text/html"
        }
        .to_owned();
    }
    // Where Excel is installed, Windows declares a CSV as Excel's.
    if ["text/csv", EXCEL].contains(&declared) {
        "text/csv".to_owned()
    } else {
        "text/plain".to_owned()
    }
}

const EXCEL: &str = "application/vnd.ms-excel";

/// No byte that a text cannot have; a character may be cut in two at the end. What is said to be a text may be in an
/// older encoding than UTF-8: a French Excel saves a CSV in Windows-1252.
fn is_text(head: &[u8], declared: &str) -> bool {
    !head.is_empty()
        && head
            .iter()
            .all(|byte| matches!(byte, 9 | 10 | 12 | 13 | 27 | 32..=126 | 128..))
        && match std::str::from_utf8(head) {
            Ok(_) => true,
            Err(error) => error.error_len().is_none() || declared.starts_with("text/") || declared == EXCEL,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

    #[test]
    fn the_first_bytes_win_over_what_was_declared() {
        assert_eq!(sniff(PNG, "image/jpeg"), "image/png");
        assert_eq!(sniff(b"\xff\xd8\xff\xe0", ""), "image/jpeg");
        assert_eq!(sniff(b"%PDF-1.7\n", "image/png"), "application/pdf");
        assert_eq!(sniff(b"RIFF\0\0\0\0WEBPVP8 ", "x"), "image/webp");
        assert_eq!(sniff(b"BM\x46\0\0\0\0\0\0\0", ""), "image/bmp");
        assert_eq!(sniff(b"BMW vendue", ""), "text/plain");
        assert_eq!(sniff(b"MZ\x90\0\x03", "image/jpeg"), UNKNOWN);
    }

    #[test]
    fn what_was_declared_chooses_among_types_that_look_alike() {
        assert_eq!(sniff(b"OggS\0\x02", "audio/ogg; codecs=opus"), "audio/ogg");
        assert_eq!(sniff(b"OggS\0\x02", "video/ogg"), "video/ogg");
        assert_eq!(sniff(b"\0\0\0\x18ftypisom", "audio/mp4"), "audio/mp4");
        assert_eq!(sniff(b"\0\0\0\x18ftypisom", "image/png"), "video/mp4");
        let letter = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        assert_eq!(sniff(b"PK\x03\x04", letter), letter);
        assert_eq!(sniff(b"PK\x03\x04", "text/html"), "application/zip");
    }

    #[test]
    fn a_page_and_a_drawing_are_known_whatever_they_are_called() {
        for declared in ["image/png", "text/plain", "text/csv", "application/pdf"] {
            assert_eq!(sniff(b"<!DOCTYPE html><script>", declared), "text/html");
            assert_eq!(
                sniff(b"\xef\xbb\xbf \n<?xml version='1.0'?><svg onload='x'>", declared),
                "image/svg+xml"
            );
        }
        // What only claims to be one is a text.
        assert_eq!(sniff(b"bonjour", "text/html"), "text/plain");
    }

    #[test]
    fn texts_are_told_apart() {
        assert_eq!(
            sniff(b"BEGIN:VCARD\r\nVERSION:3.0", "text/x-vcard"),
            "text/x-vcard"
        );
        assert_eq!(sniff(b"begin:vcard", "image/png"), "text/vcard");
        assert_eq!(sniff(b"BEGIN:VCALENDAR", ""), "text/calendar");
        assert_eq!(sniff("prénom;é".as_bytes(), "text/csv"), "text/csv");
        assert_eq!(sniff(&"é".as_bytes()[..1], ""), "text/plain");
        for declared in ["text/csv", "application/vnd.ms-excel"] {
            assert_eq!(sniff(b"pr\xe9nom;\xe9t\xe9\r\n", declared), "text/csv");
        }
        assert_eq!(sniff(b"\xe0 bient\xf4t", "text/plain"), "text/plain");
        assert_eq!(sniff(b"\xe0 bient\xf4t", "image/png"), UNKNOWN);
        assert_eq!(sniff(b"<p>\xe9t\xe9", "text/csv"), "text/html");
        assert_eq!(sniff(b"\xe9\0\x01", "text/csv"), UNKNOWN);
        assert_eq!(sniff(b"a\0b", "text/plain"), UNKNOWN);
        assert_eq!(sniff(b"", "text/plain"), UNKNOWN);
    }

    #[test]
    fn a_raw_stream_is_what_it_is_said_to_be() {
        assert_eq!(sniff(b"\x01\x02\x03\0", "audio/basic"), "audio/basic");
        assert_eq!(sniff(b"\x01\x02\x03\0", "audio/unheard-of"), UNKNOWN);
    }
}
