//! A message before it is stored: what is said, by whom and to whom, and whether it may leave.

use contract::ProblemCode;
use domain::ids::{CompanyId, MessageId};
use domain::message_body::InvalidMessageBody;
use domain::verdict::{self, Line, Objection};
use domain::{Address, Channel, MessageBody, Timestamp};

use super::idempotency::IdempotencyKey;
use super::store::SentTemplate;
use crate::access::authenticate::Caller;
use crate::integrations::senders::Sender;
use crate::media::attach::{self, Attachment};
use crate::web::RequestMeta;
use crate::{App, Failure, Refusal};

pub struct Draft<'a> {
    pub caller: &'a Caller,
    pub company: &'a CompanyId,
    pub sender: &'a Sender,
    pub to: Address,
    pub content: Content,
    pub key: Option<IdempotencyKey>,
    /// Which input the recipient came in.
    pub to_field: &'static str,
    /// The last message that the writer has seen: whoever else answered after it stands in the way.
    pub seen: Option<&'a MessageId>,
}

impl Draft<'_> {
    pub fn channel(&self) -> Channel {
        self.to.channel(self.content.has_files())
    }
}

/// What is said, in words and files. Whether it may be is for the verdict to say.
pub struct Content {
    /// Empty beside files, perhaps; of a template, how it reads.
    pub text: String,
    pub media: Vec<Attachment>,
    pub template: Option<SentTemplate>,
    /// Which input the text came in.
    pub field: &'static str,
}

impl Content {
    pub fn new(
        app: &App,
        meta: &RequestMeta,
        text: &str,
        media: Vec<Attachment>,
        as_link: bool,
        field: &'static str,
    ) -> Result<Self, Failure> {
        let (text, media) = if as_link && !media.is_empty() {
            attach::as_links(app, &meta.public_url, text, media)?
        } else {
            (text.to_owned(), media)
        };
        Ok(Self {
            text,
            media,
            template: None,
            field,
        })
    }

    pub fn of_template(text: String, template: SentTemplate) -> Self {
        Self {
            text,
            media: Vec::new(),
            template: Some(template),
            field: "template",
        }
    }

    /// What makes it the same as another, for `Idempotency-Key`. Addresses in the text are new each time: files
    /// count by what they are.
    pub fn identity(&self) -> impl Iterator<Item = &str> {
        let text = if self.is_linked() {
            let text = self.text.rsplitn(self.media.len() + 1, '\n');
            text.into_iter().nth(self.media.len()).unwrap_or_default()
        } else {
            &self.text
        };
        let template = self.template.iter().map(|template| template.sid.as_str());
        std::iter::once(text)
            .chain(self.media.iter().map(Attachment::identity))
            .chain(template)
    }

    /// Its files are addresses in its text.
    fn is_linked(&self) -> bool {
        self.media.iter().any(|file| file.as_link)
    }

    /// A link in the text is a text.
    fn has_files(&self) -> bool {
        self.media.iter().any(|file| !file.as_link)
    }
}

pub fn body(text: &str, field: &'static str) -> Result<MessageBody, Failure> {
    let code = |error| match error {
        InvalidMessageBody::Empty => ProblemCode::EmptyMessage,
        InvalidMessageBody::TooLong => ProblemCode::MessageTooLong,
    };
    MessageBody::new(text).map_err(|error| Refusal::new(code(error)).at(field).into())
}

/// The same, where files may stand alone.
pub fn optional_body(
    text: &str,
    has_media: bool,
    field: &'static str,
) -> Result<Option<MessageBody>, Failure> {
    if has_media && text.trim().is_empty() {
        return Ok(None);
    }
    body(text, field).map(Some)
}

/// Whether this message may leave at all, before anybody is asked: the verdict that the composer shows.
pub fn check(draft: &Draft<'_>, line: &Line, now: Timestamp) -> Result<(), Failure> {
    let files: Vec<_> = draft.content.media.iter().map(Attachment::as_file).collect();
    let verdict = line.judge(
        &verdict::Draft {
            text: &draft.content.text,
            files: &files,
            as_link: draft.content.is_linked(),
            is_template: draft.content.template.is_some(),
        },
        now,
    );
    let Some(objection) = verdict.objection else {
        return Ok(());
    };
    let field = match objection {
        Objection::CannotBeAnswered | Objection::OptedOut | Objection::CountryNotAllowed => draft.to_field,
        Objection::NumberCannotSendSms | Objection::NumberCannotSendMms => "from",
        Objection::OutsideWhatsappWindow | Objection::Empty | Objection::TooLong => draft.content.field,
        // No input is to blame.
        Objection::SpendCapReached => return Err(ProblemCode::SpendCapReached.into()),
        Objection::TemplateNeedsWhatsapp => "template",
        Objection::Media(_) => "media",
    };
    Err(Refusal::new(objection.into()).at(field).into())
}
