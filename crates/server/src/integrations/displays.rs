//! Numbers as people write them, remembered: formatting one takes libphonenumber longer than storing a message.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domain::{Address, Region};

use super::store::display;

/// More than the numbers on a busy day's screens; then it begins again.
const MOST: usize = 4096;

#[derive(Default)]
pub struct Displays(Mutex<HashMap<(Address, Region), String>>);

impl Displays {
    /// An address as people of `home` write it.
    pub fn of(&self, address: &Address, home: Region) -> String {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (address.clone(), home);
        if let Some(text) = known.get(&key) {
            return text.clone();
        }
        let text = display(address, &home);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(key, text.clone());
        text
    }
}
