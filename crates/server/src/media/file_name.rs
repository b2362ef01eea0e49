//! Names of files: as people gave them, made harmless, and as Twilio wants them.

/// For people: at most this many characters.
const LONGEST: usize = 100;

/// The last part of a path, without what a file system or a header could misread; `None` when nothing is left.
pub fn clean(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '"' | '<' | '>' | '|' | ':' | '*' | '?'))
        // Marks that turn the direction of writing hide an ending: `exe.gpj`.
        .filter(|c| !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .take(LONGEST)
        .collect();
    let kept = kept.trim_matches(['.', ' ']).to_owned();
    (!kept.is_empty()).then_some(kept)
}

/// What a file without a name is called.
pub fn or_default(name: Option<&str>, content_type: &str) -> String {
    name.map_or_else(
        || format!("{}.{}", family(content_type), extension(content_type)),
        str::to_owned,
    )
}

/// At most 20 characters, letters and digits with the type's own ending: Twilio refuses others
/// (<https://www.twilio.com/docs/messaging/guides/accepted-mime-types>).
pub fn short(name: Option<&str>, content_type: &str) -> String {
    let stem = name
        .and_then(|name| name.rsplit_once('.').map_or(Some(name), |(stem, _)| Some(stem)))
        .unwrap_or_default();
    let stem: String = stem
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(14)
        .collect();
    let stem = if stem.is_empty() {
        family(content_type)
    } else {
        &stem
    };
    format!("{stem}.{}", extension(content_type))
}

/// `attachment; filename="…"; filename*=UTF-8''…` (RFC 6266, RFC 8187).
pub fn disposition(inline: bool, name: &str) -> String {
    let kind = if inline { "inline" } else { "attachment" };
    let ascii: String = name
        .chars()
        .map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '_' })
        .filter(|c| !matches!(c, '"' | '\\' | '%'))
        .collect();
    if ascii == name {
        return format!("{kind}; filename=\"{name}\"");
    }
    let encoded = name.bytes().fold(String::new(), |mut text, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                text.push(char::from(byte));
            }
            other => text.push_str(&format!("%{other:02X}")),
        }
        text
    });
    format!("{kind}; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

fn family(content_type: &str) -> &'static str {
    match content_type.split('/').next() {
        Some("image") => "image",
        Some("video") => "video",
        Some("audio") => "audio",
        _ => "file",
    }
}

/// At most five letters.
pub fn extension(content_type: &str) -> &'static str {
    match content_type {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "image/heic" | "image/heif" => "heic",
        "image/tiff" => "tif",
        "image/bmp" => "bmp",
        "video/mp4" => "mp4",
        "video/mpeg" => "mpg",
        "video/quicktime" => "mov",
        "video/webm" | "audio/webm" => "webm",
        "video/3gpp" | "audio/3gpp" => "3gp",
        "video/3gpp2" | "audio/3gpp2" => "3g2",
        "audio/ogg" | "audio/opus" => "ogg",
        "audio/mpeg" | "audio/mp3" => "mp3",
        "audio/mp4" => "m4a",
        "audio/amr" | "audio/amr-nb" => "amr",
        "audio/vnd.wave" | "audio/wav" | "audio/x-wav" => "wav",
        "audio/basic" => "au",
        "audio/ac3" => "ac3",
        "text/vcard" | "text/x-vcard" | "text/directory" | "application/vcard" => "vcf",
        "text/csv" => "csv",
        "text/calendar" => "ics",
        "text/rtf" | "text/richtext" | "application/rtf" => "rtf",
        "text/plain" => "txt",
        "application/pdf" => "pdf",
        "application/msword" => "doc",
        "application/vnd.ms-excel" => "xls",
        "application/vnd.ms-powerpoint" => "ppt",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation" => "pptx",
        _ => "bin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_only_a_name() {
        assert_eq!(clean("../../etc/passwd").as_deref(), Some("passwd"));
        assert_eq!(clean("C:\\photos\\été.jpg").as_deref(), Some("été.jpg"));
        assert_eq!(
            clean("a\r\nX-Header: 1\".jpg").as_deref(),
            Some("aX-Header 1.jpg")
        );
        assert_eq!(clean("photo\u{202e}gpj.exe").as_deref(), Some("photogpj.exe"));
        assert_eq!(clean(&"x".repeat(500)).map(|name| name.len()), Some(100));
        for nothing in ["", "...", "a/", "\"\""] {
            assert_eq!(clean(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn twilio_gets_short_plain_names_with_the_right_ending() {
        assert_eq!(
            short(Some("Facture n° 12 (février).PDF"), "application/pdf"),
            "Facturen12fvri.pdf"
        );
        assert_eq!(short(Some("photo.exe"), "image/jpeg"), "photo.jpg");
        assert_eq!(short(None, "video/mp4"), "video.mp4");
        assert_eq!(short(Some("日本.png"), "image/png"), "image.png");
        let longest = short(
            Some("aaaaaaaaaaaaaaaaaaaaaaaaaaaaa.x"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        );
        assert!(longest.len() <= 20, "{longest}");
    }

    #[test]
    fn a_header_carries_any_name() {
        assert_eq!(
            disposition(true, "photo 1.jpg"),
            "inline; filename=\"photo 1.jpg\""
        );
        assert_eq!(
            disposition(false, "été \"2\".pdf"),
            "attachment; filename=\"_t_ 2.pdf\"; filename*=UTF-8''%C3%A9t%C3%A9%20%222%22.pdf"
        );
        assert_eq!(or_default(None, "image/png"), "image.png");
    }
}
