//! The short way of a plain text from an account that is known by heart: no request object, no router, no future.
//! It stores just what the long way does (`receive_message`), or leaves the request to it.

use domain::ids::{CompanyId, MessageId};
use http::Uri;
use twilio::inbound_message::InboundMessage;
use twilio::params::Params;

use super::receive_message::Arriving;
use super::signed_webhook::{self, Signed};
use crate::App;
use crate::health::probe;
use crate::ports::database::Statement;
use crate::web::origin;

/// Once the statement has run, the message is stored and the webhook may be answered.
pub struct Plan {
    pub company: CompanyId,
    pub message: MessageId,
    pub statement: Statement,
    /// 0: the flight recorder is off.
    pub keep_days: u32,
}

/// `None` for whatever is not plain: an account or a number that was not read lately, a wrong signature, files, a word
/// of consent.
pub fn plan(app: &App, url: &str, signature: &str, body: &[u8]) -> Option<Plan> {
    let uri: Uri = url.parse().ok()?;
    if uri.query().is_some_and(|query| query.starts_with(probe::MARK)) {
        return None;
    }
    let params = Params::parse(std::str::from_utf8(body).ok()?);
    let form = Signed {
        params: &params,
        url: &signed_webhook::public_address(&origin::public(app, &uri), &uri),
        signature,
    };
    let (known, chosen) = form.recognise(app, "To")?;
    let integration = known.get(chosen)?;
    let inbound = InboundMessage::from_params(&params).ok()?;
    let Arriving { message, batch } =
        Arriving::new(app, &integration.company, &integration.id, &inbound, app.now());
    let [statement] = <[Statement; 1]>::try_from(batch).ok()?;
    Some(Plan {
        company: integration.company.clone(),
        message,
        statement,
        keep_days: integration.keep_webhooks_days,
    })
}
