//! The contract's functions.

use crate::error::Error;
use crate::health;
use crate::migration::newest;
use crate::store::Store;
use subtle::ConstantTimeEq;

wit_bindgen::generate!({
    path: "../../wit/system",
    world: "system",
});

use exports::vinyl::system::operations as contract;

struct System;
export!(System);

impl contract::Guest for System {
    async fn migrate() -> Result<contract::Schema, contract::Error> {
        let applied = Store::open().await?.migrate().await?;
        let state =
            if Store::is_newer(applied) { contract::SchemaState::Newer } else { contract::SchemaState::Current };
        Ok(contract::Schema { state, applied, known: newest() })
    }

    async fn initialize(credential: contract::Credential) -> Result<contract::Schema, contract::Error> {
        match credential {
            contract::Credential::SuperAdmin => {}
            contract::Credential::InitSecret(secret) if is_init_secret(&secret).await? => {}
            contract::Credential::InitSecret(_) => return Err(contract::Error::Forbidden),
        }
        Self::migrate().await
    }

    async fn health() -> Vec<contract::Check> {
        let findings = health::check().await.into_iter();
        findings
            .map(|(name, finding)| contract::Check {
                name: name.to_owned(),
                healthy: finding.is_ok(),
                detail: finding.err().unwrap_or_default(),
            })
            .collect()
    }
}

/// Without a configured secret none is right.
async fn is_init_secret(secret: &str) -> Result<bool, Error> {
    let configured =
        spin_sdk::variables::get("init_secret").await.map_err(|error| Error::Internal(error.to_string()))?;
    Ok(!configured.is_empty() && bool::from(configured.as_bytes().ct_eq(secret.as_bytes())))
}

impl From<Error> for contract::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Unavailable(message) => Self::Unavailable(message),
            Error::Internal(message) => Self::Internal(message),
        }
    }
}
