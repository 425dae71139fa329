//! The variables of `spin.toml` that chat reads. An empty value means "not set".

use std::time::Duration;

use guest::variables::{read, read_number, read_secret};

use crate::{contract::types::Error, error::Result};

pub struct Config {
    pub provider: String,
    /// `scheme://host[:port]`; if empty, the address of the provider in the catalog.
    pub base_url: String,
    pub base_path: String,
    pub api_key: String,
    pub model: String,
    pub max_tokens: u32,
    /// Questions of a user in a day.
    pub daily_quota: u32,
    /// Questions of all users in a day that the operator's provider answers. 0: no limit.
    pub installation_quota: u32,
    /// How long a provider may send nothing.
    pub patience: Duration,
    /// How long the client may receive nothing.
    pub heartbeat: Duration,
}

impl Config {
    /// Fails with `Misconfigured`, which names the variable.
    pub async fn read() -> Result<Self> {
        let config = Self {
            provider: read("chat_provider").await?,
            base_url: read("chat_base_url").await?.trim_end_matches('/').to_ascii_lowercase(),
            base_path: read("chat_base_path").await?.trim_end_matches('/').to_owned(),
            api_key: read("chat_api_key").await?,
            model: read("chat_model").await?,
            max_tokens: read_number("chat_max_tokens", 1..=100_000).await?,
            daily_quota: read_number("chat_daily_quota", 0..=1_000_000).await?,
            installation_quota: read_number("chat_installation_quota", 0..=1_000_000_000).await?,
            patience: Duration::from_secs(read_number("chat_patience", 1..=600).await?),
            heartbeat: Duration::from_secs(read_number("chat_heartbeat", 1..=600).await?),
        };
        check(&config).map(|()| config)
    }
}

fn check(config: &Config) -> Result<()> {
    let is_origin = |url: &str| match url.split_once("://") {
        Some(("http" | "https", host)) => !host.is_empty() && !host.contains(['/', '?', '#', '@']),
        _ => false,
    };
    let fault = if !config.base_url.is_empty() && !is_origin(&config.base_url) {
        "chat_base_url must be http://host[:port] or https://host[:port]; a path belongs in chat_base_path"
    } else if !config.base_path.is_empty() && !config.base_path.starts_with('/') {
        "chat_base_path must begin with /"
    } else if !config.api_key.bytes().all(|byte| byte.is_ascii_graphic()) {
        "chat_api_key must have visible ASCII characters only"
    } else {
        return Ok(());
    };
    Err(Error::Misconfigured(format!("the variable {fault}")))
}

/// The secret that users' keys are encrypted with; `None` if the operator set none.
pub async fn key_secret() -> Result<Option<Vec<u8>>> {
    Ok(read_secret("chat_secret").await?)
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn config(provider: &str, base_url: &str, api_key: &str) -> Config {
        Config {
            provider: provider.to_owned(),
            base_url: base_url.to_owned(),
            base_path: String::new(),
            api_key: api_key.to_owned(),
            model: String::new(),
            max_tokens: 1,
            daily_quota: 1,
            installation_quota: 0,
            patience: Duration::ZERO,
            heartbeat: Duration::ZERO,
        }
    }

    #[test]
    fn a_base_url_must_be_an_origin() {
        let with_url = |url: &str| check(&config("openai", url, "k"));
        for origin in ["", "http://127.0.0.1:9000", "https://api.example"] {
            assert!(with_url(origin).is_ok(), "{origin}");
        }
        for other in
            ["api.example", "ftp://api.example", "https://api.example/v1", "https://user@api.example", "https://"]
        {
            assert!(matches!(with_url(other), Err(Error::Misconfigured(_))), "{other}");
        }
    }

    #[test]
    fn a_base_path_must_begin_with_a_slash() {
        let config = Config { base_path: "v1".to_owned(), ..config("openai", "", "k") };
        assert!(matches!(check(&config), Err(Error::Misconfigured(_))));
    }
}
