//! Files as people send them: small, but real by their first bytes.

use contract::inbox::MessageView;
use contract::media::{MediaState, MediaView, UploadView};
use simulator::customers::{CustomerMedia, CustomerMessage};

use super::people::percent_encode;
use super::site::{Answer, Request};
use super::{Caller, Company, World};

pub fn png() -> Vec<u8> {
    [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], &[7; 2000]].concat()
}

pub fn jpeg(size: usize) -> Vec<u8> {
    let mut bytes = b"\xff\xd8\xff\xe0\0\x10JFIF".to_vec();
    // No two pieces of it are alike, so that pieces cannot change places unseen.
    let mut state = 1_u32;
    bytes.resize_with(size, || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    bytes
}

pub fn pdf(size: usize) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.resize(size, b' ');
    bytes
}

/// One field of a `multipart/form-data` body.
pub enum Field<'a> {
    Text(&'a str, &'a str),
    File {
        field: &'a str,
        name: &'a str,
        content_type: &'a str,
        bytes: &'a [u8],
    },
}

pub fn file<'a>(name: &'a str, content_type: &'a str, bytes: &'a [u8]) -> Field<'a> {
    Field::File {
        field: "media",
        name,
        content_type,
        bytes,
    }
}

pub fn multipart(path: &str, fields: &[Field<'_>]) -> Request {
    const BOUNDARY: &str = "----edgeline0123456789";
    let mut body = Vec::new();
    for field in fields {
        body.extend_from_slice(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; ").as_bytes());
        match field {
            Field::Text(name, text) => {
                body.extend_from_slice(format!("name=\"{name}\"\r\n\r\n{text}").as_bytes());
            }
            Field::File {
                field,
                name,
                content_type,
                bytes,
            } => {
                let head =
                    format!("name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: {content_type}\r\n\r\n");
                body.extend_from_slice(head.as_bytes());
                body.extend_from_slice(bytes);
            }
        }
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    let mut request = Request::new("POST", path).header(
        "content-type",
        format!("multipart/form-data; boundary={BOUNDARY}"),
    );
    request.body = body;
    request
}

impl Caller {
    pub fn try_upload(&self, name: &str, content_type: &str, bytes: &[u8]) -> Answer {
        let path = format!("/api/uploads?name={}", percent_encode(name));
        let mut request = Request::new("POST", path).header("content-type", content_type);
        request.body = bytes.to_vec();
        self.send(request)
    }

    #[track_caller]
    pub fn upload(&self, name: &str, content_type: &str, bytes: &[u8]) -> UploadView {
        self.try_upload(name, content_type, bytes).ok()
    }
}

impl Company {
    /// A customer sends files, and Twilio tells us.
    #[track_caller]
    pub fn picture(&self, world: &World, from: &str, body: &str, files: &[(&str, &[u8])]) {
        let media = files.iter().map(|(content_type, bytes)| CustomerMedia {
            content_type: (*content_type).to_owned(),
            bytes: bytes.to_vec(),
        });
        let message = CustomerMessage {
            media: media.collect(),
            ..CustomerMessage::text(from, &self.number, body)
        };
        let before = self.agent.all_messages().len();
        let now = world.site.now();
        world.twilio().receive_from_customer(now, message).unwrap();
        world.until("the message came", || {
            (self.agent.all_messages().len() > before).then_some(())
        });
    }

    /// The only message's files, once none of them is waiting any more.
    #[track_caller]
    pub fn settled_media(&self, world: &World) -> Vec<MediaView> {
        world.until("the files are here or failed", || {
            let message: MessageView = self.agent.all_messages().pop()?;
            let waits = message.media.iter().any(|file| file.state == MediaState::Waiting);
            (!waits).then_some(message.media)
        })
    }
}
