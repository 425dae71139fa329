//! The address of a client behind proxies. Only what a trusted proxy says is believed (`trusted_proxies`).

use std::net::{IpAddr, SocketAddr};

use guest::variables;
use ipnet::IpNet;

/// The networks whose headers are believed.
#[derive(Debug, Default, PartialEq)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    /// # Errors
    /// A text that names the variable and the wrong entry.
    pub fn read() -> Result<Self, String> {
        Self::parse(variables::text("trusted_proxies").map_err(|error| error.to_string())?)
    }

    fn parse(list: &str) -> Result<Self, String> {
        let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let networks = entries.map(|entry| {
            let network = entry.parse().or_else(|_| entry.parse().map(|address: IpAddr| address.to_canonical().into()));
            network.map_err(|_| {
                format!(
                    "the variable trusted_proxies has `{entry}`, which is neither an address nor a network such as \
                     10.0.0.0/8"
                )
            })
        });
        networks.collect::<Result<_, _>>().map(Self)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The address of the client: the last one in a header that is not a trusted proxy's, because a client can write
    /// anything before it.
    ///
    /// A proxy usually writes one of the two headers and passes the other one on as it came from the client. So if a
    /// request has both and they differ, neither is believed.
    pub fn client(&self, peer: IpAddr, forwarded: &[String], x_forwarded_for: &[String]) -> IpAddr {
        if !self.trusts(peer) {
            return peer;
        }
        let plain = || x_forwarded_for.iter().flat_map(|value| value.split(',')).map(parse).collect::<Vec<_>>();
        let standard = || forwarded.iter().flat_map(|value| elements(value)).map(parse_element).collect::<Vec<_>>();
        match (forwarded.is_empty(), x_forwarded_for.is_empty()) {
            (true, _) => self.last_untrusted(peer, &plain()),
            (_, true) => self.last_untrusted(peer, &standard()),
            _ => {
                let client = self.last_untrusted(peer, &plain());
                if self.last_untrusted(peer, &standard()) == client { client } else { peer }
            }
        }
    }

    /// What a trusted proxy could not name (`unknown`) is a client at that proxy.
    fn last_untrusted(&self, peer: IpAddr, hops: &[Option<IpAddr>]) -> IpAddr {
        let mut last = peer;
        for hop in hops.iter().rev() {
            match hop {
                Some(address) if self.trusts(*address) => last = *address,
                Some(address) => return *address,
                None => return last,
            }
        }
        last
    }
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`.
pub fn parse(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()));
    address.map(|address| address.to_canonical())
}

/// The elements of `Forwarded` (RFC 7239). A quoted text may have commas.
fn elements(value: &str) -> Vec<&str> {
    let mut is_quoted = false;
    value
        .split(|character| {
            is_quoted ^= character == '"';
            character == ',' && !is_quoted
        })
        .collect()
}

/// The address in `for=…` of an element.
fn parse_element(element: &str) -> Option<IpAddr> {
    let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let (_, node) = pairs.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    parse(node.trim().trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEER: &str = "10.0.0.1";

    fn client(forwarded: &[&str], x_forwarded_for: &[&str]) -> String {
        let proxies = Proxies::parse("10.0.0.0/8, 2001:db8:1::/48,192.0.2.9").unwrap();
        let list = |values: &[&str]| values.iter().map(ToString::to_string).collect::<Vec<_>>();
        proxies.client(PEER.parse().unwrap(), &list(forwarded), &list(x_forwarded_for)).to_string()
    }

    #[test]
    fn the_last_address_that_is_not_a_proxys_is_the_clients() {
        for (value, expected) in [
            ("203.0.113.9", "203.0.113.9"),
            ("6.6.6.6, 203.0.113.9", "203.0.113.9"),
            ("6.6.6.6, 203.0.113.9 , 10.2.3.4,192.0.2.9", "203.0.113.9"),
            ("203.0.113.9:4711", "203.0.113.9"),
            ("2001:db8::7", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("[2001:db8::7]:443, 2001:db8:1::5", "2001:db8::7"),
            ("::ffff:203.0.113.9", "203.0.113.9"),
            ("10.9.9.9", "10.9.9.9"),
            ("203.0.113.9, unknown", PEER),
            ("203.0.113.9, garbage, 10.0.0.2", "10.0.0.2"),
            ("203.0.113.9,", PEER),
            ("", PEER),
        ] {
            assert_eq!(client(&[], &[value]), expected, "{value}");
        }
        assert_eq!(client(&[], &["6.6.6.6", "203.0.113.9, 10.0.0.3"]), "203.0.113.9");
    }

    #[test]
    fn the_header_forwarded_is_read_as_well() {
        for (value, expected) in [
            ("for=203.0.113.9", "203.0.113.9"),
            ("for=6.6.6.6, For=\"203.0.113.9:80\";proto=https;by=10.0.0.1", "203.0.113.9"),
            ("for=\"[2001:db8::7]:4711\"", "2001:db8::7"),
            ("for=203.0.113.9;x=\"a,b\", for=10.0.0.4", "203.0.113.9"),
            ("for=_hidden", PEER),
            ("for=203.0.113.9, proto=https", PEER),
            ("for=unknown", PEER),
        ] {
            assert_eq!(client(&[value], &[]), expected, "{value}");
        }
    }

    #[test]
    fn of_two_headers_that_differ_neither_is_believed() {
        assert_eq!(client(&["for=6.6.6.6"], &["203.0.113.9"]), PEER);
        assert_eq!(client(&["for=203.0.113.9"], &["6.6.6.6, 203.0.113.9"]), "203.0.113.9");
    }

    #[test]
    fn a_peer_that_is_not_a_proxy_is_the_client() {
        let peer = "203.0.113.9".parse().unwrap();
        let header = ["6.6.6.6".to_owned()];
        assert_eq!(Proxies::default().client(peer, &[], &header), peer);
        assert_eq!(Proxies::parse("10.0.0.0/8").unwrap().client(peer, &header, &header), peer);
    }

    #[test]
    fn a_wrong_entry_is_named() {
        let fault = Proxies::parse("10.0.0.0/8, 10.0.0.0/40").unwrap_err();
        assert!(fault.contains("trusted_proxies has `10.0.0.0/40`"), "{fault}");
        assert!(Proxies::parse("proxy.example").is_err());
    }
}
