//! How a company and each of its numbers take calls.

use contract::calls::{
    AllCallRules, CallRejected, Colleague, CompanyCallRules, GetCallRules, NumberCallRules, NumberWithRules,
    SetCompanyCallRules, SetNumberCallRules,
};
use contract::{Endpoint, ProblemCode};
use domain::call_destination::CallDestination;
use domain::ids::CompanyId;
use domain::zones::{Zone, zone_of};
use domain::{Address, AuditAction, Language, Region, Timestamp, numbering};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::identity::{self, IdentityRow};
use super::outside;
use super::store::CallRow;
use super::token::of_browsers;
use crate::audit::Entry;
use crate::integrations::store::{self as integrations, IntegrationRow};
use crate::ports::database::Statement;
use crate::web::{Answer, Call};
use crate::{App, Failure, Fault, Refusal};

const RING_SECONDS: std::ops::RangeInclusive<u32> = 5..=60;
/// Ten years at most: what is kept longer is kept for ever.
const KEPT_DAYS: std::ops::RangeInclusive<u32> = 1..=3650;
/// Countries in which a caller is greeted in French.
const FRENCH: [&str; 13] = [
    "FR", "MC", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "NC", "PF", "WF",
];
const MOST_GREETING: usize = 1000;

#[derive(Deserialize)]
struct RulesRow {
    number: String,
    rules: String,
}

/// A company's rules, and those of its numbers.
#[derive(Default)]
pub struct Rules(Vec<RulesRow>);

fn of_company(company: &CompanyId) -> Statement {
    Statement::new("SELECT number, rules FROM call_rules WHERE company_id = ?1").bind(company)
}

impl Rules {
    pub async fn of(app: &App, company: &CompanyId) -> Result<Self, Failure> {
        Ok(Self(app.database.query(of_company(company)).await?.all()?))
    }

    fn read<T: DeserializeOwned>(&self, number: &str, default: impl FnOnce() -> T) -> Result<T, Fault> {
        let row = self.0.iter().find(|row| row.number == number);
        row.map_or_else(
            || Ok(default()),
            |row| {
                serde_json::from_str(&row.rules)
                    .map_err(|error| Fault::Storage(format!("call rules: {error}")))
            },
        )
    }

    pub fn company(&self) -> Result<CompanyCallRules, Fault> {
        self.read("", CompanyCallRules::default)
    }

    pub fn number(&self, number: &Address) -> Result<NumberCallRules, Fault> {
        self.read(&number.to_string(), || of_country(number))
    }
}

/// In which language the parties of this call hear that it is recorded, if they are to.
pub async fn notice_of(app: &App, call: &CallRow) -> Result<Option<Language>, Failure> {
    if !call.notice {
        return Ok(None);
    }
    let rules = Rules::of(app, &call.company_id).await?;
    Ok(Some(rules.number(&call.number)?.language))
}

/// Until somebody chooses: the language and the clock of the number's country.
fn of_country(number: &Address) -> NumberCallRules {
    let mut rules = NumberCallRules::default();
    if let Some(number) = number.phone_number() {
        let speaks_french =
            numbering::region_of(number).is_some_and(|region| FRENCH.contains(&region.as_str()));
        rules.language = if speaks_french { Language::Fr } else { Language::En };
        if let Some(zone) = zone_of(number) {
            rules.zone = zone.name().to_owned();
        }
    }
    rules
}

/// Whether people answer now; a zone that is no longer known does not close anybody.
pub fn is_open(rules: &NumberCallRules, now: Timestamp) -> bool {
    Zone::parse(&rules.zone).map_or(true, |zone| rules.hours.is_open(zone.local(now)))
}

pub async fn get(call: Call<GetCallRules>) -> Result<Answer<AllCallRules>, Failure> {
    all(&call).await
}

pub async fn set_company(call: Call<SetCompanyCallRules>) -> Result<Answer<AllCallRules>, Failure> {
    let mut rules = call.body.clone();
    for country in &mut rules.countries {
        let region: Region = country
            .parse()
            .map_err(|_| Refusal::new(ProblemCode::InvalidRegion).at("countries"))?;
        *country = region.to_string();
    }
    for (cap, field) in [
        (rules.daily_calls_of_user, "daily_calls_of_user"),
        (rules.daily_calls, "daily_calls"),
    ] {
        if !(0..=100_000).contains(&cap) {
            return Err(Refusal::new(ProblemCode::InvalidField).at(field).into());
        }
    }
    if rules
        .keep_recordings_days
        .is_some_and(|days| !KEPT_DAYS.contains(&days))
    {
        return Err(Refusal::new(ProblemCode::InvalidField)
            .at("keep_recordings_days")
            .into());
    }
    keep(&call, "", &rules, "").await
}

pub async fn set_number(call: Call<SetNumberCallRules>) -> Result<Answer<AllCallRules>, Failure> {
    let company = call.caller.company()?;
    let (address, region) = number(&call.app, company, &call.id)
        .await?
        .ok_or(ProblemCode::NotFound)?;
    let mut rules = call.body.clone();
    let refuse = |field| Failure::from(Refusal::new(ProblemCode::InvalidField).at(field));
    rules.hours.check().map_err(|_| refuse("hours"))?;
    Zone::parse(&rules.zone).map_err(|_| refuse("zone"))?;
    if !RING_SECONDS.contains(&rules.ring_seconds) {
        return Err(refuse("ring_seconds"));
    }
    for (text, field) in [
        (&rules.greeting, "greeting"),
        (&rules.closed_greeting, "closed_greeting"),
    ] {
        if text.chars().count() > MOST_GREETING {
            return Err(refuse(field));
        }
    }
    rules.forward_to = match rules.forward_to.as_deref().map(str::trim) {
        None | Some("") => None,
        Some(text) => Some(forward(&call, company, text, &region).await?),
    };
    keep(&call, &address.to_string(), &rules, &address.to_string()).await
}

/// Whom a caller is forwarded to is called at the company's expense, as anybody else.
async fn forward<E: Endpoint>(
    call: &Call<E>,
    company: &CompanyId,
    text: &str,
    home: &Region,
) -> Result<String, Failure> {
    let rules = Rules::of(&call.app, company).await?.company()?;
    let code = match outside::whom(text, home, &rules) {
        Ok(CallDestination::Number(number)) => return Ok(number.to_string()),
        Ok(CallDestination::Colleague(_)) | Err(CallRejected::Invalid) => ProblemCode::InvalidPhoneNumber,
        Err(_) => ProblemCode::CallRefused,
    };
    Err(Refusal::new(code).at("forward_to").into())
}

async fn keep<E: Endpoint>(
    call: &Call<E>,
    number: &str,
    rules: &(impl serde::Serialize + Sync),
    subject: &str,
) -> Result<Answer<AllCallRules>, Failure> {
    let company = call.caller.company()?;
    let text = serde_json::to_string(rules).map_err(|error| Fault::Internal(error.to_string()))?;
    let write = Statement::new(
        "INSERT INTO call_rules (company_id, number, rules) VALUES (?1, ?2, ?3)
         ON CONFLICT (company_id, number) DO UPDATE SET rules = excluded.rules",
    )
    .bind(company)
    .bind(number)
    .bind(text);
    let entry = Entry::new(&call.app, company, &call.caller, AuditAction::ChangeSettings).subject(subject);
    call.app.database.commit(vec![write, entry.statement()]).await?;
    all(call).await
}

/// A number of the company, by its id.
async fn number(
    app: &App,
    company: &CompanyId,
    id: &domain::ids::NumberId,
) -> Result<Option<(Address, Region)>, Failure> {
    let rows = app.database.query(integrations::of_company(company)).await?;
    for row in rows.all::<IntegrationRow>()? {
        if let Some(number) = row.numbers()?.into_iter().find(|number| number.id == *id) {
            return Ok(Some((number.address, row.default_region)));
        }
    }
    Ok(None)
}

async fn all<E: Endpoint>(call: &Call<E>) -> Result<Answer<AllCallRules>, Failure> {
    let company = call.caller.company()?;
    let batch = vec![
        of_company(company),
        integrations::of_company(company),
        identity::of_company(company),
    ];
    let rows = call.app.database.commit(batch).await?;
    let [rules, integrations, identities] = rows.as_slice() else {
        return Err(Fault::Storage("rows are missing".to_owned()).into());
    };
    let rules = Rules(rules.all()?);
    let integrations = integrations.all::<IntegrationRow>()?;
    let browsers = of_browsers(&integrations).map(|row| &row.account_sid);
    let mut numbers = Vec::new();
    for row in &integrations {
        for number in row.number_views()? {
            if matches!(number.address, Address::Number(_)) {
                numbers.push(NumberWithRules {
                    rings_browsers: browsers == Some(&row.account_sid),
                    rules: rules.number(&number.address)?,
                    id: number.id,
                    address: number.address,
                    display: number.display,
                });
            }
        }
    }
    let colleagues = identities.all::<IdentityRow>()?.into_iter().map(|row| Colleague {
        user_id: row.user_id,
        name: row.name,
        identity: row.identity,
    });
    Ok(Answer::ok(AllCallRules {
        company: rules.company()?,
        numbers,
        colleagues: colleagues.collect(),
    }))
}
