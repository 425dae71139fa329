//! The keys of access tokens. An instance reads them once, so that verifying a token needs neither variables nor the
//! database.

use std::sync::OnceLock;

use crate::{config::SigningConfig, contract::Error, store::Store, token::Keys};

/// Fails with `misconfigured` if a configured secret is too short. A failure is not cached: the next call tries again.
pub async fn read_keys() -> Result<&'static Keys, Error> {
    static KEYS: OnceLock<Keys> = OnceLock::new();
    if let Some(keys) = KEYS.get() {
        return Ok(keys);
    }
    let SigningConfig { current, previous } = SigningConfig::read().await?;
    let current = match current {
        Some(secret) => secret,
        None => installation_secret().await?.into_bytes(),
    };
    Ok(KEYS.get_or_init(|| Keys::new(&current, previous.as_deref())))
}

async fn installation_secret() -> Result<String, Error> {
    let store = Store::open().await?;
    let load = async || store.secret("jwt").await;
    guest::installation_secret(load, async |candidate| store.insert_secret("jwt", &candidate).await).await
}
