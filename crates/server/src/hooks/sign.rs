//! Secrets and signatures of webhooks, as
//! <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md> says.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::Fault;
use crate::ports::Entropy;

const PREFIX: &str = "whsec_";
const SECRET_BYTES: usize = 24;

pub fn new_secret(entropy: &dyn Entropy) -> String {
    let mut bytes = [0; SECRET_BYTES];
    entropy.fill(&mut bytes);
    format!("{PREFIX}{}", STANDARD.encode(bytes))
}

/// `v1,` and the MAC of id, time and body, for each secret; a receiver is content with one of them.
pub fn signature(secrets: &[String], id: &str, seconds: i64, body: &str) -> Result<String, Fault> {
    let signed: Result<Vec<_>, _> = secrets
        .iter()
        .map(|secret| one(secret, &format!("{id}.{seconds}.{body}")))
        .collect();
    Ok(signed?.join(" "))
}

fn one(secret: &str, text: &str) -> Result<String, Fault> {
    let unusable = || Fault::Internal("a webhook's secret is not one".to_owned());
    let key = secret.strip_prefix(PREFIX).ok_or_else(unusable)?;
    let key = STANDARD.decode(key).map_err(|_| unusable())?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|_| unusable())?;
    mac.update(text.as_bytes());
    Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::signature;

    #[test]
    fn the_example_of_the_specification_is_signed_as_there() {
        // From the test suite of the reference libraries.
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned();
        let signed = signature(
            &[secret],
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signed.unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
