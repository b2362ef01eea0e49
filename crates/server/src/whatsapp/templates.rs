//! The templates of a WhatsApp sender: kept as Twilio last listed them, asked for anew when that is long ago.

use std::time::Duration;

use contract::ProblemCode;
use contract::whatsapp::{
    Approval, ListWhatsappTemplates, TemplateChoice, WhatsappTemplate, WhatsappTemplates,
};
use domain::template;
use twilio::content::{ContentResource, ListContentAndApprovals};

use super::store::{self, Kept};
use crate::integrations::senders::{Sender, Senders};
use crate::integrations::twilio_call::call;
use crate::sending::draft::Content;
use crate::sending::store::SentTemplate;
use crate::web::{Answer, Call};
use crate::{App, Failure, Fault, Refusal};

/// A template that was just approved shows after this long by itself, and at once on request.
const FRESH_FOR: Duration = Duration::from_secs(600);
/// A thousand templates.
const MOST_PAGES: usize = 10;

pub async fn list(call: Call<ListWhatsappTemplates>) -> Result<Answer<WhatsappTemplates>, Failure> {
    let senders = Senders::of(&call.app, call.caller.company()?).await?;
    let sender = senders.choose(&call.app, call.query.from.as_deref(), true)?;
    let fresh = call.query.fresh == Some(true);
    let kept = kept(&call.app, &sender).await?;
    let recent = |kept: &Kept| !fresh && call.app.now().since(kept.synced_at) < FRESH_FOR;
    let list = match kept {
        Some(kept) if recent(&kept) => kept,
        kept => match (sync(&call.app, &sender).await, kept) {
            // Twilio is away: what is known is shown, with its age. Who asks for news is told that there are none.
            (Err(Failure::Fault(Fault::Twilio(reason))), Some(kept)) if !fresh => {
                log::warn!(
                    "{}: templates are shown as they were: {reason}",
                    call.meta.request_id
                );
                kept
            }
            (synced, _) => synced?,
        },
    };
    Ok(Answer::ok(list.into()))
}

/// The template that somebody chose, filled. One that is not known yet may be new: Twilio is asked once.
pub async fn choose(app: &App, sender: &Sender, choice: &TemplateChoice) -> Result<Content, Failure> {
    let refuse = |code| Failure::from(Refusal::new(code).at("template"));
    let among = |list: &Kept| list.items.iter().find(|item| item.sid == choice.sid).cloned();
    let known = kept(app, sender).await?.as_ref().and_then(among);
    let usable = known.filter(|template| template.approval == Approval::Approved);
    let template = match usable {
        Some(template) => template,
        None => among(&sync(app, sender).await?).ok_or_else(|| refuse(ProblemCode::UnknownTemplate))?,
    };
    if template.approval != Approval::Approved {
        return Err(refuse(ProblemCode::TemplateNotApproved));
    }
    let values = &choice.variables;
    let text = template::render(&template.body, |name| values.get(name))
        .map_err(|_| refuse(ProblemCode::TemplateValueMissing))?;
    // WhatsApp refuses values that the text does not ask for (63028).
    let names = template::variables(&template.body);
    let variables = values
        .iter()
        .filter(|(name, _)| names.contains(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let sid = template.sid;
    Ok(Content::of_template(text, SentTemplate { sid, variables }))
}

async fn kept(app: &App, sender: &Sender) -> Result<Option<Kept>, Failure> {
    let rows = app.database.commit(store::list(&sender.integration.id)).await?;
    Ok(store::read(&rows)?)
}

async fn sync(app: &App, sender: &Sender) -> Result<Kept, Failure> {
    let credentials = sender.credentials(app)?;
    let mut items = Vec::new();
    let mut next = Some(ListContentAndApprovals::default());
    for _ in 0..MOST_PAGES {
        let Some(page) = next.take() else { break };
        let page = call(app, &credentials, &page).await?;
        items.extend(page.contents.iter().map(template_of));
        let path = page.meta.next_path();
        next = path.map(|path| ListContentAndApprovals { page: Some(path) });
    }
    let kept = Kept {
        items,
        synced_at: app.now(),
    };
    app.database
        .commit(store::replace(&sender.integration, &kept))
        .await?;
    Ok(kept)
}

fn template_of(resource: &ContentResource) -> WhatsappTemplate {
    let body = resource.body().to_owned();
    let example = |name: &String| resource.variables.get(name).cloned().unwrap_or_default();
    let request = resource.approval_requests.as_ref();
    WhatsappTemplate {
        sid: resource.sid.to_string(),
        name: resource.friendly_name.clone(),
        language: resource.language.clone(),
        variables: template::variables(&body)
            .into_iter()
            .map(|name| (name.clone(), example(&name)))
            .collect(),
        body,
        buttons: resource.buttons(),
        approval: resource.approval(),
        category: request.and_then(|request| request.category.clone()),
        rejection_reason: request
            .and_then(|request| request.rejection_reason.clone())
            .filter(|reason| !reason.is_empty()),
    }
}

impl From<Kept> for WhatsappTemplates {
    fn from(mut kept: Kept) -> Self {
        // Those that can be sent first, each kind in Twilio's order.
        kept.items.sort_by_key(|item| item.approval != Approval::Approved);
        Self {
            items: kept.items,
            synced_at: kept.synced_at,
        }
    }
}
