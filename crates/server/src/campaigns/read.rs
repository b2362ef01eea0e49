//! Looking at campaigns.

use contract::campaigns::{
    BulkError, BulkStatus, BulkStatusView, CampaignDetails, CampaignView, Cause, GetBulk, GetCampaign,
    ListCampaigns, PageOfMessages, ShapeB,
};
use contract::{Endpoint, Page, ProblemCode};
use domain::delivery::SimpleStatus;
use domain::ids::{CampaignId, CompanyId};
use domain::{Language, Timestamp};
use http::header::LINK;

use super::send::{is_somebody_awake, waits_until};
use super::store::recipients::{self, CauseRow, Example, RecipientRow};
use super::store::{self, CampaignRow};
use super::view::{code_text, explain, word};
use crate::appointments::settings;
use crate::inbox::cursor;
use crate::inbox::read::drop_beyond;
use crate::web::{Answer, Call};
use crate::{App, Failure, Fault};

const MOST_ERRORS: u32 = 1000;

pub async fn find(app: &App, company: &CompanyId, id: &CampaignId) -> Result<CampaignRow, Failure> {
    let row = app
        .database
        .query(store::one(company, id))
        .await?
        .first::<CampaignRow>()?;
    row.ok_or_else(|| ProblemCode::NotFound.into())
}

pub async fn find_view(
    app: &App,
    company: &CompanyId,
    id: &CampaignId,
) -> Result<Option<CampaignView>, Failure> {
    let row = app.database.query(store::one(company, id)).await?;
    let Some(row) = row.first::<CampaignRow>()? else {
        return Ok(None);
    };
    let (settings, senders) = settings::find(app, company).await?;
    Ok(Some(row.into_view(app, senders.region(app), &settings.zone)))
}

/// With the first page of its messages.
pub async fn shape_b(
    app: &App,
    company: &CompanyId,
    id: &CampaignId,
    language: Language,
) -> Result<ShapeB, Failure> {
    Ok(page(app, company, id, &PageOfMessages::default(), language)
        .await?
        .0)
}

/// A page, and the cursor of the next.
async fn page(
    app: &App,
    company: &CompanyId,
    id: &CampaignId,
    query: &PageOfMessages,
    language: Language,
) -> Result<(ShapeB, Option<String>), Failure> {
    let limit = cursor::limit(query.limit);
    let after = match &query.cursor {
        Some(cursor) => cursor::decode(cursor)?.0.as_millis(),
        None => -1,
    };
    let rows = app
        .database
        .commit(vec![
            store::one(company, id),
            recipients::page(id, query.status, after, limit + 1),
        ])
        .await?;
    let [campaign, rows] = rows.as_slice() else {
        return Err(ProblemCode::NotFound.into());
    };
    let campaign = campaign.first::<CampaignRow>()?.ok_or(ProblemCode::NotFound)?;
    let mut rows = rows.all::<RecipientRow>()?;
    let more = drop_beyond(&mut rows, limit);
    let place = |row: &RecipientRow| cursor::encode(Timestamp::from_millis(row.position), "");
    let next = rows.last().filter(|_| more).map(place);
    let (body, created_at) = (campaign.body.clone(), campaign.created_at);
    let messages = rows
        .into_iter()
        .map(|row| row.into_message(&body, created_at, language))
        .collect();
    Ok((campaign.into_shape_b(messages), next))
}

pub async fn bulk(call: Call<GetBulk>) -> Result<Answer<ShapeB>, Failure> {
    let company = call.caller.company()?;
    let (shape, next) = page(&call.app, company, &call.id, &call.query, call.meta.language).await?;
    let answer = Answer::ok(shape);
    let Some(cursor) = next else {
        return Ok(answer);
    };
    let query = PageOfMessages {
        cursor: Some(cursor),
        ..call.query.clone()
    };
    let query = serde_urlencoded::to_string(&query).map_err(|error| Fault::Internal(error.to_string()))?;
    let path = GetBulk::path(&call.id);
    Ok(answer.with(
        LINK,
        format!("<{}{path}?{query}>; rel=\"next\"", call.meta.public_url),
    ))
}

pub async fn status(call: Call<BulkStatus>) -> Result<Answer<BulkStatusView>, Failure> {
    let company = call.caller.company()?;
    let rows = call
        .app
        .database
        .commit(vec![
            store::one(company, &call.id),
            recipients::page(&call.id, Some(SimpleStatus::Failed), -1, MOST_ERRORS),
        ])
        .await?;
    let [campaign, errors] = rows.as_slice() else {
        return Err(ProblemCode::NotFound.into());
    };
    let campaign = campaign.first::<CampaignRow>()?.ok_or(ProblemCode::NotFound)?;
    let errors = errors.all::<RecipientRow>()?.into_iter().map(|row| BulkError {
        error: row
            .problem(&campaign.body, call.meta.language)
            .unwrap_or_default(),
        code: code_text(row.error, row.error_code),
        recipient: row.address,
    });
    Ok(Answer::ok(BulkStatusView {
        errors: errors.collect(),
        status: campaign.state.into(),
        progress: campaign.progress(),
        id: campaign.id,
    }))
}

pub async fn list(call: Call<ListCampaigns>) -> Result<Answer<Page<CampaignView>>, Failure> {
    let (app, company) = (&call.app, call.caller.company()?);
    let limit = cursor::limit(call.query.limit);
    let before = call.query.cursor.as_deref().map(cursor::decode).transpose()?;
    let before = before.map(|(_, id)| id);
    let rows = app
        .database
        .query(store::list(company, before.as_deref(), limit + 1))
        .await?;
    let mut rows = rows.all::<CampaignRow>()?;
    let more = drop_beyond(&mut rows, limit);
    let next_cursor = rows
        .last()
        .filter(|_| more)
        .map(|row| cursor::encode(row.created_at, row.id.as_str()));
    let (settings, senders) = settings::find(app, company).await?;
    let home = senders.region(app);
    let items = rows
        .into_iter()
        .map(|row| row.into_view(app, home, &settings.zone))
        .collect();
    Ok(Answer::ok(Page { items, next_cursor }))
}

pub async fn get(call: Call<GetCampaign>) -> Result<Answer<CampaignDetails>, Failure> {
    let (app, company, language) = (&call.app, call.caller.company()?, call.meta.language);
    let rows = app
        .database
        .commit(vec![store::one(company, &call.id), recipients::causes(&call.id)])
        .await?;
    let [campaign, causes] = rows.as_slice() else {
        return Err(ProblemCode::NotFound.into());
    };
    let campaign = campaign.first::<CampaignRow>()?.ok_or(ProblemCode::NotFound)?;
    let causes = causes.all::<CauseRow>()?;
    let examples = causes
        .iter()
        .map(|cause| recipients::examples(&call.id, &word(cause.error), cause.error_code))
        .collect::<Vec<_>>();
    let examples = if examples.is_empty() {
        Vec::new()
    } else {
        app.database.commit(examples).await?
    };
    let causes = causes
        .into_iter()
        .zip(examples)
        .map(|(cause, examples)| {
            Ok(Cause {
                code: cause.error,
                twilio_code: cause.error_code,
                count: cause.count,
                error: explain(cause.error, cause.error_code, language),
                can_pass: recipients::is_retried(cause.error, cause.error_code),
                examples: examples
                    .all::<Example>()?
                    .into_iter()
                    .map(|example| example.address)
                    .collect(),
            })
        })
        .collect::<Result<_, Failure>>()?;
    let (settings, senders) = settings::find(app, company).await?;
    let home = senders.region(app);
    let awake = is_somebody_awake(app, &campaign).await?;
    let pace = senders.owned(&campaign.number).ok().map(|sender| sender.pace);
    Ok(Answer::ok(CampaignDetails {
        causes,
        rate: pace.map_or(0.0, |pace| pace.rate),
        waits_until: pace.and_then(|pace| waits_until(&campaign, pace, awake, app.now())),
        campaign: campaign.into_view(app, home, &settings.zone),
    }))
}
