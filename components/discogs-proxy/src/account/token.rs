//! The encryption of users' personal tokens: AES-256-GCM, as `chat` encrypts users' keys. The owner is authenticated
//! with the token, so that a row copied to another account, or a token that was stored for another server, cannot be
//! decrypted.

use aes_gcm::{
    Aes256Gcm, Key, Nonce,
    aead::{Aead, KeyInit, Payload},
};
use guest::random;

use crate::{
    error::{Result, internal},
    origin::Origin,
};

const NONCE_BYTES: usize = 12;

/// Whose token it is, and where it is sent.
#[derive(Clone, Copy)]
pub struct TokenOwner<'a> {
    pub user: i64,
    /// At Discogs.
    pub username: &'a str,
    pub api: &'a Origin,
}

pub struct TokenCipher(Aes256Gcm);

impl TokenCipher {
    pub fn new(key: [u8; 32]) -> Self {
        Self(Aes256Gcm::new(&Key::<Aes256Gcm>::from(key)))
    }

    /// Returns nonce and ciphertext, in hex.
    pub fn encrypt(&self, owner: TokenOwner<'_>, token: &str) -> Result<String> {
        let nonce = random::bytes::<NONCE_BYTES>()?;
        let owner = owner.text();
        let payload = Payload { msg: token.as_bytes(), aad: owner.as_bytes() };
        let ciphertext = self.0.encrypt(&Nonce::from(nonce), payload).map_err(internal)?;
        Ok(hex::encode([nonce.as_slice(), &ciphertext].concat()))
    }

    /// Returns `None` if the token was encrypted with another secret or for another owner, or was changed since.
    pub fn decrypt(&self, owner: TokenOwner<'_>, encrypted: &str) -> Option<String> {
        let bytes = hex::decode(encrypted).ok()?;
        let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE_BYTES>()?;
        let owner = owner.text();
        let payload = Payload { msg: ciphertext, aad: owner.as_bytes() };
        String::from_utf8(self.0.decrypt(&Nonce::from(*nonce), payload).ok()?).ok()
    }
}

impl TokenOwner<'_> {
    fn text(&self) -> String {
        let Self { user, username, api } = self;
        format!("{user}:{}:{}://{}", username.to_lowercase(), api.scheme, api.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_decrypted_only_for_its_owner() {
        let api = Origin::parse("https://api.discogs.com").unwrap();
        let other_api = Origin::parse("https://evil.example").unwrap();
        let owner = TokenOwner { user: 1, username: "Miles", api: &api };
        let cipher = TokenCipher::new([7; 32]);
        let encrypted = cipher.encrypt(owner, "a-secret-token").unwrap();
        assert!(!encrypted.contains(&hex::encode("a-secret-token")));
        assert_ne!(encrypted, cipher.encrypt(owner, "a-secret-token").unwrap());
        let same = TokenOwner { username: "miles", ..owner };
        assert_eq!(cipher.decrypt(same, &encrypted).as_deref(), Some("a-secret-token"));
        let others = [
            TokenOwner { user: 2, ..owner },
            TokenOwner { username: "Chet", ..owner },
            TokenOwner { api: &other_api, ..owner },
        ];
        for other in others {
            assert_eq!(cipher.decrypt(other, &encrypted), None, "{}", other.text());
        }
        assert_eq!(TokenCipher::new([8; 32]).decrypt(owner, &encrypted), None);
        assert_eq!(cipher.decrypt(owner, "00"), None);
    }
}
