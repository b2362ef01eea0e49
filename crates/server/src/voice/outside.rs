//! Whom a company may dial at its expense, and how often in a day: asked by every way on which a call goes out, because
//! one that does not ask is the one a fraudster finds.

use contract::calls::{CallRejected, CompanyCallRules};
use domain::call_destination::{CallDestination, CallRefused, destination};
use domain::ids::{CompanyId, MessageId, UserId};
use domain::{Region, Timestamp};
use serde::Deserialize;

use crate::figures::spending;
use crate::ports::database::Statement;
use crate::{App, Failure, Fault};

const DAY_MS: i64 = 86_400_000;

/// `text` as it was dialled, read in `home`.
pub fn whom(text: &str, home: &Region, rules: &CompanyCallRules) -> Result<CallDestination, CallRejected> {
    let allowed: Vec<Region> = rules
        .countries
        .iter()
        .filter_map(|code| code.parse().ok())
        .collect();
    destination(text.trim(), home, &allowed).map_err(|refused| match refused {
        CallRefused::Emergency => CallRejected::Emergency,
        CallRefused::Premium => CallRejected::Premium,
        CallRefused::Country => CallRejected::Country,
        CallRefused::Invalid => CallRejected::Invalid,
    })
}

/// Whether the day's calls or the month's money are used up. `user`: who dials; nobody, when a rule does.
pub async fn is_refused(
    app: &App,
    company: &CompanyId,
    user: Option<&UserId>,
    rules: &CompanyCallRules,
) -> Result<Option<CallRejected>, Failure> {
    #[derive(Deserialize)]
    struct Dialled {
        of_user: i64,
        of_all: i64,
    }
    let batch = vec![
        count(company, user, &begin_of_day(app.now())),
        spending::is_spent(company, app.now()),
    ];
    let rows = app.database.commit(batch).await?;
    let [dialled, spent] = rows.as_slice() else {
        return Err(Fault::Storage("not every answer came back".to_owned()).into());
    };
    if spending::read(spent)? {
        return Ok(Some(CallRejected::Spent));
    }
    let is_over = dialled.first::<Dialled>()?.is_some_and(|dialled| {
        dialled.of_user >= rules.daily_calls_of_user || dialled.of_all >= rules.daily_calls
    });
    Ok(is_over.then_some(CallRejected::Cap))
}

/// Today's, by the ids' own time.
fn begin_of_day(now: Timestamp) -> MessageId {
    let now = now.as_millis();
    MessageId::new(Timestamp::from_millis(now - now.rem_euclid(DAY_MS)), 0)
}

fn count(company: &CompanyId, user: Option<&UserId>, since: &MessageId) -> Statement {
    Statement::new(
        "SELECT (SELECT count(*) FROM dialled_outside INDEXED BY dialled_by_user
             WHERE company_id = ?1 AND user_id = ?2 AND id >= ?3) AS of_user,
           (SELECT count(*) FROM dialled_outside INDEXED BY dialled_by_company
             WHERE company_id = ?1 AND id >= ?3) AS of_all",
    )
    .bind(company)
    .bind(user)
    .bind(since)
}

/// Of the batch that decides to dial: before Twilio is asked.
pub fn note(app: &App, company: &CompanyId, user: Option<&UserId>) -> Statement {
    Statement::new("INSERT INTO dialled_outside (id, company_id, user_id) VALUES (?1, ?2, ?3)")
        .bind(&app.new_id(MessageId::new))
        .bind(company)
        .bind(user)
}

/// The same of a call that is placed: once, however often its webhook comes, and not of one that was turned away.
pub fn note_placed(call: &MessageId) -> Statement {
    Statement::new(
        "INSERT INTO dialled_outside (id, company_id, user_id)
         SELECT id, company_id, user_id FROM calls WHERE id = ?1 AND rejected IS NULL
         ON CONFLICT DO NOTHING",
    )
    .bind(call)
}

/// Part of the minute's sweep: what no day counts any more.
pub fn forget(now: Timestamp) -> Statement {
    Statement::new("DELETE FROM dialled_outside WHERE id < ?1").bind(&begin_of_day(now))
}
