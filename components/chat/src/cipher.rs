//! The encryption of users' keys: AES-256-GCM. The user and the provider are authenticated with the key, so that a row
//! copied to another user cannot be decrypted.

use aes_gcm::{
    Aes256Gcm, Key, Nonce,
    aead::{Aead, KeyInit, Payload},
};
use guest::random;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::error::{Result, internal};

const NONCE_BYTES: usize = 12;
/// Another use of the same secret must have another purpose, so that it gets another key.
const PURPOSE: &[u8] = b"vinyl:chat provider keys 1";

pub struct KeyCipher(Aes256Gcm);

impl KeyCipher {
    pub fn new(secret: &[u8]) -> Result<Self> {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).map_err(internal)?;
        mac.update(PURPOSE);
        let key: [u8; 32] = mac.finalize().into_bytes().into();
        Ok(Self(Aes256Gcm::new(&Key::<Aes256Gcm>::from(key))))
    }

    /// Returns nonce and ciphertext, in hex.
    pub fn encrypt(&self, user: i64, provider: &str, key: &str) -> Result<String> {
        let nonce = random::bytes::<NONCE_BYTES>()?;
        let owner = owner(user, provider);
        let payload = Payload { msg: key.as_bytes(), aad: owner.as_bytes() };
        let ciphertext = self.0.encrypt(&Nonce::from(nonce), payload).map_err(internal)?;
        Ok(hex::encode([nonce.as_slice(), &ciphertext].concat()))
    }

    /// Returns `None` if the key was encrypted with another secret or for another owner, or was changed since.
    pub fn decrypt(&self, user: i64, provider: &str, encrypted: &str) -> Option<String> {
        let bytes = hex::decode(encrypted).ok()?;
        let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE_BYTES>()?;
        let owner = owner(user, provider);
        let payload = Payload { msg: ciphertext, aad: owner.as_bytes() };
        String::from_utf8(self.0.decrypt(&Nonce::from(*nonce), payload).ok()?).ok()
    }
}

fn owner(user: i64, provider: &str) -> String {
    format!("{user}:{provider}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_decrypted_only_for_its_owner() {
        let cipher = KeyCipher::new(&[7; 32]).unwrap();
        let encrypted = cipher.encrypt(1, "openai", "sk-secret").unwrap();
        assert_eq!(cipher.decrypt(1, "openai", &encrypted).as_deref(), Some("sk-secret"));
        assert_eq!(cipher.decrypt(2, "openai", &encrypted), None);
        assert_eq!(cipher.decrypt(1, "together", &encrypted), None);
        assert_eq!(KeyCipher::new(&[8; 32]).unwrap().decrypt(1, "openai", &encrypted), None);
    }

    #[test]
    fn a_changed_ciphertext_is_not_decrypted() {
        let cipher = KeyCipher::new(&[7; 32]).unwrap();
        let mut changed = cipher.encrypt(1, "openai", "sk-secret").unwrap();
        let replacement = if &changed[30..31] == "0" { "1" } else { "0" };
        changed.replace_range(30..31, replacement);
        assert_eq!(cipher.decrypt(1, "openai", &changed), None);
        assert_eq!(cipher.decrypt(1, "openai", "00"), None);
    }

    #[test]
    fn equal_keys_have_different_ciphertexts() {
        let cipher = KeyCipher::new(&[7; 32]).unwrap();
        assert_ne!(cipher.encrypt(1, "openai", "k").unwrap(), cipher.encrypt(1, "openai", "k").unwrap());
    }
}
