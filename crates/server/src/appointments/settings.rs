//! A company's zone, the language it writes to clients in, and how long before an appointment it reminds.

use std::time::Duration;

use contract::ProblemCode;
use contract::appointments::{AppointmentSettings, ChangeAppointmentSettings, GetAppointmentSettings};
use domain::ids::CompanyId;
use domain::zones::{Zone, zone_of};
use domain::{Address, AuditAction, Language};
use serde::Deserialize;

use super::{reminders, when};
use crate::audit::Entry;
use crate::integrations::senders::Senders;
use crate::integrations::store as integrations;
use crate::ports::database::{Rows, Statement};
use crate::web::{Answer, Call};
use crate::{App, Failure, Fault, Refusal};

const A_DAY: i64 = 24 * 60;
/// Four weeks.
const LONGEST_LEAD: i64 = 28 * A_DAY;

pub struct Settings {
    pub zone: Zone,
    pub language: Language,
    pub reminder_minutes: i64,
}

impl Settings {
    pub fn lead(&self) -> Option<Duration> {
        let minutes = u64::try_from(self.reminder_minutes).unwrap_or(0);
        (minutes > 0).then(|| Duration::from_secs(minutes * 60))
    }

    fn view(&self, app: &App) -> AppointmentSettings {
        AppointmentSettings {
            zone: self.zone.name().to_owned(),
            language: self.language,
            reminder_minutes: self.reminder_minutes,
            now: self.zone.local(app.now()),
        }
    }
}

pub fn of_company(company: &CompanyId) -> Statement {
    Statement::new("SELECT zone, language, reminder_minutes FROM appointment_settings WHERE company_id = ?1")
        .bind(company)
}

fn put(company: &CompanyId, settings: &Settings) -> Statement {
    Statement::new(
        "INSERT INTO appointment_settings (company_id, zone, language, reminder_minutes) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (company_id) DO UPDATE SET
           zone = excluded.zone, language = excluded.language, reminder_minutes = excluded.reminder_minutes",
    )
    .bind(company)
    .bind(settings.zone.name())
    .bind(settings.language.as_str())
    .bind(settings.reminder_minutes)
}

/// From the rows of [`of_company`]; until somebody chooses, a company is where its number is.
pub fn read(rows: &Rows, senders: &Senders, app: &App) -> Result<Settings, Fault> {
    #[derive(Deserialize)]
    struct Row {
        zone: Zone,
        language: Language,
        reminder_minutes: i64,
    }
    if let Some(row) = rows.first::<Row>()? {
        return Ok(Settings {
            zone: row.zone,
            language: row.language,
            reminder_minutes: row.reminder_minutes,
        });
    }
    let speaks_english = ["US", "GB", "IE", "AU", "NZ"].contains(&senders.region(app).as_str());
    Ok(Settings {
        zone: senders.first().and_then(home_of).unwrap_or_else(Zone::utc),
        language: if speaks_english {
            Language::En
        } else {
            Language::Fr
        },
        reminder_minutes: A_DAY,
    })
}

fn home_of(address: &Address) -> Option<Zone> {
    match address {
        Address::Number(number) | Address::Whatsapp(number) => zone_of(number),
        _ => None,
    }
}

pub async fn find(app: &App, company: &CompanyId) -> Result<(Settings, Senders), Failure> {
    let batch = vec![of_company(company), integrations::of_company(company)];
    let rows = app.database.commit(batch).await?;
    let [settings, senders] = rows.as_slice() else {
        return Err(Fault::Storage("not every answer came back".to_owned()).into());
    };
    let senders = Senders::read(senders.all()?)?;
    Ok((read(settings, &senders, app)?, senders))
}

pub async fn get(call: Call<GetAppointmentSettings>) -> Result<Answer<AppointmentSettings>, Failure> {
    let (settings, _) = find(&call.app, call.caller.company()?).await?;
    Ok(Answer::ok(settings.view(&call.app)))
}

pub async fn change(call: Call<ChangeAppointmentSettings>) -> Result<Answer<AppointmentSettings>, Failure> {
    let company = call.caller.company()?;
    let (mut settings, _) = find(&call.app, company).await?;
    if let Some(name) = &call.body.zone {
        settings.zone = when::zone(name, "zone")?;
    }
    settings.language = call.body.language.unwrap_or(settings.language);
    if let Some(minutes) = call.body.reminder_minutes {
        if !(0..=LONGEST_LEAD).contains(&minutes) {
            return Err(Refusal::new(ProblemCode::InvalidField)
                .at("reminder_minutes")
                .into());
        }
        settings.reminder_minutes = minutes;
    }
    let entry = Entry::new(&call.app, company, &call.caller, AuditAction::ChangeSettings)
        .subject("appointments")
        .detail("zone", Some(settings.zone.name()))
        .detail("language", Some(settings.language.as_str()))
        .detail("reminder_minutes", Some(settings.reminder_minutes));
    let batch = vec![put(company, &settings), entry.statement()];
    call.app.database.commit(batch).await?;
    if call.body.reminder_minutes.is_some() {
        reminders::move_all(&call).await?;
    }
    Ok(Answer::ok(settings.view(&call.app)))
}
