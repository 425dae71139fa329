//! The variables of `spin.toml` that auth reads. An empty variable counts as not set.

use guest::variables::{read, read_number, read_secret, read_verbatim};

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

/// Who may create an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegistrationMode {
    /// Anyone.
    Open,
    /// A person with an invitation.
    Invite,
    /// No one.
    Closed,
}

impl RegistrationMode {
    const NAMES: [(Self, &str); 3] = [(Self::Open, "open"), (Self::Invite, "invite"), (Self::Closed, "closed")];

    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(mode, _)| *mode == self).map_or("", |(_, name)| name)
    }

    fn parse(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(mode, _)| *mode)
    }
}

/// The rules of registration.
pub struct RegistrationConfig {
    pub mode: RegistrationMode,
    /// Whether the operator's account is configured. If it is not, the first account becomes the super admin.
    pub has_admin: bool,
}

impl RegistrationConfig {
    /// Fails with `misconfigured` if the variable has an unknown value.
    pub async fn read() -> Result<Self, Error> {
        let has_admin = !read("admin_email").await?.is_empty();
        let mode = RegistrationMode::parse(&read("registration").await?);
        let unknown = || Error::Misconfigured("the variable registration must be open, invite or closed".to_owned());
        Ok(Self { mode: mode.ok_or_else(unknown)?, has_admin })
    }
}

/// The wrong guesses of an address after which it must wait; 0: no limit.
pub async fn sign_in_attempts() -> Result<i64, Error> {
    Ok(read_number("sign_in_attempts", 0..=1_000_000).await?)
}
