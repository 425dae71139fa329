//! Who causes a request to Discogs, as the budgets count it.

use std::net::IpAddr;

use crate::{
    contract::Caller,
    secret::{Purpose, Secret},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requester {
    /// The account whose share of the minute is used; 0 for requests without an account; negative for its jobs.
    pub user_id: i64,
    /// The row of the day's count; `None` for covers and jobs, which only the installation's budget counts.
    pub counted_as: Option<String>,
}

impl Requester {
    /// A network address is counted under a code, so that the database does not say who used the installation.
    pub fn new(caller: &Caller, secret: &Secret) -> Self {
        match caller {
            Caller::Account(id) => Self { user_id: *id, counted_as: Some(format!("account {id}")) },
            Caller::Address(address) => {
                let code = secret.code(Purpose::NetworkAddress, &network(address));
                Self { user_id: 0, counted_as: Some(format!("address {code}")) }
            }
        }
    }

    /// A job that works for an account. The account itself has its share beside it.
    pub fn of_job(account: i64) -> Self {
        Self { user_id: -account, counted_as: None }
    }

    /// Whether people go before this request.
    pub fn is_job(&self) -> bool {
        self.user_id < 0
    }

    /// A browser that loads the images of a page sends no token, so the account is not known.
    pub fn of_cover() -> Self {
        Self { user_id: 0, counted_as: None }
    }
}

/// A client with IPv6 has a whole /64 network to itself.
fn network(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted_as(address: &str) -> String {
        let secret = Secret::new(b"secret").unwrap();
        Requester::new(&Caller::Address(address.to_owned()), &secret).counted_as.unwrap()
    }

    #[test]
    fn the_addresses_of_one_ipv6_network_are_one_caller() {
        assert_eq!(counted_as("2001:db8:1:2::3"), counted_as("2001:db8:1:2:ffff::4"));
        assert_ne!(counted_as("2001:db8:1:2::3"), counted_as("2001:db8:1:3::3"));
        assert_ne!(counted_as("203.0.113.1"), counted_as("203.0.113.2"));
    }

    #[test]
    fn an_address_is_not_stored_as_it_is() {
        assert!(!counted_as("203.0.113.1").contains("203.0.113.1"));
    }
}
