//! The secret of the installation that authenticates names of covers, hides network addresses, and encrypts tokens.

use std::sync::OnceLock;

use guest::installation_secret;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::{
    error::{Result, internal},
    store::Store,
};

/// 128 bits cannot be guessed.
pub const CODE_BYTES: usize = 16;

/// What a code is made for. The code of a text for one purpose is of no use for another.
#[derive(Debug, Clone, Copy)]
pub enum Purpose {
    CoverName,
    NetworkAddress,
    AccountToken,
}

pub struct Secret(Hmac<Sha256>);

impl Secret {
    pub fn new(secret: &[u8]) -> Result<Self> {
        Hmac::new_from_slice(secret).map(Self).map_err(internal)
    }

    /// Reads the secret from the database once in the life of an instance. A failure is not kept: the next call tries
    /// again.
    pub async fn read() -> Result<&'static Self> {
        static SECRET: OnceLock<Secret> = OnceLock::new();
        if let Some(secret) = SECRET.get() {
            return Ok(secret);
        }
        let store = Store::open().await?;
        let load = async || store.secret().await;
        let insert = async |candidate: String| store.insert_secret_if_absent(&candidate).await;
        let secret = Self::new(installation_secret(load, insert).await?.as_bytes())?;
        Ok(SECRET.get_or_init(|| secret))
    }

    /// The code of a text, in hexadecimal.
    pub fn code(&self, purpose: Purpose, text: &str) -> String {
        let code = self.mac(purpose, text).finalize().into_bytes();
        hex::encode(code.get(..CODE_BYTES).unwrap_or_default())
    }

    /// Whether this is the code of the text. Takes equally long for every wrong code.
    pub fn is_code(&self, purpose: Purpose, text: &str, code: &str) -> bool {
        let code = hex::decode(code).unwrap_or_default();
        code.len() == CODE_BYTES && self.mac(purpose, text).verify_truncated_left(&code).is_ok()
    }

    /// A key that is used for this purpose alone.
    pub fn key(&self, purpose: Purpose) -> [u8; 32] {
        self.mac(purpose, "").finalize().into_bytes().into()
    }

    fn mac(&self, purpose: Purpose, text: &str) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(match purpose {
            Purpose::CoverName => b"vinyl:discogs cover 1:",
            Purpose::NetworkAddress => b"vinyl:discogs address 1:",
            Purpose::AccountToken => b"vinyl:discogs account token 1:",
        });
        mac.update(text.as_bytes());
        mac
    }
}
