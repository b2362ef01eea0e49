//! What the panel and the older front ends ask before anything else.

use contract::config::{Config, Features, GetConfig};
use contract::integrations::{Capabilities, NumberView};
use domain::{Address, Language};

use super::store::{self, IntegrationRow};
use crate::Failure;
use crate::web::{Answer, Call};

pub async fn get(call: Call<GetConfig>) -> Result<Answer<Config>, Failure> {
    let rows = call
        .app
        .database
        .query(store::of_company(call.caller.company()?))
        .await?
        .all::<IntegrationRow>()?;
    let mut numbers = Vec::new();
    for row in rows.iter().filter(|row| row.is_active) {
        numbers.extend(row.number_views()?);
    }
    // The default integration may be inactive: shown is what a message really leaves from.
    let chosen = numbers
        .iter()
        .position(|number| !matches!(number.address, Address::Whatsapp(_)));
    for (position, number) in numbers.iter_mut().enumerate() {
        number.is_default = Some(position) == chosen;
    }
    let region = rows
        .first()
        .map_or(call.app.settings.default_region, |row| row.default_region);
    Ok(Answer::ok(Config {
        default_region: region.to_string(),
        languages: [Language::Fr, Language::En]
            .map(|language| language.as_str().to_owned())
            .into(),
        public_url: call.meta.public_url.clone(),
        features: features(&rows, &numbers),
        numbers,
    }))
}

fn features(rows: &[IntegrationRow], numbers: &[NumberView]) -> Features {
    let whatsapp = |number: &NumberView| matches!(number.address, Address::Whatsapp(_));
    let some = |can: fn(&Capabilities) -> bool| {
        let mut texting = numbers.iter().filter(|number| !whatsapp(number));
        texting.any(|number| number.capabilities.as_ref().is_none_or(can))
    };
    Features {
        sms: some(|can| can.sms),
        mms: some(|can| can.mms),
        whatsapp: numbers.iter().any(whatsapp),
        voice: rows.iter().any(|row| row.is_active && row.can_place_calls()),
    }
}
