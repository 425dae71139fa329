//! The host names of the installation: `allowed_hosts`, or else the host of `public_url`.

use std::net::IpAddr;

use crate::error::{Error, Result};

/// Which `Host` a request may have.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Hosts {
    /// In lower case. Empty: any.
    names: Vec<String>,
    /// Whether people reach the installation by https.
    pub is_https: bool,
}

impl Hosts {
    /// # Errors
    /// [`Error::Misconfigured`] if a value is not what the variable is for.
    pub fn parse(allowed_hosts: &str, public_url: &str) -> Result<Self> {
        let public_url = public_url.trim();
        let (scheme, rest) = public_url.split_once("://").unwrap_or_default();
        let authority = rest.split('/').next().unwrap_or_default();
        let public = name(authority).filter(|_| matches!(scheme, "http" | "https"));
        if public.is_none() && !public_url.is_empty() {
            return Err(Error::Misconfigured(
                "the variable public_url must be http:// or https:// and a host: https://vinyl.example.org".to_owned(),
            ));
        }
        let mut names = Vec::new();
        for entry in allowed_hosts.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            names.push(name(entry).ok_or_else(|| {
                Error::Misconfigured(format!("the variable allowed_hosts has `{entry}`, which is not a host name"))
            })?);
        }
        if names.is_empty() {
            names.extend(public);
        }
        Ok(Self { names, is_https: scheme == "https" })
    }

    /// Whether a request may have this `Host`, with or without a port. The names of this machine are always allowed.
    pub fn allow(&self, host: &str) -> bool {
        self.names.is_empty() || name(host).is_some_and(|host| self.names.contains(&host) || is_loopback(&host))
    }
}

/// The request header in which the host passes the address that a request was sent to. It is appended to the client's
/// headers: only the last one can be trusted.
pub const URL_HEADER: &str = "spin-full-url";

/// The host of such an address, with its port if it has one.
pub fn of_url(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default()
}

/// The name or address in `host[:port]`, in lower case and without the final dot; `None` if it is malformed.
fn name(host: &str) -> Option<String> {
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => host.find(':').map_or((host, ""), |colon| host.split_at(colon)),
    };
    let is_port =
        port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.bytes().all(|b| b.is_ascii_digit()));
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:".contains(&b));
    (is_port && is_name).then(|| name.to_ascii_lowercase())
}

fn is_loopback(name: &str) -> bool {
    name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_hosts_of_the_installation_are_allowed() {
        let public = Hosts::parse("", "https://Vinyl.example.org/").unwrap();
        let listed = Hosts::parse("vinyl.example.org, 192.0.2.7", "https://other.example").unwrap();
        assert!(public.is_https && listed.is_https);
        for host in ["vinyl.example.org", "VINYL.example.org:443", "vinyl.example.org.", "localhost:3000", "[::1]:80"] {
            assert!(public.allow(host) && listed.allow(host), "{host}");
        }
        for host in ["evil.example", "vinyl.example.org.evil.example", "", "x vinyl.example.org", "vinyl.example.org:x"]
        {
            assert!(!public.allow(host) && !listed.allow(host), "{host}");
        }
        assert!(listed.allow("192.0.2.7:3000") && !public.allow("192.0.2.7") && !listed.allow("other.example"));
        assert!(Hosts::parse("", "").unwrap().allow("anything"));
    }

    #[test]
    fn the_host_of_an_address_is_found() {
        assert_eq!(of_url("https://vinyl.example.org:8443/a?b=//c"), "vinyl.example.org:8443");
        assert_eq!((of_url("http://[::1]"), of_url("nonsense/x"), of_url("")), ("[::1]", "", ""));
    }

    #[test]
    fn a_value_that_is_not_a_host_is_refused_by_its_variable() {
        for (allowed, public) in [("https://a.example", ""), ("a/b", ""), ("", "vinyl.example.org"), ("", "ftp://a")] {
            let Err(Error::Misconfigured(message)) = Hosts::parse(allowed, public) else { panic!("{allowed}{public}") };
            assert!(message.contains(if public.is_empty() { "allowed_hosts" } else { "public_url" }), "{message}");
        }
    }
}
