//! A list on its way in: each recipient read, its number found, doubles seen, and stored a thousand at a time.

use std::collections::{BTreeMap, HashMap, HashSet};

use contract::ProblemCode;
use domain::campaign::MOST_RECIPIENTS;
use domain::ids::{CampaignId, CompanyId};
use domain::{Address, PhoneNumber, Region, numbering, template, zones};
use serde::{Deserialize, Serialize};

use super::store::recipients;
use crate::sending::rules::Allowed;
use crate::{App, Failure, Fault};

/// Rows in one statement.
const BATCH: usize = 1000;
/// Of a text that is no number, this much is kept to be shown.
const LONGEST_SHOWN: usize = 64;
/// So many first digits decide a number's country and zone.
const PLACE_DIGITS: usize = 8;

/// A recipient in either program's words; a spreadsheet may have made a number of its number.
#[derive(Deserialize)]
struct Recipient {
    #[serde(alias = "phone", alias = "to")]
    phone_number: Option<Scalar>,
    name: Option<Scalar>,
    variables: Option<BTreeMap<String, Option<Scalar>>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    Integer(i64),
    Number(f64),
    Boolean(bool),
}

impl Scalar {
    fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Integer(number) => number.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Boolean(yes) => yes.to_string(),
        }
    }
}

/// As it is stored: short names, for it is written a hundred thousand times.
#[derive(Serialize)]
struct Row {
    #[serde(rename = "p")]
    position: usize,
    #[serde(rename = "a")]
    address: String,
    /// What consent is asked of.
    #[serde(rename = "i", skip_serializing_if = "Option::is_none")]
    identity: Option<String>,
    #[serde(rename = "n", skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(rename = "v", skip_serializing_if = "BTreeMap::is_empty")]
    variables: BTreeMap<String, String>,
    #[serde(rename = "z")]
    zone: String,
    #[serde(rename = "e", skip_serializing_if = "Option::is_none")]
    error: Option<ProblemCode>,
}

/// Where a number is at home.
#[derive(Clone)]
struct Place {
    zone: String,
    allowed: bool,
}

pub struct Incoming<'a> {
    app: &'a App,
    company: &'a CompanyId,
    campaign: &'a CampaignId,
    home: Region,
    allowed: Allowed,
    /// Numbers seen so far, eight bytes each.
    seen: HashSet<u64>,
    by_digits: HashMap<String, Place>,
    zones: HashSet<String>,
    rows: Vec<Row>,
    pub total: usize,
}

impl<'a> Incoming<'a> {
    pub fn new(
        app: &'a App,
        company: &'a CompanyId,
        campaign: &'a CampaignId,
        home: Region,
        allowed: Allowed,
    ) -> Self {
        Self {
            app,
            company,
            campaign,
            home,
            allowed,
            seen: HashSet::new(),
            by_digits: HashMap::new(),
            zones: HashSet::new(),
            rows: Vec::new(),
            total: 0,
        }
    }

    /// One recipient's JSON.
    pub fn take(&mut self, item: &[u8]) -> Result<(), Failure> {
        if self.total == MOST_RECIPIENTS {
            return Err(ProblemCode::TooManyRecipients.into());
        }
        let recipient: Recipient =
            serde_json::from_slice(item).map_err(|_| Failure::from(ProblemCode::MalformedRequest))?;
        let text = recipient.phone_number.map(Scalar::into_text).unwrap_or_default();
        let text = text.trim();
        let bare = text.strip_prefix("whatsapp:").unwrap_or(text);
        let (address, zone, error) = match numbering::parse(bare, &self.home) {
            Ok(number) => {
                let place = self.place_of(&number);
                let digits = number.as_str().trim_start_matches('+').parse().unwrap_or(0);
                let error = if !self.seen.insert(digits) {
                    Some(ProblemCode::DuplicateRecipient)
                } else if !place.allowed {
                    Some(ProblemCode::CountryNotAllowed)
                } else {
                    None
                };
                (Ok(number), place.zone, error)
            }
            Err(_) => (
                Err(text.chars().take(LONGEST_SHOWN).collect()),
                String::new(),
                Some(ProblemCode::InvalidPhoneNumber),
            ),
        };
        if error.is_none() && !self.zones.contains(&zone) {
            self.zones.insert(zone.clone());
        }
        let given = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let variables = recipient.variables.into_iter().flatten();
        self.rows.push(Row {
            position: self.total,
            identity: address.as_ref().ok().map(ToString::to_string),
            address: address.map_or_else(|text: String| text, String::from),
            name: recipient.name.map(Scalar::into_text).and_then(given),
            variables: variables
                .filter_map(|(name, value)| Some((template::key(&name), given(value?.into_text())?)))
                .collect(),
            zone,
            error,
        });
        self.total += 1;
        Ok(())
    }

    fn place_of(&mut self, number: &PhoneNumber) -> Place {
        let digits: String = number.as_str().chars().skip(1).take(PLACE_DIGITS).collect();
        let allowed = &self.allowed;
        let place = self.by_digits.entry(digits).or_insert_with(|| Place {
            zone: zones::zone_of(number).map_or_else(String::new, |zone| zone.name().to_owned()),
            allowed: allowed.takes(number),
        });
        place.clone()
    }

    /// Stores what has gathered, once it is worth a statement.
    pub async fn store_when_full(&mut self) -> Result<(), Failure> {
        if self.rows.len() < BATCH {
            return Ok(());
        }
        self.store().await
    }

    /// Stores the rest; answers every zone that somebody lives in.
    pub async fn finish(mut self) -> Result<(usize, Vec<String>), Failure> {
        self.store().await?;
        let mut zones: Vec<_> = self.zones.into_iter().collect();
        zones.sort();
        Ok((self.total, zones))
    }

    async fn store(&mut self) -> Result<(), Failure> {
        let rows = serde_json::to_string(&self.rows).map_err(|error| Fault::Internal(error.to_string()))?;
        self.rows.clear();
        self.app
            .database
            .query(recipients::insert(self.company, self.campaign, rows))
            .await?;
        Ok(())
    }
}

/// The address that Twilio is to write to.
pub fn address(number: PhoneNumber, whatsapp: bool) -> Address {
    if whatsapp {
        Address::Whatsapp(number)
    } else {
        Address::Number(number)
    }
}
