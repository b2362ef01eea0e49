//! Seeded chance (SplitMix64, <https://prng.di.unimi.it/splitmix64.c>): the same seed tells the same story.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn roll(&mut self) -> u128 {
        (u128::from(self.next()) << 64) | u128::from(self.next())
    }

    /// In the form of a UUID, as the idempotency token of a webhook has it.
    pub(crate) fn uuid(&mut self) -> String {
        let hex = format!("{:032x}", self.roll());
        let piece = |from, to| hex.get(from..to).unwrap_or_default();
        [
            piece(0, 8),
            piece(8, 12),
            piece(12, 16),
            piece(16, 20),
            piece(20, 32),
        ]
        .join("-")
    }
}
