//! Looking at the address book.

use contract::Page;
use contract::ProblemCode;
use contract::contacts::{ContactDetail, ContactView, GetContact, ListContacts, ListTags, TagView};
use domain::Region;
use domain::ids::{CompanyId, ContactId};

use super::store;
use super::store::list::{self, ContactPage};
use super::view::{ConsentRow, ContactConversationRow, ContactRow};
use crate::inbox::cursor;
use crate::inbox::read::drop_beyond;
use crate::integrations::senders::Senders;
use crate::web::{Answer, Call};
use crate::{App, Failure};

/// A campaign reads the whole address book.
const MOST_AT_ONCE: u32 = 1000;

/// How the company reads and writes numbers.
pub async fn home(app: &App, company: &CompanyId) -> Result<Region, Failure> {
    Ok(Senders::of(app, company).await?.region(app))
}

pub async fn list(call: Call<ListContacts>) -> Result<Answer<Page<ContactView>>, Failure> {
    let (app, company, filter) = (&call.app, call.caller.company()?, &call.query);
    let limit = cursor::limit_up_to(MOST_AT_ONCE, filter.limit);
    let statement = list::page(&ContactPage {
        company,
        list: filter.list,
        q: filter.q.as_deref(),
        tag: filter.tag.as_deref(),
        after: filter.cursor.as_deref().map(cursor::decode_name).transpose()?,
        limit: limit + 1,
    });
    let home = home(app, company).await?;
    let mut rows = app.database.query(statement).await?.all::<ContactRow>()?;
    let more = drop_beyond(&mut rows, limit);
    let next_cursor = rows
        .last()
        .filter(|_| more)
        .map(|row| cursor::encode_name(&row.sort_name, row.id.as_str()));
    let items = rows.into_iter().map(|row| row.into_view(app, home)).collect();
    Ok(Answer::ok(Page { items, next_cursor }))
}

pub async fn get(call: Call<GetContact>) -> Result<Answer<ContactDetail>, Failure> {
    Ok(Answer::ok(
        detail(&call.app, call.caller.company()?, &call.id).await?,
    ))
}

pub async fn detail(app: &App, company: &CompanyId, id: &ContactId) -> Result<ContactDetail, Failure> {
    let home = home(app, company).await?;
    let rows = app
        .database
        .commit(vec![
            store::one(company, id),
            store::conversations_of(company, id),
            store::consent_of(company, id),
        ])
        .await?;
    let [contact, conversations, consent] = rows.as_slice() else {
        return Err(ProblemCode::NotFound.into());
    };
    let contact = contact.first::<ContactRow>()?.ok_or(ProblemCode::NotFound)?;
    let conversations = conversations.all::<ContactConversationRow>()?;
    let consent = consent.all::<ConsentRow>()?;
    Ok(ContactDetail {
        contact: contact.into_view(app, home),
        conversations: conversations
            .into_iter()
            .map(|row| row.into_view(app, home))
            .collect(),
        consent: consent.into_iter().map(|row| row.into_view(app, home)).collect(),
    })
}

pub async fn tags(call: Call<ListTags>) -> Result<Answer<Vec<TagView>>, Failure> {
    let statement = store::tags(call.caller.company()?);
    Ok(Answer::ok(call.app.database.query(statement).await?.all()?))
}
