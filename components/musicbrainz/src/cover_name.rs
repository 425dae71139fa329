//! The names of covers in our addresses: `/cache/images/mb-{mbid}-{code}.jpg`.
//!
//! The code is made with a secret of the installation: a stranger cannot make up a name, and the installation fetches
//! no image that none of its answers named.

use std::sync::OnceLock;

use guest::installation_secret;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::{
    error::{Result, internal},
    store::Store,
};

/// The gateway finds this component by it.
const PREFIX: &str = "mb-";
/// 128 bits cannot be guessed.
const CODE_BYTES: usize = 16;

/// The front of a release.
#[derive(Debug, PartialEq, Eq)]
pub struct CoverName {
    pub mbid: String,
}

impl CoverName {
    pub fn new(mbid: &str) -> Self {
        Self { mbid: mbid.to_owned() }
    }

    /// Our address.
    pub async fn address(&self) -> Result<String> {
        let code = self.code(secret().await?)?.finalize().into_bytes();
        let code = hex::encode(code.get(..CODE_BYTES).unwrap_or_default());
        Ok(format!("/cache/images/{PREFIX}{}-{code}.jpg", self.mbid))
    }

    /// Returns `None` if this installation never made such a name.
    pub async fn parse(name: &str) -> Result<Option<Self>> {
        let Some((cover, code)) = Self::split(name) else { return Ok(None) };
        let is_ours = cover.code(secret().await?)?.verify_truncated_left(&code).is_ok();
        Ok(is_ours.then_some(cover))
    }

    /// Splits a name, without a check of the code.
    fn split(name: &str) -> Option<(Self, Vec<u8>)> {
        let (mbid, code) = name.strip_prefix(PREFIX)?.rsplit_once('-')?;
        let is_mbid = uuid::Uuid::try_parse(mbid).is_ok_and(|uuid| uuid.to_string() == mbid);
        let code = hex::decode(code).ok().filter(|code| code.len() == CODE_BYTES)?;
        is_mbid.then(|| (Self::new(mbid), code))
    }

    fn code(&self, secret: &[u8]) -> Result<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).map_err(internal)?;
        mac.update(b"vinyl:musicbrainz cover 1:");
        mac.update(self.mbid.as_bytes());
        Ok(mac)
    }
}

/// Reads the secret from the database once in the life of an instance: every cover needs it.
async fn secret() -> Result<&'static [u8]> {
    static SECRET: OnceLock<Vec<u8>> = OnceLock::new();
    if let Some(secret) = SECRET.get() {
        return Ok(secret);
    }
    let store = Store::open().await?;
    let load = async || store.secret().await;
    let insert = async |candidate: String| store.insert_secret_if_absent(&candidate).await;
    let secret = installation_secret(load, insert).await?.into_bytes();
    Ok(SECRET.get_or_init(|| secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_name_is_split() {
        let (mbid, code) = ("11111111-1111-4111-8111-111111111111", "0123456789abcdef0123456789abcdef");
        assert_eq!(CoverName::split(&format!("mb-{mbid}-{code}")).unwrap().0, CoverName::new(mbid));
        for other in [
            format!("{mbid}-{code}"),
            format!("mb-{}-{code}", mbid.replace("-8", "-ä")),
            format!("mb-{mbid}-{}", &code[2..]),
            format!("mb-{mbid}"),
            "mb-../../etc-passwd".to_owned(),
            String::new(),
        ] {
            assert_eq!(CoverName::split(&other), None, "{other}");
        }
    }
}
