//! How long to wait before connecting again.

use std::time::Duration;

const FIRST_MS: u64 = 500;
const MOST_MS: u64 = 30_000;

/// Doubles with each attempt (the first is 1) up to half a minute; `fraction` (0 to 1) takes away up to half of it,
/// so that a company's browsers do not all come back in the same instant.
pub(super) fn pause(attempt: u32, fraction: f64) -> Duration {
    let doubled = FIRST_MS
        .saturating_mul(1 << attempt.saturating_sub(1).min(16))
        .min(MOST_MS);
    Duration::from_millis(doubled - (doubled as f64 * fraction.clamp(0.0, 1.0) / 2.0) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_half_a_minute() {
        let pauses: Vec<u128> = (1..=8).map(|attempt| pause(attempt, 0.0).as_millis()).collect();
        assert_eq!(pauses, [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
        assert_eq!(pause(u32::MAX, 0.0), Duration::from_millis(MOST_MS));
    }

    #[test]
    fn chance_takes_away_at_most_half() {
        assert_eq!(pause(7, 1.0), Duration::from_millis(15_000));
    }
}
