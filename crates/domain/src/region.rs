//! A country that has a numbering plan, by its ISO 3166-1 alpha-2 code: how a number without `+` is read.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Every region of libphonenumber's metadata, two letters each: ISO's countries, and `AC`, `TA`, `XK`.
const KNOWN: &str = "\
ACADAEAFAGAIALAMAOARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBWBYBZCACCCDCFCGCHCICKCLCMCNCOCR\
CUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGTGUGWGYHKHNHRHTHUID\
IEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQ\
MRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSI\
SJSKSLSMSNSOSRSSSTSVSXSYSZTATCTDTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUSUYUZVAVCVEVGVIVNVUWFWSXKYEYTZAZMZW";

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Region([u8; 2]);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a region is two letters of ISO 3166, such as FR or CA")]
pub struct InvalidRegion;

impl Region {
    pub const FR: Self = Self(*b"FR");

    /// In the order of their codes.
    pub fn all() -> impl Iterator<Item = Self> {
        let (codes, _) = KNOWN.as_bytes().as_chunks();
        codes.iter().copied().map(Self)
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl std::str::FromStr for Region {
    type Err = InvalidRegion;

    fn from_str(text: &str) -> Result<Self, InvalidRegion> {
        let letters: [u8; 2] = text.trim().as_bytes().try_into().map_err(|_| InvalidRegion)?;
        let asked = Self(letters.map(|letter| letter.to_ascii_uppercase()));
        Self::all().find(|known| *known == asked).ok_or(InvalidRegion)
    }
}

impl TryFrom<String> for Region {
    type Error = InvalidRegion;
    fn try_from(text: String) -> Result<Self, InvalidRegion> {
        text.parse()
    }
}

impl From<Region> for String {
    fn from(region: Region) -> Self {
        region.as_str().to_owned()
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Region({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_region_is_read_in_any_case_and_written_in_capitals() {
        assert_eq!(" fr ".parse(), Ok(Region::FR));
        assert_eq!("ca".parse::<Region>().unwrap().to_string(), "CA");
    }

    #[cfg(feature = "numbering")]
    #[test]
    fn the_regions_are_those_that_have_a_numbering_plan() {
        let mut codes: Vec<String> = rlibphonenumber::PHONE_NUMBER_UTIL
            .get_supported_regions()
            .map(|region| region.as_region_str().to_string())
            .collect();
        codes.sort();
        assert_eq!(KNOWN, codes.concat());
    }

    #[test]
    fn what_is_no_country_is_refused() {
        for text in ["", "F", "FRA", "ZZ", "RF", "é", "33"] {
            assert_eq!(text.parse::<Region>(), Err(InvalidRegion), "{text}");
        }
    }
}
