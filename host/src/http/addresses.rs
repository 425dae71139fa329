//! What the clients of one address take: connections, requests, memory.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use ipnet::IpNet;
use tokio::sync::Semaphore;

use crate::limits::ConnectionLimits;

/// The table is searched for unused entries when it has this many, and then at each doubling.
const FIRST_SWEEP: usize = 256;
/// The connections that any address gets while there are any left.
const LEAST_CONNECTIONS: usize = 8;

/// The use of one address.
pub struct Address {
    connections: AtomicUsize,
    /// Requests from the end of their heads to the end of their answers.
    pub unfinished: AtomicUsize,
    /// One permit for each request that a guest handles.
    pub running: Arc<Semaphore>,
    /// One permit for each body that waits in a file.
    pub uploads: Arc<Semaphore>,
    /// One permit, for the large body that a guest processes.
    pub large: Arc<Semaphore>,
    /// Bytes of bodies and answers that the host holds.
    pub held: AtomicUsize,
}

impl Address {
    fn new(limits: &ConnectionLimits) -> Self {
        Self {
            connections: AtomicUsize::new(0),
            unfinished: AtomicUsize::new(0),
            running: Arc::new(Semaphore::new(limits.requests_per_address)),
            uploads: Arc::new(Semaphore::new(limits.uploads_per_address)),
            large: Arc::new(Semaphore::new(1)),
            held: AtomicUsize::new(0),
        }
    }
}

/// All addresses with connections. An address that was refused nothing lately may still have an entry.
pub struct Addresses {
    table: Mutex<Table>,
    total: AtomicUsize,
    /// The addresses of proxies, which have no limits of their own.
    exempt: Vec<IpNet>,
}

struct Table {
    entries: HashMap<IpAddr, Arc<Address>>,
    next_sweep: usize,
}

/// A connection that is counted until this is dropped.
pub struct Admitted {
    addresses: Arc<Addresses>,
    /// `None`: a proxy.
    pub address: Option<Arc<Address>>,
}

impl Drop for Admitted {
    fn drop(&mut self) {
        self.addresses.total.fetch_sub(1, Ordering::Relaxed);
        if let Some(address) = &self.address {
            address.connections.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Addresses {
    pub fn new(exempt: Vec<IpNet>) -> Self {
        let table = Table { entries: HashMap::new(), next_sweep: FIRST_SWEEP };
        Self { table: Mutex::new(table), total: AtomicUsize::new(0), exempt }
    }

    /// Counts a connection; `None` if there are too many, of this address or of all. Only the task that accepts
    /// connections calls this.
    pub fn admit(self: &Arc<Self>, client: IpAddr, limits: &ConnectionLimits, most: usize) -> Option<Admitted> {
        let client = client.to_canonical();
        let total = self.total.load(Ordering::Relaxed);
        if total >= most {
            return None;
        }
        let address = match self.exempt.iter().any(|network| network.contains(&client)) {
            true => None,
            false => Some(self.entry(network_of(client), limits)),
        };
        if let Some(address) = &address {
            // The fuller the host is, the fewer connections an address may have, so that others find a place.
            let fair = ((most - total) / 4).max(LEAST_CONNECTIONS);
            if address.connections.load(Ordering::Relaxed) >= limits.connections_per_address.min(fair) {
                return None;
            }
            address.connections.fetch_add(1, Ordering::Relaxed);
        }
        self.total.fetch_add(1, Ordering::Relaxed);
        Some(Admitted { addresses: self.clone(), address })
    }

    fn entry(&self, key: IpAddr, limits: &ConnectionLimits) -> Arc<Address> {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        if table.entries.len() >= table.next_sweep {
            // An entry is used by connections, and by requests whose connection has ended.
            table.entries.retain(|_, address| Arc::strong_count(address) > 1);
            table.next_sweep = (2 * table.entries.len()).max(FIRST_SWEEP);
        }
        table.entries.entry(key).or_insert_with(|| Arc::new(Address::new(limits))).clone()
    }
}

/// The address itself, or the IPv6 network of 64 bits that one customer of a provider usually has.
fn network_of(client: IpAddr) -> IpAddr {
    match client {
        IpAddr::V4(_) => client,
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admit(addresses: &Arc<Addresses>, client: &str, most: usize) -> Option<Admitted> {
        let limits = ConnectionLimits { connections_per_address: 3, ..ConnectionLimits::default() };
        addresses.admit(client.parse().unwrap(), &limits, most)
    }

    #[test]
    fn an_ipv6_network_counts_as_one_address_and_others_are_admitted() {
        let addresses = Arc::new(Addresses::new(Vec::new()));
        let _open: Vec<_> = (1..=3).map(|n| admit(&addresses, &format!("2001:db8::{n}"), 100).unwrap()).collect();
        assert!(admit(&addresses, "2001:db8::4", 100).is_none());
        assert!(admit(&addresses, "2001:db8:0:1::4", 100).is_some());
        assert!(admit(&addresses, "192.0.2.1", 100).is_some());
    }

    #[test]
    fn a_proxy_may_have_all_connections_but_not_more() {
        let addresses = Arc::new(Addresses::new(vec!["10.0.0.0/8".parse().unwrap()]));
        let open: Vec<_> = (0..5).map(|_| admit(&addresses, "::ffff:10.1.2.3", 5).unwrap()).collect();
        assert!(admit(&addresses, "10.1.2.3", 5).is_none());
        drop(open);
        assert!(admit(&addresses, "10.1.2.3", 5).is_some());
    }

    #[test]
    fn unused_entries_are_removed() {
        let addresses = Arc::new(Addresses::new(Vec::new()));
        for n in 0..2_000_u32 {
            let client = std::net::Ipv4Addr::from_bits(n).to_string();
            drop(admit(&addresses, &client, 100).unwrap());
        }
        assert!(addresses.table.lock().unwrap().entries.len() <= FIRST_SWEEP);
    }
}
