//! The variables of `spin.toml` that this component reads.

use std::fmt;

use guest::variables;

use crate::{contract::Error, error::Result, origin::Origin};

/// The currencies that Discogs' marketplace supports.
pub const CURRENCIES: [&str; 12] = ["USD", "GBP", "EUR", "CAD", "AUD", "JPY", "CHF", "MXN", "BRL", "NZD", "SEK", "ZAR"];

/// More than Discogs allows in a day.
const MAX_REQUESTS: i64 = 1_000_000;

#[derive(Debug, Clone)]
pub struct Config {
    /// Discogs' API.
    pub api: Origin,
    /// The only origin that images are fetched from.
    pub images: Origin,
    pub credentials: Credentials,
    /// The currency of prices, unless the caller names one.
    pub currency: String,
    /// Whether callers without an account are served.
    pub public_lookup: bool,
    pub limits: Limits,
}

/// What lookups may use. 0: no limit.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Requests to Discogs that one caller causes in a day (UTC).
    pub caller_requests: i64,
    /// Requests to Discogs in a day (UTC), covers included.
    pub requests: i64,
    /// Bytes of stored covers.
    pub cover_bytes: i64,
}

impl Config {
    /// # Errors
    /// `Misconfigured`, naming the variable that is wrong; `Unavailable` if the host cannot read the variables.
    pub async fn read() -> Result<Self> {
        let currency = variables::read("discogs_currency").await?.to_uppercase();
        if !CURRENCIES.contains(&currency.as_str()) {
            return Err(Error::Misconfigured(format!("discogs_currency must be one of {}", CURRENCIES.join(", "))));
        }
        Ok(Self {
            api: read_origin("discogs_base_url").await?,
            images: read_origin("discogs_image_url").await?,
            credentials: Credentials::parse(
                variables::read("discogs_token").await?,
                variables::read("discogs_key").await?,
                variables::read("discogs_secret").await?,
            )?,
            currency,
            public_lookup: variables::read("public_lookup").await? == "true",
            limits: Limits {
                caller_requests: variables::read_number("discogs_daily_quota", 0..=MAX_REQUESTS).await?,
                requests: variables::read_number("discogs_installation_quota", 0..=MAX_REQUESTS).await?,
                cover_bytes: variables::read_number("discogs_cover_bytes", 0..=i64::MAX).await?,
            },
        })
    }
}

/// The secret that users' tokens are encrypted with; `None` if the operator set none.
pub async fn account_secret() -> Result<Option<Vec<u8>>> {
    Ok(variables::read_secret("discogs_account_secret").await?)
}

async fn read_origin(name: &str) -> Result<Origin> {
    Origin::parse(&variables::read(name).await?).ok_or_else(|| {
        Error::Misconfigured(format!(
            "{name} must be a scheme and a host, with or without a port: https://api.discogs.com"
        ))
    })
}

/// How we identify ourselves to Discogs.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    None,
    Application { key: String, secret: String },
    PersonalToken(String),
}

impl Credentials {
    fn parse(token: String, key: String, secret: String) -> Result<Self> {
        match (token.is_empty(), key.is_empty(), secret.is_empty()) {
            (false, ..) => Ok(Self::PersonalToken(token)),
            (_, true, true) => Ok(Self::None),
            (_, false, false) => Ok(Self::Application { key, secret }),
            _ => Err(Error::Misconfigured("discogs_key and discogs_secret must be set together".to_owned())),
        }
    }

    /// The value of the `Authorization` header.
    pub fn authorization(&self) -> Option<String> {
        match self {
            Self::None => None,
            Self::Application { key, secret } => Some(format!("Discogs key={key}, secret={secret}")),
            Self::PersonalToken(token) => Some(format!("Discogs token={token}")),
        }
    }

    pub fn is_personal_token(&self) -> bool {
        matches!(self, Self::PersonalToken(_))
    }

    /// The requests per minute that Discogs documents; in force until a response states the limit.
    pub fn default_rate_limit(&self) -> i64 {
        if *self == Self::None { 25 } else { 60 }
    }
}

/// Without the secrets, so that they cannot reach a log.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Application { .. } => "Application",
            Self::PersonalToken(_) => "PersonalToken",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(token: &str, key: &str, secret: &str) -> Result<Credentials> {
        Credentials::parse(token.into(), key.into(), secret.into())
    }

    #[test]
    fn a_token_is_preferred_to_a_key() {
        assert_eq!(parse("", "", "").unwrap().authorization(), None);
        assert_eq!(parse("t", "k", "s").unwrap().authorization().as_deref(), Some("Discogs token=t"));
        assert_eq!(parse("", "k", "s").unwrap().authorization().as_deref(), Some("Discogs key=k, secret=s"));
    }

    #[test]
    fn a_key_without_its_secret_is_refused() {
        assert!(parse("", "k", "").is_err());
        assert!(parse("", "", "s").is_err());
    }

    #[test]
    fn debug_output_does_not_contain_secrets() {
        assert!(!format!("{:?}", parse("hunter2", "", "")).contains("hunter2"));
    }
}
