//! Where requests go: the origins (scheme, host and port) of providers.

use crate::{
    catalog::{KNOWN_PROVIDERS, KnownProvider},
    config::Config,
};

/// The origin of a provider: the operator's, if the operator has chosen this provider and configured one.
pub fn of<'a>(config: &'a Config, known: &'a KnownProvider) -> &'a str {
    if config.provider == known.id && !config.base_url.is_empty() { &config.base_url } else { known.base_url }
}

/// The origins that requests may be sent to. This component inherits the hosts of Discogs too, because Spin passes on
/// all outbound hosts of the gateway or none.
#[derive(Debug, Clone)]
pub struct AllowedOrigins(Vec<String>);

impl AllowedOrigins {
    pub fn of(config: &Config) -> Self {
        let configured = Some(config.base_url.as_str()).filter(|url| !url.is_empty());
        Self(KNOWN_PROVIDERS.iter().map(|known| known.base_url).chain(configured).map(str::to_owned).collect())
    }

    pub fn has(&self, is_https: bool, authority: &str) -> bool {
        let origin = format!("{}://{authority}", if is_https { "https" } else { "http" });
        self.0.contains(&origin)
    }
}

/// Whether no one between this machine and the server can read a key that is sent there.
pub fn is_private(origin: &str) -> bool {
    let Some(authority) = origin.strip_prefix("http://") else { return origin.starts_with("https://") };
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::config;

    #[test]
    fn only_configured_origins_are_allowed() {
        let allowed = AllowedOrigins::of(&config("openai", "http://127.0.0.1:9000", ""));
        assert!(allowed.has(true, "api.openai.com") && allowed.has(false, "127.0.0.1:9000"));
        for (is_https, authority) in [
            (true, "api.discogs.com"),
            (true, "i.discogs.com"),
            (false, "api.openai.com"),
            (true, "api.openai.com:8443"),
            (true, "api.openai.com.evil.example"),
            (true, "127.0.0.1:9000"),
            (false, "127.0.0.1:9001"),
            (false, ""),
        ] {
            assert!(!allowed.has(is_https, authority), "{authority}");
        }
    }

    #[test]
    fn a_key_travels_by_https_or_stays_on_this_machine() {
        for private in [
            "https://api.openai.com",
            "http://localhost:11434",
            "http://127.0.0.1",
            "http://127.8.9.1:80",
            "http://[::1]:9",
        ] {
            assert!(is_private(private), "{private}");
        }
        for open in
            ["http://10.0.0.5:8000", "http://api.openai.com", "http://localhost.evil.example", "http://[::2]", ""]
        {
            assert!(!is_private(open), "{open}");
        }
    }
}
