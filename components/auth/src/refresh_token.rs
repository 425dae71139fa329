//! Refresh tokens: opaque to the client. The database has only their hashes.

use ct_codecs::{Base64UrlSafeNoPadding, Encoder};
use sha2::{Digest, Sha256};

use crate::contract::{Error, FieldError};

/// Lets secret scanners recognise the token.
const PREFIX: &str = "vvr_";

pub struct RefreshToken {
    pub text: String,
    pub hash: String,
}

impl RefreshToken {
    pub fn generate() -> Result<Self, Error> {
        let body = Base64UrlSafeNoPadding::encode_to_string(guest::random::bytes::<32>()?)
            .map_err(|error| Error::Internal(error.to_string()))?;
        let text = format!("{PREFIX}{body}");
        Ok(Self { hash: hash(&text), text })
    }
}

/// Returns what the database stores instead of the token. The token has 256 random bits, so that a plain hash cannot
/// be reversed.
pub fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}

/// Returns what the database stores instead of a retry key.
///
/// # Errors
/// `Invalid` unless the key has 16 to 200 characters: a thief of the token could guess a shorter one.
pub fn hash_retry_key(key: &str) -> Result<String, Error> {
    if !(16..=200).contains(&key.chars().count()) {
        let (field, message) = ("retry_key".to_owned(), "must have 16 to 200 characters".to_owned());
        return Err(Error::Invalid(vec![FieldError { field, message }]));
    }
    Ok(hash(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_carry_256_bits() -> Result<(), Error> {
        let (one, other) = (RefreshToken::generate()?, RefreshToken::generate()?);
        assert_ne!(one.text, other.text);
        assert_eq!(one.text.len(), PREFIX.len() + 43);
        assert_eq!(one.hash, hash(&one.text));
        assert_eq!(one.hash.len(), 64);
        Ok(())
    }
}
