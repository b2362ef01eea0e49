//! What things cost at the simulated Twilio: one price for all countries, known once a message or a call has ended.

/// Of a segment, in millionths of a US dollar: about what an SMS to France costs.
pub const SEGMENT_MICROS: u64 = 79_800;
/// Of a minute begun.
pub const MINUTE_MICROS: u64 = 14_000;

/// As Twilio writes it: `-0.07980`.
pub(crate) fn of_segments(segments: u32) -> String {
    charged(u64::from(segments) * SEGMENT_MICROS)
}

pub(crate) fn of_seconds(seconds: u32) -> String {
    charged(u64::from(seconds.div_ceil(60)) * MINUTE_MICROS)
}

fn charged(micros: u64) -> String {
    format!("-{}.{:05}", micros / 1_000_000, micros % 1_000_000 / 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_written_as_twilio_writes_them() {
        assert_eq!(of_segments(1), "-0.07980");
        assert_eq!(of_segments(13), "-1.03740");
        assert_eq!(of_seconds(61), "-0.02800");
        assert_eq!(of_seconds(0), "-0.00000");
    }
}
