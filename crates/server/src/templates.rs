//! Texts to answer with: kept per company, filled in by the browser that uses them.

mod store;

use contract::templates::{
    CreateTemplate, DeleteTemplate, ListTemplates, TemplateDraft, TemplateView, UpdateTemplate,
};
use contract::{Nothing, ProblemCode};
use domain::ids::TemplateId;
use domain::people::Name;
use domain::{AuditAction, Channel, Language, MessageBody};

use self::store::TemplateRow;
use crate::audit::Entry;
use crate::ports::database::DatabaseError;
use crate::web::{Answer, Call, Routes};
use crate::{Failure, Refusal};

pub fn routes(routes: Routes) -> Routes {
    routes
        .call::<ListTemplates, _, _>(list)
        .call::<CreateTemplate, _, _>(create)
        .call::<UpdateTemplate, _, _>(update)
        .call::<DeleteTemplate, _, _>(delete)
}

async fn list(call: Call<ListTemplates>) -> Result<Answer<Vec<TemplateView>>, Failure> {
    let statement = store::of_company(call.caller.company()?);
    let rows = call.app.database.query(statement).await?.all::<TemplateRow>()?;
    Ok(Answer::ok(rows.into_iter().map(TemplateView::from).collect()))
}

async fn create(call: Call<CreateTemplate>) -> Result<Answer<TemplateView>, Failure> {
    let company = call.caller.company()?;
    let missing = |field| Refusal::new(ProblemCode::MissingField).at(field);
    let row = TemplateRow {
        id: call.app.new_id(TemplateId::new),
        name: name(&call.body)?.ok_or_else(|| missing("name"))?,
        shortcut: shortcut(&call.body)?.flatten(),
        channel: channel(&call.body)?.flatten(),
        language: call.body.language.unwrap_or(Language::Fr),
        body: body(&call.body)?.ok_or_else(|| missing("body"))?,
        updated_at: call.app.now(),
    };
    let entry = Entry::new(&call.app, company, &call.caller, AuditAction::CreateTemplate).subject(&row.name);
    let batch = vec![store::insert(company, &row), entry.statement()];
    call.app
        .database
        .commit(batch)
        .await
        .map_err(refuse_taken_shortcut)?;
    Ok(Answer::created(row.into()))
}

async fn update(call: Call<UpdateTemplate>) -> Result<Answer<TemplateView>, Failure> {
    let company = call.caller.company()?;
    let row = find(&call, company).await?;
    let row = TemplateRow {
        name: name(&call.body)?.unwrap_or(row.name),
        shortcut: shortcut(&call.body)?.unwrap_or(row.shortcut),
        channel: channel(&call.body)?.unwrap_or(row.channel),
        language: call.body.language.unwrap_or(row.language),
        body: body(&call.body)?.unwrap_or(row.body),
        updated_at: call.app.now(),
        id: row.id,
    };
    let entry = Entry::new(&call.app, company, &call.caller, AuditAction::ChangeTemplate).subject(&row.name);
    let batch = vec![store::update(company, &row), entry.if_changed()];
    call.app
        .database
        .commit(batch)
        .await
        .map_err(refuse_taken_shortcut)?;
    Ok(Answer::ok(row.into()))
}

async fn delete(call: Call<DeleteTemplate>) -> Result<Answer<Nothing>, Failure> {
    let company = call.caller.company()?;
    let row = find(&call, company).await?;
    let entry = Entry::new(&call.app, company, &call.caller, AuditAction::DeleteTemplate).subject(&row.name);
    let batch = vec![store::delete(company, &row.id), entry.if_changed()];
    call.app.database.commit(batch).await?;
    Ok(Answer::ok(Nothing {}))
}

async fn find<E: contract::Endpoint<Id = TemplateId>>(
    call: &Call<E>,
    company: &domain::ids::CompanyId,
) -> Result<TemplateRow, Failure> {
    let row = call
        .app
        .database
        .query(store::one(company, &call.id))
        .await?
        .first::<TemplateRow>()?;
    row.ok_or_else(|| ProblemCode::NotFound.into())
}

fn refuse_taken_shortcut(error: DatabaseError) -> Failure {
    if error.is("templates.company_id, templates.shortcut") || error.is("one_template_per_shortcut") {
        Refusal::new(ProblemCode::ShortcutTaken).at("shortcut").into()
    } else {
        error.into()
    }
}

fn name(draft: &TemplateDraft) -> Result<Option<String>, Failure> {
    let name = draft.name.as_deref().map(Name::new).transpose();
    let name = name.map_err(|_| Refusal::new(ProblemCode::InvalidName).at("name"))?;
    Ok(name.map(String::from))
}

fn body(draft: &TemplateDraft) -> Result<Option<String>, Failure> {
    let Some(text) = &draft.body else { return Ok(None) };
    MessageBody::new(text).map_err(|error| {
        use domain::message_body::InvalidMessageBody::{Empty, TooLong};
        Refusal::new(match error {
            Empty => ProblemCode::EmptyMessage,
            TooLong => ProblemCode::MessageTooLong,
        })
        .at("body")
    })?;
    Ok(Some(text.clone()))
}

const LONGEST_SHORTCUT: usize = 32;

/// `Some(None)`: none from now on.
fn shortcut(draft: &TemplateDraft) -> Result<Option<Option<String>>, Failure> {
    let Some(text) = &draft.shortcut else {
        return Ok(None);
    };
    let text = text.trim().trim_start_matches('/').to_lowercase();
    let known = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    if text.chars().count() > LONGEST_SHORTCUT || !text.chars().all(known) {
        return Err(Refusal::new(ProblemCode::InvalidField).at("shortcut").into());
    }
    Ok(Some((!text.is_empty()).then_some(text)))
}

/// `Some(None)`: any from now on.
fn channel(draft: &TemplateDraft) -> Result<Option<Option<Channel>>, Failure> {
    let channel = match draft.channel.as_deref().map(str::trim) {
        None => return Ok(None),
        Some("") => None,
        Some("sms") => Some(Channel::Sms),
        Some("mms") => Some(Channel::Mms),
        Some("whatsapp") => Some(Channel::Whatsapp),
        Some(_) => return Err(Refusal::new(ProblemCode::InvalidField).at("channel").into()),
    };
    Ok(Some(channel))
}
