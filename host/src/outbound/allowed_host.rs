//! An entry of `allowed_outbound_hosts`: `scheme://host[:port]`, with Spin's wildcards.

use std::{net::IpAddr, ops::Range};

use anyhow::{Context, Result, bail};
use ipnet::IpNet;

#[derive(Debug, PartialEq, Eq)]
pub struct AllowedHost {
    /// `None`: any scheme.
    scheme: Option<String>,
    host: Host,
    port: Port,
}

#[derive(Debug, PartialEq, Eq)]
enum Host {
    Any,
    /// Every name that ends with this suffix, such as `.example.com`.
    Suffix(String),
    Name(String),
    Network(IpNet),
}

#[derive(Debug, PartialEq, Eq)]
enum Port {
    Any,
    One(u16),
    /// Without the end, as in Spin.
    Range(Range<u16>),
}

impl AllowedHost {
    pub fn parse(entry: &str) -> Result<Self> {
        let Some((scheme, rest)) = entry.trim().split_once("://") else {
            bail!("`{entry}` has no scheme: write `https://host`, or `*://host:*` for any");
        };
        if scheme != "*" && !scheme.chars().all(|c| c.is_ascii_alphabetic()) {
            bail!("`{scheme}` is not a scheme");
        }
        let rest = match rest.strip_suffix('/') {
            Some(host) if !host.ends_with('/') => host,
            _ => rest,
        };
        let (host, port) = split_port(rest);
        let port = match port {
            None | Some("") => Port::One(
                default_port(scheme)
                    .with_context(|| format!("`{entry}` needs a port: the scheme `{scheme}` has no usual one"))?,
            ),
            Some("*") => Port::Any,
            Some(port) => match port.split_once("..") {
                Some((from, to)) => Port::Range(parse_port(from)?..parse_port(to)?),
                None => Port::One(parse_port(port)?),
            },
        };
        Ok(Self { scheme: (scheme != "*").then(|| scheme.to_ascii_lowercase()), host: Host::parse(host)?, port })
    }

    pub fn allows(&self, scheme: &str, host: &str, port: Option<u16>) -> bool {
        let port = port.or_else(|| default_port(scheme));
        self.scheme.as_deref().is_none_or(|s| s.eq_ignore_ascii_case(scheme))
            && self.host.allows(host)
            && match &self.port {
                Port::Any => true,
                Port::One(allowed) => port == Some(*allowed),
                Port::Range(range) => port.is_some_and(|p| range.contains(&p)),
            }
    }
}

impl Host {
    fn parse(host: &str) -> Result<Self> {
        if host == "*" {
            return Ok(Self::Any);
        }
        if host == "self" || host == "self.alt" || host.ends_with("spin.internal") {
            bail!("`{host}`: this host does not implement calls to the application itself; use a dependency instead");
        }
        if let Some((address, bits)) = host.split_once('/') {
            let Ok(address) = without_brackets(address).parse::<IpAddr>() else {
                bail!("`{host}` has a path, which is not allowed: only scheme, host and port");
            };
            let network = bits.parse().ok().and_then(|bits| IpNet::new(address, bits).ok());
            return network.map(Self::Network).with_context(|| format!("`{host}` has no valid length of its prefix"));
        }
        if let Ok(address) = without_brackets(host).parse::<IpAddr>() {
            return Ok(Self::Network(address.into()));
        }
        let (name, is_wildcard) = match host.strip_prefix("*.") {
            Some(name) => (name, true),
            None => (host, false),
        };
        let valid = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
        if name.is_empty() || !name.chars().all(valid) {
            bail!("`{host}` is not a host name (a wildcard must be `*` alone or a leading `*.`)");
        }
        let name = name.to_ascii_lowercase();
        Ok(if is_wildcard { Self::Suffix(format!(".{name}")) } else { Self::Name(name) })
    }

    fn allows(&self, host: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Suffix(suffix) => host.to_ascii_lowercase().ends_with(suffix.as_str()),
            Self::Name(name) => name.eq_ignore_ascii_case(host),
            Self::Network(network) => without_brackets(host).parse::<IpAddr>().is_ok_and(|ip| network.contains(&ip)),
        }
    }
}

/// Splits `host:port`; the colons of an IPv6 address are part of the host.
fn split_port(rest: &str) -> (&str, Option<&str>) {
    if let Some(end) = rest.rfind(']') {
        let (host, tail) = rest.split_at(end + 1);
        return (host, tail.strip_prefix(':'));
    }
    match rest.rsplit_once(':') {
        Some((host, _)) if host.contains(':') && !host.contains('/') => (rest, None),
        Some((host, port)) => (host, Some(port)),
        None => (rest, None),
    }
}

fn without_brackets(host: &str) -> &str {
    host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host)
}

fn parse_port(port: &str) -> Result<u16> {
    port.parse().with_context(|| format!("`{port}` is not a port"))
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme.to_ascii_lowercase().as_str() {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::AllowedHost;

    #[test]
    fn an_entry_allows_only_matching_requests() {
        for (entry, scheme, host, port, allowed) in [
            ("https://api.example", "https", "api.example", None, true),
            ("https://api.example", "https", "API.example", Some(443), true),
            ("https://api.example", "http", "api.example", Some(443), false),
            ("https://api.example", "https", "api.example", Some(8443), false),
            ("https://api.example/", "https", "api.example", None, true),
            ("https://api.example", "https", "api.example.evil", None, false),
            ("https://*.example", "https", "a.b.example", None, true),
            ("https://*.example", "https", "example", None, false),
            ("https://*.example", "https", "badexample", None, false),
            ("*://*:*", "http", "anything", Some(1), true),
            ("http://127.0.0.1:9000", "http", "127.0.0.1", Some(9000), true),
            ("http://127.0.0.1:9000", "http", "127.0.0.2", Some(9000), false),
            ("http://h:8000..8002", "http", "h", Some(8001), true),
            ("http://h:8000..8002", "http", "h", Some(8002), false),
            ("http://10.0.0.0/8:80", "http", "10.200.1.1", None, true),
            ("http://10.0.0.0/8:80", "http", "11.0.0.1", None, false),
            ("http://10.1.2.3/12", "http", "10.15.0.1", None, true),
            ("http://10.1.2.3/12", "http", "10.16.0.1", None, false),
            ("http://[::1]", "http", "[::1]", Some(80), true),
            ("http://[::1]:8080", "http", "[::1]", Some(8080), true),
            ("http://[::1]:8080", "http", "[::2]", Some(8080), false),
        ] {
            let parsed = AllowedHost::parse(entry).unwrap();
            assert_eq!(parsed.allows(scheme, host, port), allowed, "{entry}: {scheme} {host} {port:?}");
        }
    }

    #[test]
    fn malformed_entries_are_refused() {
        for entry in [
            "example.com",
            "https://example.com/path",
            "https://exa*mple.com",
            "https://*.",
            "https://example.com:port",
            "ftp://example.com",
            "https://example.com//",
            "http://10.0.0.0/33",
            "http://self",
            "http://x.spin.internal",
            "https://",
        ] {
            assert!(AllowedHost::parse(entry).is_err(), "{entry}");
        }
    }
}
