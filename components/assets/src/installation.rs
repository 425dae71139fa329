//! The host names of the installation, from the component's variables.

use std::sync::OnceLock;

use guest::{Error, hosts::Hosts};
use spin_sdk::variables;

/// Returns the host names; `None` if a variable is malformed or cannot be read. An instance parses them once. The
/// gateway has the same variables and logs what is wrong with them.
pub async fn hosts() -> Option<&'static Hosts> {
    static HOSTS: OnceLock<Option<Hosts>> = OnceLock::new();
    if let Some(hosts) = HOSTS.get() {
        return hosts.as_ref();
    }
    match parse().await {
        Ok(hosts) => HOSTS.get_or_init(|| Some(hosts)).as_ref(),
        Err(Error::Misconfigured(_)) => HOSTS.get_or_init(|| None).as_ref(),
        // The next request tries again.
        Err(_) => None,
    }
}

async fn parse() -> Result<Hosts, Error> {
    Hosts::parse(&read("allowed_hosts").await?, &read("public_url").await?)
}

async fn read(name: &str) -> Result<String, Error> {
    match variables::get(name).await {
        Ok(value) => Ok(value),
        Err(variables::Error::Undefined(_)) => Ok(String::new()),
        Err(error) => Err(Error::Unavailable(format!("the variable {name} cannot be read: {error}"))),
    }
}
