//! The variables of `spin.toml` that auth reads. Empty means not set.

use spin_sdk::variables;

use crate::contract::Error;

/// A shorter HMAC-SHA256 key than its output is weaker than the hash (RFC 7518, 3.2).
const MIN_SECRET_BYTES: usize = 32;

/// What signs access tokens.
pub struct Signing {
    /// `None`: the installation makes a secret for itself.
    pub secret: Option<Vec<u8>>,
    /// Verifies, and signs nothing.
    pub previous: Option<Vec<u8>>,
}

impl Signing {
    /// Fails with `misconfigured` if a secret is too short.
    pub async fn read() -> Result<Self, Error> {
        Ok(Self { secret: secret("jwt_secret").await?, previous: secret("jwt_secret_previous").await? })
    }
}

/// The operator's account.
pub struct Admin {
    pub email: String,
    pub password: String,
}

impl Admin {
    /// `None` if neither variable is set.
    pub async fn read() -> Result<Option<Self>, Error> {
        let admin = Self { email: variable("admin_email").await?, password: variable("admin_password").await? };
        Ok((!admin.email.is_empty() || !admin.password.is_empty()).then_some(admin))
    }
}

async fn variable(name: &str) -> Result<String, Error> {
    match variables::get(name).await {
        Ok(value) => Ok(value),
        Err(variables::Error::Undefined(_)) => Ok(String::new()),
        Err(error) => Err(Error::Unavailable(format!("variable {name}: {error}"))),
    }
}

async fn secret(name: &str) -> Result<Option<Vec<u8>>, Error> {
    long_enough(name, variable(name).await?)
}

fn long_enough(name: &str, value: String) -> Result<Option<Vec<u8>>, Error> {
    match value.len() {
        0 => Ok(None),
        MIN_SECRET_BYTES.. => Ok(Some(value.into_bytes())),
        bytes => Err(Error::Misconfigured(format!(
            "the variable {name} has {bytes} bytes and needs at least {MIN_SECRET_BYTES}; \
             `openssl rand -base64 48` makes a good one"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_secret_is_refused_without_telling_it() {
        assert!(matches!(long_enough("jwt_secret", String::new()), Ok(None)));
        assert!(matches!(long_enough("jwt_secret", "s".repeat(32)), Ok(Some(_))));
        let Err(Error::Misconfigured(message)) = long_enough("jwt_secret", "hunter2".repeat(4)) else {
            unreachable!("28 bytes were accepted");
        };
        assert!(message.contains("jwt_secret has 28 bytes"));
        assert!(!message.contains("hunter2"));
    }
}
