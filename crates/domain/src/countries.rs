//! The countries that a company writes to. Who steals an account's credentials writes to dear numbers far away: what
//! the company never needs is best shut.

use crate::Region;

/// The European Economic Area, its small neighbours, Switzerland and the United Kingdom; the French departments and
/// territories overseas; the United States and Canada. Messages there cost little, and nobody shares in the price.
const NEAR: &str = "\
ATBEBGCHCYCZDEDKEEESFIFRGBGRHRHUIEISITLILTLULVMTNLNOPLPTROSESISK\
ADAXFOGGGIIMJEMCSMVA\
BLGFGPMFMQNCPFPMREWFYT\
CAUS";

/// What a company that has chosen nothing writes to: the countries of its own numbers and those near.
pub fn usual(own: impl IntoIterator<Item = Region>) -> Vec<Region> {
    let near = NEAR
        .as_bytes()
        .chunks_exact(2)
        .filter_map(|code| std::str::from_utf8(code).ok()?.parse().ok());
    let mut countries: Vec<Region> = own.into_iter().chain(near).collect();
    countries.sort_unstable();
    countries.dedup();
    countries
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_company_writes_to_its_own_countries_and_those_near() {
        let own: Region = "AU".parse().unwrap();
        let countries = usual([own, Region::FR, own]);
        assert_eq!(countries.len(), NEAR.len() / 2 + 1);
        for code in ["AU", "FR", "RE", "BE", "CA"] {
            assert!(countries.contains(&code.parse().unwrap()), "{code}");
        }
        for code in ["CU", "SO", "LY"] {
            assert!(!countries.contains(&code.parse().unwrap()), "{code}");
        }
    }
}
