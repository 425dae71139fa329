//! The encryption of users' keys: AES-256-GCM. The owner is authenticated with the key, so that a row copied to another
//! user, or a key that was stored for another server, cannot be decrypted.

use std::fmt;

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

/// Whose key it is, and where it is sent.
#[derive(Debug, Clone, Copy)]
pub struct KeyOwner<'a> {
    pub user: i64,
    pub provider: &'a str,
    /// The server that the key was stored for: scheme, host and port.
    pub origin: &'a str,
}

pub struct KeyCipher(Aes256Gcm);

impl KeyCipher {
    pub fn new(secret: &[u8]) -> Result<Self> {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).map_err(internal)?;
        mac.update(PURPOSE);
        let key: [u8; 32] = mac.finalize().into_bytes().into();
        Ok(Self(Aes256Gcm::new(&Key::<Aes256Gcm>::from(key))))
    }

    /// Returns nonce and ciphertext, in hex.
    pub fn encrypt(&self, owner: KeyOwner<'_>, key: &str) -> Result<String> {
        let nonce = random::bytes::<NONCE_BYTES>()?;
        let owner = owner.to_string();
        let payload = Payload { msg: key.as_bytes(), aad: owner.as_bytes() };
        let ciphertext = self.0.encrypt(&Nonce::from(nonce), payload).map_err(internal)?;
        Ok(hex::encode([nonce.as_slice(), &ciphertext].concat()))
    }

    /// Returns `None` if the key was encrypted with another secret or for another owner, or was changed since.
    pub fn decrypt(&self, owner: KeyOwner<'_>, encrypted: &str) -> Option<String> {
        let bytes = hex::decode(encrypted).ok()?;
        let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE_BYTES>()?;
        let owner = owner.to_string();
        let payload = Payload { msg: ciphertext, aad: owner.as_bytes() };
        String::from_utf8(self.0.decrypt(&Nonce::from(*nonce), payload).ok()?).ok()
    }
}

impl fmt::Display for KeyOwner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.user, self.provider, self.origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: KeyOwner<'_> = KeyOwner { user: 1, provider: "openai", origin: "https://api.openai.com" };

    #[test]
    fn a_key_is_decrypted_only_for_its_owner() {
        let cipher = KeyCipher::new(&[7; 32]).unwrap();
        let encrypted = cipher.encrypt(OWNER, "sk-secret").unwrap();
        assert_eq!(cipher.decrypt(OWNER, &encrypted).as_deref(), Some("sk-secret"));
        for other in [
            KeyOwner { user: 2, ..OWNER },
            KeyOwner { provider: "together", ..OWNER },
            KeyOwner { origin: "https://evil.example", ..OWNER },
        ] {
            assert_eq!(cipher.decrypt(other, &encrypted), None, "{other}");
        }
        assert_eq!(KeyCipher::new(&[8; 32]).unwrap().decrypt(OWNER, &encrypted), None);
    }

    #[test]
    fn a_changed_ciphertext_is_not_decrypted() {
        let cipher = KeyCipher::new(&[7; 32]).unwrap();
        let mut changed = cipher.encrypt(OWNER, "sk-secret").unwrap();
        let replacement = if &changed[30..31] == "0" { "1" } else { "0" };
        changed.replace_range(30..31, replacement);
        assert_eq!(cipher.decrypt(OWNER, &changed), None);
        assert_eq!(cipher.decrypt(OWNER, "00"), None);
    }

    #[test]
    fn equal_keys_have_different_ciphertexts() {
        let cipher = KeyCipher::new(&[7; 32]).unwrap();
        assert_ne!(cipher.encrypt(OWNER, "k").unwrap(), cipher.encrypt(OWNER, "k").unwrap());
    }
}
