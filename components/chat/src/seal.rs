//! How users' keys are encrypted: AES-256-GCM, bound to their user and provider, so that no row can take another's place.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::error::{Error, Result};

const NONCE: usize = 12;
/// What else is ever made of the secret gets another name.
const PURPOSE: &[u8] = b"vinyl:chat provider keys 1";

pub struct Seal(Aes256Gcm);

impl Seal {
    pub fn new(secret: &[u8]) -> Result<Self> {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).map_err(internal)?;
        mac.update(PURPOSE);
        let key: [u8; 32] = mac.finalize().into_bytes().into();
        Ok(Self(Aes256Gcm::new(&Key::<Aes256Gcm>::from(key))))
    }

    /// Nonce and ciphertext, in hex.
    pub fn close(&self, user: i64, provider: &str, key: &str) -> Result<String> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(internal)?;
        let bound = bound(user, provider);
        let payload = Payload { msg: key.as_bytes(), aad: bound.as_bytes() };
        let sealed = self.0.encrypt(&Nonce::from(nonce), payload).map_err(internal)?;
        Ok(hex::encode([nonce.as_slice(), &sealed].concat()))
    }

    /// `None` if it was closed under another secret, for somebody else, or changed since.
    pub fn open(&self, user: i64, provider: &str, sealed: &str) -> Option<String> {
        let bytes = hex::decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
        let bound = bound(user, provider);
        let payload = Payload { msg: sealed, aad: bound.as_bytes() };
        String::from_utf8(self.0.decrypt(&Nonce::from(*nonce), payload).ok()?).ok()
    }
}

fn bound(user: i64, provider: &str) -> String {
    format!("{user}:{provider}")
}

fn internal(error: impl std::fmt::Display) -> Error {
    Error::Internal(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_opens_only_where_it_was_closed() {
        let seal = Seal::new(&[7; 32]).unwrap();
        let sealed = seal.close(1, "openai", "sk-secret").unwrap();
        assert_eq!(seal.open(1, "openai", &sealed).as_deref(), Some("sk-secret"));
        assert_eq!(seal.open(2, "openai", &sealed), None);
        assert_eq!(seal.open(1, "together", &sealed), None);
        assert_eq!(Seal::new(&[8; 32]).unwrap().open(1, "openai", &sealed), None);
        let mut changed = sealed.clone();
        changed.replace_range(30..31, if &sealed[30..31] == "0" { "1" } else { "0" });
        assert_eq!(seal.open(1, "openai", &changed), None);
        assert_eq!(seal.open(1, "openai", "00"), None);
    }

    #[test]
    fn the_same_key_is_never_closed_the_same_way() {
        let seal = Seal::new(&[7; 32]).unwrap();
        assert_ne!(seal.close(1, "openai", "k").unwrap(), seal.close(1, "openai", "k").unwrap());
    }
}
