//! Refresh tokens: opaque, and known to the database by their hash only.

use ct_codecs::{Base64UrlSafeNoPadding, Encoder, Hex};
use sha2::{Digest, Sha256};

use crate::{
    contract::{Error, FieldError},
    random,
};

/// Tells secret scanners what they found.
const PREFIX: &str = "vvr_";

pub struct RefreshToken {
    pub text: String,
    pub hash: String,
}

impl RefreshToken {
    pub fn generate() -> Result<Self, Error> {
        let body = Base64UrlSafeNoPadding::encode_to_string(random::bytes::<32>()?).map_err(internal)?;
        let text = format!("{PREFIX}{body}");
        Ok(Self { hash: hash(&text)?, text })
    }
}

/// What the database knows a token by. The token holds 256 random bits, so that a plain hash cannot be reversed.
pub fn hash(token: &str) -> Result<String, Error> {
    Hex::encode_to_string(Sha256::digest(token)).map_err(internal)
}

/// What the database knows a retry key by.
///
/// # Errors
/// `Invalid` if it is not of 16 to 200 characters: a short one could be guessed by who holds a copy of the token.
pub fn retry_hash(key: &str) -> Result<String, Error> {
    if !(16..=200).contains(&key.chars().count()) {
        let (field, message) = ("retry_key".to_owned(), "must have 16 to 200 characters".to_owned());
        return Err(Error::Invalid(vec![FieldError { field, message }]));
    }
    hash(key)
}

fn internal(error: ct_codecs::Error) -> Error {
    Error::Internal(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_carry_256_bits() -> Result<(), Error> {
        let (one, other) = (RefreshToken::generate()?, RefreshToken::generate()?);
        assert_ne!(one.text, other.text);
        assert_eq!(one.text.len(), PREFIX.len() + 43);
        assert_eq!(one.hash, hash(&one.text)?);
        assert_eq!(one.hash.len(), 64);
        Ok(())
    }
}
