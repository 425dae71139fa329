//! The origin of an address: scheme, host and port.

use std::net::IpAddr;

use http::{Uri, uri::PathAndQuery};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// `http` or `https`.
    pub scheme: String,
    /// Host and port, in lower case. A host may begin with `*.`: then it is every host below the rest.
    pub authority: String,
}

impl Origin {
    /// Parses an address that has an origin and nothing else, such as `https://api.discogs.com`.
    pub fn parse(text: &str) -> Option<Self> {
        let uri: Uri = text.parse().ok()?;
        let has_no_path = matches!(uri.path_and_query().map_or("", PathAndQuery::as_str), "/" | "");
        Self::of(&uri).filter(|_| has_no_path)
    }

    /// Returns the origin of an address; `None` for an address with user information or another scheme.
    pub fn of(uri: &Uri) -> Option<Self> {
        let (scheme, authority) = (uri.scheme_str()?, uri.authority()?.as_str());
        let is_supported = matches!(scheme, "http" | "https") && !authority.contains('@');
        is_supported.then(|| Self { scheme: scheme.to_owned(), authority: authority.to_ascii_lowercase() })
    }

    /// Whether the other origin is this one, or one of those that this one's `*.` means.
    pub fn includes(&self, other: &Self) -> bool {
        self.scheme == other.scheme
            && match self.authority.strip_prefix('*') {
                Some(suffix) if suffix.starts_with('.') => other.authority.ends_with(suffix),
                _ => self.authority == other.authority,
            }
    }

    /// Whether no one between can read what is sent there: by https, or on this machine.
    pub fn is_private(&self) -> bool {
        let host = match self.authority.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => self.authority.split(':').next().unwrap_or_default(),
        };
        self.scheme == "https" || host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_with_a_host_is_an_origin() {
        for good in ["https://api.discogs.com", "https://API.discogs.com/", "http://127.0.0.1:9000"] {
            assert!(Origin::parse(good).is_some(), "{good}");
        }
    }

    #[test]
    fn an_origin_with_a_wildcard_includes_the_hosts_below_it() {
        let includes = |allowed: &str, other: &str| {
            Origin::parse(allowed).unwrap().includes(&Origin::of(&other.parse().unwrap()).unwrap())
        };
        for good in ["https://ia8.us.archive.org/1/items/x.jpg", "https://dn7.ca.Archive.org/x"] {
            assert!(includes("https://*.archive.org", good), "{good}");
        }
        for bad in [
            "http://ia8.us.archive.org/x",
            "https://archive.org/x",
            "https://evilarchive.org/x",
            "https://archive.org.evil.example/x",
            "https://ia8.us.archive.org:8443/x",
        ] {
            assert!(!includes("https://*.archive.org", bad), "{bad}");
        }
        assert!(includes("https://archive.org", "https://archive.org/x"));
    }

    #[test]
    fn without_https_only_this_machine_is_private() {
        let is_private = |address: &str| Origin::parse(address).is_some_and(|origin| origin.is_private());
        for private in ["https://api.discogs.com", "http://127.0.0.1:9000", "http://[::1]:9000", "http://localhost"] {
            assert!(is_private(private), "{private}");
        }
        for open in ["http://10.0.0.5:8000", "http://api.discogs.com", "http://localhost.evil.example"] {
            assert!(!is_private(open), "{open}");
        }
    }

    #[test]
    fn an_address_with_anything_else_is_refused() {
        for bad in ["", "api.discogs.com", "ftp://x", "https://x/path", "https://u:p@x", "https://x?y", "/x"] {
            assert_eq!(Origin::parse(bad), None, "{bad}");
        }
    }
}
