//! argon2id with OWASP's parameters (19 MiB, 2 passes, 1 lane: about 35 ms in workerd),
//! <https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html>.

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::people::NewPassword;

use crate::Fault;
use crate::ports::Entropy;

/// A hash that no password has, so that an unknown account costs as much time as a known one.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$3u4gAsd3DPwWQwHdDHxLkYzxLbwCA2m0Fva35xDPAeU";

fn argon2() -> Result<Argon2<'static>, Fault> {
    let params = Params::new(19_456, 2, 1, None).map_err(|error| Fault::Internal(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

pub fn hash(entropy: &dyn Entropy, password: &NewPassword) -> Result<String, Fault> {
    let mut salt = [0; 16];
    entropy.fill(&mut salt);
    argon2()?
        .hash_password_with_salt(password.as_str().as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(|error| Fault::Internal(error.to_string()))
}

/// `None` for an account that does not exist or has no password yet: false, after the same work.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    let Ok(argon2) = argon2() else { return false };
    let matches = argon2
        .verify_password(password.as_bytes(), hash.unwrap_or(NOBODYS))
        .is_ok();
    matches && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Sevens;
    impl Entropy for Sevens {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    #[test]
    fn only_the_right_password_opens() {
        let stored = hash(&Sevens, &NewPassword::new("correct horse battery").unwrap()).unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify("correct horse battery", Some(&stored)));
        assert!(!verify("correct horse batterY", Some(&stored)));
        assert!(!verify("correct horse battery", None));
    }

    #[test]
    fn an_unknown_account_costs_the_same_work() {
        assert!(argon2::password_hash::phc::PasswordHash::new(NOBODYS).is_ok());
    }
}
