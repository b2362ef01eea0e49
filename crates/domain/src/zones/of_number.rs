//! Where a number's owner probably is, by its beginning: the country, in North America the area code. A mobile
//! travels, so this is a guess for quiet hours and defaults, never a fact.

use super::Zone;
use crate::PhoneNumber;

const PREFIXES: &str = include_str!("prefixes.txt");

/// `None` for numbers of no one country (satellite phones, international toll-free).
pub fn zone_of(number: &PhoneNumber) -> Option<Zone> {
    let digits = number.as_str().trim_start_matches('+');
    let name = PREFIXES
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let (name, prefixes) = line.split_once(' ')?;
            let longest = prefixes
                .split(' ')
                .filter(|prefix| digits.starts_with(prefix))
                .map(str::len)
                .max()?;
            Some((longest, name))
        })
        .max()?
        .1;
    Zone::parse(name).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn of(number: &str) -> Option<String> {
        zone_of(&PhoneNumber::from_e164(number).unwrap()).map(|zone| zone.name().to_owned())
    }

    #[test]
    fn a_number_is_where_its_country_or_area_code_is() {
        for (number, zone) in [
            ("+33612345678", "Europe/Paris"),
            ("+262692123456", "Indian/Reunion"),
            ("+262639123456", "Indian/Mayotte"),
            ("+590690123456", "America/Guadeloupe"),
            ("+594694123456", "America/Cayenne"),
            ("+18199754345", "America/Toronto"),
            ("+16045550123", "America/Vancouver"),
            ("+12125550123", "America/New_York"),
            ("+18085550123", "Pacific/Honolulu"),
            ("+447400123456", "Europe/London"),
            ("+353850123456", "Europe/Dublin"),
            ("+61412345678", "Australia/Sydney"),
            ("+5511961234567", "America/Sao_Paulo"),
        ] {
            assert_eq!(of(number).as_deref(), Some(zone), "{number}");
        }
        assert_eq!(of("+881612345678"), None);
    }

    #[test]
    fn every_zone_of_the_table_exists_and_no_beginning_is_listed_twice() {
        let mut seen = std::collections::BTreeSet::new();
        for line in PREFIXES.lines().filter(|line| !line.starts_with('#')) {
            let mut parts = line.split(' ');
            let name = parts.next().unwrap();
            assert_eq!(Zone::parse(name).unwrap().name(), name);
            for prefix in parts {
                assert!(seen.insert(prefix), "{prefix}");
            }
        }
        assert!(seen.len() > 500);
    }
}
