//! Who sent a request.

use std::{
    net::IpAddr,
    sync::atomic::{AtomicBool, Ordering},
};

use crate::{bindings::exports::vinyl::system::clients::Location, limits, proxies};

const WARNING: &str = "a request from this machine has the header X-Forwarded-For or Forwarded, and no proxy is \
    trusted: if a proxy is in front, set trusted_proxies, or all clients behind it share one limit";

pub fn locate(peer: &str, forwarded: &[String], x_forwarded_for: &[String]) -> Location {
    let Some(peer) = proxies::parse(peer) else { return Location { address: String::new(), warning: None } };
    let Ok(limits) = limits::limits() else { return Location { address: peer.to_string(), warning: None } };
    let address = limits.proxies.client(peer, forwarded, x_forwarded_for);
    let warning = limits.proxies.is_empty() && is_first_of_loopback(peer);
    Location { address: address.to_string(), warning: warning.then(|| WARNING.to_owned()) }
}

fn is_first_of_loopback(peer: IpAddr) -> bool {
    static IS_WARNED: AtomicBool = AtomicBool::new(false);
    peer.is_loopback() && !IS_WARNED.swap(true, Ordering::Relaxed)
}
