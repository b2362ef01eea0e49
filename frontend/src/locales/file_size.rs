//! The size of a file, as people of a language write it.

use domain::Language;

/// Decimal units, as the limits are given in: `950 KB`, `1,2 Mo`.
pub fn file_size(bytes: u64, language: Language) -> String {
    let (kilo, mega, point) = match language {
        Language::En => ("KB", "MB", '.'),
        Language::Fr => ("Ko", "Mo", ','),
    };
    if bytes < 999_500 {
        return format!("{}\u{a0}{kilo}", bytes.div_ceil(1000));
    }
    let tenths = (bytes + 50_000) / 100_000;
    match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{whole}\u{a0}{mega}"),
        (whole, tenth) => format!("{whole}{point}{tenth}\u{a0}{mega}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_has_two_figures_that_matter() {
        assert_eq!(file_size(12, Language::En), "1\u{a0}KB");
        assert_eq!(file_size(420_001, Language::Fr), "421\u{a0}Ko");
        assert_eq!(file_size(999_999, Language::En), "1\u{a0}MB");
        assert_eq!(file_size(1_249_000, Language::Fr), "1,2\u{a0}Mo");
        assert_eq!(file_size(16_000_000, Language::En), "16\u{a0}MB");
    }
}
