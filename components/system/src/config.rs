//! The variable of `spin.toml` that this component reads.

use guest::variables;
use subtle::ConstantTimeEq;

use crate::contract::Error;

/// Whether a secret is the operator's `init_secret`. If none is configured, no secret is accepted.
pub async fn is_init_secret(secret: &str) -> Result<bool, Error> {
    let configured = variables::read_verbatim("init_secret").await?;
    Ok(!configured.is_empty() && bool::from(configured.as_bytes().ct_eq(secret.as_bytes())))
}
