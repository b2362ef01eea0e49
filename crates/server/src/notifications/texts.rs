//! The texts of a company: ours, until it writes its own.

use contract::ProblemCode;
use contract::notifications::{ChangeNotificationText, ListNotificationTexts, NotificationText};
use domain::notification::NotificationKind;
use domain::{AuditAction, Language};

use super::store::{self, TextRow};
use super::values;
use crate::audit::Entry;
use crate::sending::draft;
use crate::web::{Answer, Call};
use crate::{Failure, Refusal};

pub async fn list(call: Call<ListNotificationTexts>) -> Result<Answer<Vec<NotificationText>>, Failure> {
    let rows = call
        .app
        .database
        .query(store::of_company(call.caller.company()?))
        .await?;
    let texts = rows.all::<TextRow>()?;
    let views = NotificationKind::ALL
        .into_iter()
        .flat_map(|kind| [(kind, Language::Fr), (kind, Language::En)])
        .map(|(kind, language)| {
            let text = values::text(&texts, kind, language);
            NotificationText {
                kind,
                language,
                is_edited: text != kind.default_text(language),
                text: text.to_owned(),
            }
        });
    Ok(Answer::ok(views.collect()))
}

pub async fn change(call: Call<ChangeNotificationText>) -> Result<Answer<NotificationText>, Failure> {
    let company = call.caller.company()?;
    let (kind, language) = (call.body.kind, call.body.language);
    let ours = kind.default_text(language);
    let text = match call.body.text.trim() {
        "" => ours.to_owned(),
        text => draft::body(text, "text")?.as_str().to_owned(),
    };
    if let Some(unknown) = kind.unknown_variables(&text).into_iter().next() {
        return Err(Refusal::new(ProblemCode::UnknownVariable).named(unknown).into());
    }
    let statement = if text == ours {
        store::forget(company, kind, language)
    } else {
        store::put(company, kind, language, &text)
    };
    let entry = Entry::new(&call.app, company, &call.caller, AuditAction::ChangeNotification)
        .subject(kind.as_str())
        .detail("language", Some(language.as_str()))
        .detail("text", Some(&text));
    call.app
        .database
        .commit(vec![statement, entry.statement()])
        .await?;
    Ok(Answer::ok(NotificationText {
        kind,
        language,
        is_edited: text != ours,
        text,
    }))
}
