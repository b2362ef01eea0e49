//! Randomness of the browser.

/// 128 random bits in hexadecimal, for an `Idempotency-Key`.
/// `crypto.randomUUID` would not do: it is missing on plain http, where `getRandomValues` is there.
pub fn key() -> String {
    let mut bytes = [0_u8; 16];
    let filled = web_sys::window()
        .and_then(|window| window.crypto().ok())
        .is_some_and(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).is_ok());
    if !filled {
        for byte in &mut bytes {
            *byte = (js_sys::Math::random() * 256.0) as u8;
        }
    }
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// From 0 to 1.
pub fn fraction() -> f64 {
    js_sys::Math::random()
}
