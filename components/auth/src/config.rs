//! The variables of `spin.toml` that auth reads. An empty variable counts as not set.

use guest::variables::{read, read_secret, read_verbatim};

use crate::contract::Error;

/// The secrets of access tokens.
pub struct SigningConfig {
    /// Signs and verifies. `None`: the installation generates a secret for itself.
    pub current: Option<Vec<u8>>,
    /// Only verifies, so that a change of the secret ends no session.
    pub previous: Option<Vec<u8>>,
}

impl SigningConfig {
    /// Fails with `misconfigured` if a secret is too short.
    pub async fn read() -> Result<Self, Error> {
        Ok(Self { current: read_secret("jwt_secret").await?, previous: read_secret("jwt_secret_previous").await? })
    }
}

/// The operator's account.
pub struct AdminConfig {
    pub email: String,
    pub password: String,
}

impl AdminConfig {
    /// Returns `None` if neither variable is set.
    pub async fn read() -> Result<Option<Self>, Error> {
        let admin = Self { email: read("admin_email").await?, password: read_verbatim("admin_password").await? };
        Ok((!admin.email.is_empty() || !admin.password.is_empty()).then_some(admin))
    }
}
