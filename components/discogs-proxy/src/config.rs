//! The variables of `spin.toml` that lookups read. Empty means not set.

use http::{Uri, uri::PathAndQuery};
use spin_sdk::variables;

use crate::error::{Error, Result};

pub const CURRENCIES: [&str; 12] = ["USD", "GBP", "EUR", "CAD", "AUD", "JPY", "CHF", "MXN", "BRL", "NZD", "SEK", "ZAR"];

/// A base URL or the host of covers: `https://api.discogs.com`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    pub scheme: String,
    pub authority: String,
}

#[derive(Debug, Clone)]
pub struct Config {
    pub base: Origin,
    /// The only place that covers come from.
    pub images: Origin,
    pub credentials: Credentials,
    pub currency: String,
    pub public_lookup: bool,
}

#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    None,
    Application { key: String, secret: String },
    Token(String),
}

/// Secrets stay out of logs.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Application { .. } => "Application",
            Self::Token(_) => "Token",
        })
    }
}

impl Credentials {
    /// The `Authorization` header.
    pub fn header(&self) -> Option<String> {
        match self {
            Self::None => None,
            Self::Application { key, secret } => Some(format!("Discogs key={key}, secret={secret}")),
            Self::Token(token) => Some(format!("Discogs token={token}")),
        }
    }

    pub fn is_token(&self) -> bool {
        matches!(self, Self::Token(_))
    }

    /// Requests a minute, until Discogs says otherwise.
    pub fn usual_limit(&self) -> i64 {
        if *self == Self::None { 25 } else { 60 }
    }
}

impl Config {
    /// Fails with `Misconfigured` naming the variable that is wrong.
    pub async fn read() -> Result<Self> {
        let currency = variable("discogs_currency").await?.to_uppercase();
        if !CURRENCIES.contains(&currency.as_str()) {
            return Err(Error::Misconfigured(format!("discogs_currency must be one of {}", CURRENCIES.join(", "))));
        }
        Ok(Self {
            base: Origin::parse("discogs_base_url", &variable("discogs_base_url").await?)?,
            images: Origin::parse("discogs_image_url", &variable("discogs_image_url").await?)?,
            credentials: credentials(
                variable("discogs_token").await?,
                variable("discogs_key").await?,
                variable("discogs_secret").await?,
            )?,
            currency,
            public_lookup: variable("public_lookup").await? == "true",
        })
    }
}

async fn variable(name: &str) -> Result<String> {
    match variables::get(name).await {
        Ok(value) => Ok(value.trim().to_owned()),
        Err(variables::Error::Undefined(_)) => Ok(String::new()),
        Err(error) => Err(Error::Unavailable(format!("variable {name}: {error}"))),
    }
}

fn credentials(token: String, key: String, secret: String) -> Result<Credentials> {
    match (token.is_empty(), key.is_empty(), secret.is_empty()) {
        (false, ..) => Ok(Credentials::Token(token)),
        (_, true, true) => Ok(Credentials::None),
        (_, false, false) => Ok(Credentials::Application { key, secret }),
        _ => Err(Error::Misconfigured("of discogs_key and discogs_secret only one is set".to_owned())),
    }
}

impl Origin {
    fn parse(variable: &str, text: &str) -> Result<Self> {
        let wrong = || {
            Error::Misconfigured(format!(
                "{variable} must be a scheme, a host and perhaps a port, as in https://api.discogs.com"
            ))
        };
        let uri: Uri = text.parse().map_err(|_| wrong())?;
        let (Some(origin), "/" | "") = (Self::of(&uri), uri.path_and_query().map_or("", PathAndQuery::as_str)) else {
            return Err(wrong());
        };
        Ok(origin)
    }

    /// Of an address without user and password.
    pub fn of(uri: &Uri) -> Option<Self> {
        let (scheme, authority) = (uri.scheme_str()?, uri.authority()?.as_str());
        let known = matches!(scheme, "http" | "https") && !authority.contains('@');
        known.then(|| Self { scheme: scheme.to_owned(), authority: authority.to_ascii_lowercase() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_an_origin() {
        for good in ["https://api.discogs.com", "https://API.discogs.com/", "http://127.0.0.1:9000"] {
            assert!(Origin::parse("x", good).is_ok(), "{good}");
        }
        for bad in ["", "api.discogs.com", "ftp://x", "https://x/path", "https://u:p@x", "https://x?y", "/x"] {
            assert!(matches!(Origin::parse("x", bad), Err(Error::Misconfigured(_))), "{bad}");
        }
    }

    #[test]
    fn credentials_are_whole_and_never_shown() {
        let of = |token: &str, key: &str, secret: &str| credentials(token.into(), key.into(), secret.into());
        assert_eq!(of("", "", "").unwrap().header(), None);
        assert_eq!(of("t", "k", "s").unwrap().header().as_deref(), Some("Discogs token=t"));
        assert_eq!(of("", "k", "s").unwrap().header().as_deref(), Some("Discogs key=k, secret=s"));
        assert!(of("", "k", "").is_err());
        assert!(!format!("{:?}", of("hunter2", "", "")).contains("hunter2"));
    }
}
