//! A place that somebody shared, as WhatsApp sends it: degrees, and perhaps a name and an address.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Place {
    /// Degrees as they were written; read by [`Place::parse`], so they are numbers of this earth.
    latitude: String,
    longitude: String,
    /// What stands there: a shop's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

impl Place {
    /// `None` for degrees that lie nowhere: they would become part of an address on the web.
    pub fn parse(
        latitude: &str,
        longitude: &str,
        label: Option<String>,
        address: Option<String>,
    ) -> Option<Self> {
        let degrees = |text: &str, most: f64| {
            let plain = |b: u8| b.is_ascii_digit() || matches!(b, b'.' | b'-');
            let text = text.trim();
            let number = text.parse::<f64>().ok().filter(|_| text.bytes().all(plain))?;
            (number.abs() <= most).then(|| text.to_owned())
        };
        Some(Self {
            latitude: degrees(latitude, 90.0)?,
            longitude: degrees(longitude, 180.0)?,
            label,
            address,
        })
    }

    pub fn latitude(&self) -> &str {
        &self.latitude
    }

    pub fn longitude(&self) -> &str {
        &self.longitude
    }

    /// For readers that know nothing of places: name, address, and a `geo:` address (RFC 5870), a line each.
    pub fn to_text(&self) -> String {
        let geo = format!("geo:{},{}", self.latitude, self.longitude);
        let lines: Vec<&str> = [self.label.as_deref(), self.address.as_deref(), Some(&geo)]
            .into_iter()
            .flatten()
            .filter(|line| !line.is_empty())
            .collect();
        lines.join("\n")
    }

    /// What was written beside the place, of a text that ends with [`Place::to_text`].
    pub fn words_beside<'a>(&self, text: &'a str) -> &'a str {
        text.strip_suffix(&self.to_text()).unwrap_or(text).trim_end()
    }

    /// The place on OpenStreetMap, with a pin.
    pub fn map_url(&self) -> String {
        let (latitude, longitude) = (&self.latitude, &self.longitude);
        format!(
            "https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=17/{latitude}/{longitude}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_place_is_a_text_and_an_address_on_a_map() {
        let place = Place::parse("48.8566", "2.3522", Some("Boulangerie".to_owned()), None).unwrap();
        assert_eq!(place.to_text(), "Boulangerie\ngeo:48.8566,2.3522");
        assert_eq!(
            place.words_beside("Je suis ici\nBoulangerie\ngeo:48.8566,2.3522"),
            "Je suis ici"
        );
        assert_eq!(place.words_beside("Boulangerie\ngeo:48.8566,2.3522"), "");
        assert_eq!(
            place.map_url(),
            "https://www.openstreetmap.org/?mlat=48.8566&mlon=2.3522#map=17/48.8566/2.3522"
        );
    }

    #[test]
    fn degrees_that_lie_nowhere_are_no_place() {
        for (latitude, longitude) in [
            ("91", "0"),
            ("0", "180.5"),
            ("", "0"),
            ("NaN", "0"),
            ("1e1", "0"),
            ("0&x=1", "2"),
            ("inf", "0"),
        ] {
            assert_eq!(
                Place::parse(latitude, longitude, None, None),
                None,
                "{latitude} {longitude}"
            );
        }
    }
}
