//! Replies that no API request made: TwiML in the answer to a webhook, and Twilio's own words to STOP
//! (<https://www.twilio.com/docs/messaging/twiml>).

use domain::{Address, DeliveryStatus, Timestamp};
use twilio::inbound_message::InboundMessage;
use twilio::messages::Direction;
use twilio::sid::MessageSid;

use crate::model::Message;
use crate::new_message::NewMessage;
use crate::simulation::Twilio;

const MOST_REPLIES: usize = 10;

/// One `<Message>`.
#[derive(Debug, PartialEq, Eq)]
struct Reply {
    body: String,
    media: Vec<String>,
}

impl Twilio {
    /// What the webhook answered with a 2xx: TwiML, plain text, or something that Twilio cannot use (12300, 12100).
    pub(crate) fn reply_by_webhook(
        &mut self,
        now: Timestamp,
        sid: &MessageSid,
        content_type: Option<&str>,
        body: &str,
    ) {
        let Some(inbound) = self.state.message(sid) else {
            return;
        };
        let Some((own, customer)) = inbound.resource.to.clone().zip(inbound.resource.from.clone()) else {
            return;
        };
        let account = inbound.resource.account_sid.clone();
        let essence = content_type
            .and_then(|text| text.split(';').next())
            .map(str::trim);
        let replies = match essence {
            _ if body.trim().is_empty() => Ok(Vec::new()),
            Some("text/xml" | "application/xml" | "text/html") => read_twiml(body),
            Some("text/plain") => Ok(vec![Reply {
                body: body.to_owned(),
                media: Vec::new(),
            }]),
            _ => Err((
                12300,
                format!("a webhook answered the type {}", essence.unwrap_or("(none)")),
            )),
        };
        match replies {
            Ok(replies) => {
                for reply in replies.into_iter().take(MOST_REPLIES) {
                    self.send_reply(now, &account, &own, &customer, &reply.body, &reply.media);
                }
            }
            Err((code, text)) => self.alert(now, code, text),
        }
    }

    pub(crate) fn reply(&mut self, now: Timestamp, inbound: &InboundMessage, body: &str, media: &[String]) {
        let account = inbound.account_sid.clone();
        self.send_reply(now, &account, &inbound.to, &inbound.from, body, media);
    }

    fn send_reply(
        &mut self,
        now: Timestamp,
        account: &twilio::AccountSid,
        from: &Address,
        to: &Address,
        body: &str,
        media: &[String],
    ) {
        let new = NewMessage {
            account,
            direction: Direction::OutboundReply,
            status: DeliveryStatus::Queued,
            from: Some(from),
            to,
            messaging_service_sid: None,
            body,
            media_count: media.len(),
        };
        let sid = new.sid(&mut self.state.dice);
        let resource = new.resource(now, sid.clone());
        self.state.messages.push(Message::new(now, resource));
        self.plan_fetches(now, &sid, media);
        self.plan_journey(now, &sid);
        self.changed();
    }
}

fn read_twiml(body: &str) -> Result<Vec<Reply>, (i64, String)> {
    let document = roxmltree::Document::parse(body).map_err(|error| {
        (
            12100,
            format!("a webhook answered TwiML that cannot be read: {error}"),
        )
    })?;
    let root = document.root_element();
    if !root.has_tag_name("Response") {
        return Err((12100, "a webhook answered XML without <Response>".to_owned()));
    }
    let text = |node: roxmltree::Node<'_, '_>| node.text().unwrap_or_default().trim().to_owned();
    Ok(root
        .children()
        .filter(|node| node.has_tag_name("Message"))
        .map(|message| {
            let nouns = |name| message.children().filter(move |node| node.has_tag_name(name));
            Reply {
                body: nouns("Body").next().map_or_else(|| text(message), text),
                media: nouns("Media").map(text).collect(),
            }
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twiml_is_read_with_its_nouns() {
        assert_eq!(read_twiml(twilio::twiml::EMPTY_RESPONSE), Ok(Vec::new()));
        let replies = read_twiml(
            "<Response><Message>Bonjour &amp; merci</Message><Message><Body>Voici</Body><Media>http://a/1</Media></Message></Response>",
        );
        assert_eq!(
            replies,
            Ok(vec![
                Reply {
                    body: "Bonjour & merci".into(),
                    media: vec![]
                },
                Reply {
                    body: "Voici".into(),
                    media: vec!["http://a/1".into()]
                },
            ])
        );
        assert!(read_twiml("<Response>").is_err());
        assert!(read_twiml("<html/>").is_err());
    }
}
