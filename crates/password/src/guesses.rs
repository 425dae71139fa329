//! The names under which guesses are counted: keyed hashes, so that a copy of the table names no one.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Of a password. Part of the stored names, so it must not change.
pub const PASSWORD: &str = "password";
/// The account that is guessed at, by the key of its email.
pub const SUBJECT: &str = "subject";

/// Returns 128 bits of HMAC-SHA256, in hexadecimal. `purpose` is what is guessed; `kind` is what `text` names.
pub fn counted_as(secret: &[u8], purpose: &str, kind: &str, text: &str) -> String {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return String::new() };
    for part in [purpose, kind, text] {
        mac.update(part.as_bytes());
        mac.update(&[0]);
    }
    let mut name = hex::encode(mac.finalize().into_bytes());
    name.truncate(32);
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_depends_on_the_secret_and_on_each_part() {
        let one = counted_as(b"secret", PASSWORD, "address", "192.0.2.1");
        assert_eq!(one.len(), 32);
        assert_ne!(one, counted_as(b"other", PASSWORD, "address", "192.0.2.1"));
        assert_ne!(one, counted_as(b"secret", "passworda", "ddress", "192.0.2.1"));
    }
}
