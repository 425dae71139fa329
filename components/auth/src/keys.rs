//! The keys of this instance: read once, so that verifying a token touches neither variables nor database.

use std::sync::OnceLock;

use ct_codecs::{Base64UrlSafeNoPadding, Encoder};

use crate::{config::Signing, contract::Error, random, store::Store, token::Keys};

/// Fails with `misconfigured` if a configured secret is too short. A failure is not kept: the next call tries again.
pub async fn keys() -> Result<&'static Keys, Error> {
    static KEYS: OnceLock<Keys> = OnceLock::new();
    if let Some(keys) = KEYS.get() {
        return Ok(keys);
    }
    let Signing { secret, previous } = Signing::read().await?;
    let secret = match secret {
        Some(secret) => secret,
        None => installation_secret().await?.into_bytes(),
    };
    Ok(KEYS.get_or_init(|| Keys::new(&secret, previous.as_deref())))
}

/// What the database holds is the truth, so that instances that start at once agree.
async fn installation_secret() -> Result<String, Error> {
    let store = Store::open().await?;
    if let Some(secret) = store.jwt_secret().await? {
        return Ok(secret);
    }
    let candidate = Base64UrlSafeNoPadding::encode_to_string(random::bytes::<32>()?)
        .map_err(|error| Error::Internal(error.to_string()))?;
    store.offer_jwt_secret(&candidate).await?;
    store.jwt_secret().await?.ok_or_else(|| Error::Internal("the secret was not stored".to_owned()))
}
