//! Bounds wrong guesses: of passwords, of the operator's secret, of refresh tokens; and counts registrations.
//!
//! With `sign_in_attempts` = 10, in a quarter of an hour:
//!
//! - An **address** (of IPv6, a /64: a household has one) may guess wrong 10 times, at one account or at many. Then
//!   also its right guesses are refused, so people behind one address (of a household, or of a carrier) wait together
//!   for a quarter of an hour at most; people who are signed in already are not affected.
//! - A **network** (a /24, of IPv6 a /48) may 100 times: an attacker who rents one would have 256 or 65,536 addresses
//!   otherwise.
//! - An **account** may be guessed at 100 times by all addresses together, which bounds a botnet. This and the limit of
//!   a network do not hold for an address that signed in to the account in the last 90 days: its owner is not locked
//!   out.
//!
//! An unknown email is counted like a known one. A right password forgets the wrong ones for this account from this
//! address, not the others: an attacker could otherwise reset the count of an address by signing in to an account of
//! their own.
//!
//! A guess is counted before it is checked, so that no more than that many are checked at the same time either.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::OnceLock,
};

use password::guesses::{self, counted_as};

use crate::{
    config,
    contract::{Client, Error},
    store::{AttemptKeys, AttemptLimits, Counts, Store},
};

/// How many times the guesses of an address a network may guess, and an account be guessed at.
const FACTOR: i64 = 10;
/// What to wait if all guesses that are left are being checked now.
const RETRY_SECONDS: u32 = 1;

/// What is guessed. Each is counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Password,
    Registration,
    RefreshToken,
    OperatorSecret,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Self::Password => guesses::PASSWORD,
            Self::Registration => "registration",
            Self::RefreshToken => "refresh",
            Self::OperatorSecret => "operator",
        }
    }

    /// A shift of SQLite's.
    fn window(self) -> &'static str {
        match self {
            Self::Registration => "+1 hour",
            _ => "+15 minutes",
        }
    }
}

/// The guesses of a client at one thing. `None` inside: they are not limited.
pub struct Attempts(Option<Limited>);

struct Limited {
    keys: AttemptKeys,
    limits: AttemptLimits,
}

impl Attempts {
    /// `subject` is the key of the email that a password is guessed for; `user_id` its account, if there is one.
    pub async fn of(purpose: Purpose, subject: &str, user_id: Option<i64>, client: &Client) -> Result<Self, Error> {
        let most = config::sign_in_attempts().await?;
        if most == 0 {
            return Ok(Self(None));
        }
        let secret = secret().await?;
        let (address, network) = prefixes(&client.address);
        let key = |kind: &str, text: &str| counted_as(secret, purpose.name(), kind, text);
        let keys = AttemptKeys {
            address: key("address", &address),
            network: key("network", &network),
            subject: key(guesses::SUBJECT, subject),
            user_id,
        };
        let by_subject = if purpose == Purpose::Password { most * FACTOR } else { i64::MAX };
        let limits =
            AttemptLimits { address: most, network: most * FACTOR, subject: by_subject, window: purpose.window() };
        Ok(Self(Some(Limited { keys, limits })))
    }

    /// Fails with `rate-limited` if no guess is left. Writes nothing.
    pub async fn check(&self) -> Result<(), Error> {
        let Some(limited) = &self.0 else { return Ok(()) };
        match limited.seconds_to_wait(&Store::open().await?.count_attempts(&limited.keys).await?) {
            Some(seconds) => Err(Error::RateLimited(seconds)),
            None => Ok(()),
        }
    }

    /// Counts a guess that is checked next; `wrong` or the store's `forget_attempts` follows.
    /// Fails with `rate-limited` if none is left, `busy` if those that are left are being checked.
    pub async fn begin(&self) -> Result<(), Error> {
        self.count(true).await
    }

    /// Counts a guess that was wrong, or a registration. Fails as `begin` does.
    pub async fn spend(&self) -> Result<(), Error> {
        self.count(false).await
    }

    async fn count(&self, is_pending: bool) -> Result<(), Error> {
        let Some(limited) = &self.0 else { return Ok(()) };
        let store = Store::open().await?;
        if store.insert_attempt(&limited.keys, &limited.limits, is_pending).await? {
            return Ok(());
        }
        let counts = store.count_attempts(&limited.keys).await?;
        Err(limited.seconds_to_wait(&counts).map_or(Error::Busy(RETRY_SECONDS), Error::RateLimited))
    }

    /// The guess that `begin` counted was wrong.
    pub async fn wrong(&self) -> Result<(), Error> {
        let Some(limited) = &self.0 else { return Ok(()) };
        Store::open().await?.settle_attempt(&limited.keys).await
    }

    /// The guess that `begin` counted was right.
    pub async fn right(&self) -> Result<(), Error> {
        let Some(limited) = &self.0 else { return Ok(()) };
        Store::open().await?.forget_attempts(&limited.keys).await
    }

    /// For a transaction of the store that forgets the attempts.
    pub fn keys(&self) -> Option<&AttemptKeys> {
        self.0.as_ref().map(|limited| &limited.keys)
    }
}

impl Limited {
    fn seconds_to_wait(&self, counts: &Counts) -> Option<u32> {
        let Counts { address, network, subject, is_known } = counts;
        if address.wrong >= self.limits.address {
            Some(address.seconds)
        } else if *is_known {
            None
        } else if network.wrong >= self.limits.network {
            Some(network.seconds)
        } else {
            (subject.wrong >= self.limits.subject).then_some(subject.seconds)
        }
    }
}

/// The address as it is counted, and its network.
fn prefixes(address: &str) -> (String, String) {
    let text = |address: Ipv6Addr, bits: u32| {
        let kept = u128::from(address) & (u128::MAX << (128 - bits));
        Ipv6Addr::from(kept).to_string()
    };
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V4(v4)) => {
            let [a, b, c, _] = v4.octets();
            (v4.to_string(), format!("{a}.{b}.{c}"))
        }
        Ok(IpAddr::V6(v6)) => (text(v6, 64), text(v6, 48)),
        // The host names no address: all such clients are counted as one.
        Err(_) => (String::new(), String::new()),
    }
}

/// The key of the hashes. An instance reads it once.
async fn secret() -> Result<&'static [u8], Error> {
    static SECRET: OnceLock<String> = OnceLock::new();
    if let Some(secret) = SECRET.get() {
        return Ok(secret.as_bytes());
    }
    let store = Store::open().await?;
    let load = async || store.secret("attempts").await;
    let secret =
        guest::installation_secret(load, async |candidate| store.insert_secret("attempts", &candidate).await).await?;
    Ok(SECRET.get_or_init(|| secret).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_household_are_counted_together() {
        let same =
            |one: &str, other: &str| (prefixes(one).0 == prefixes(other).0, prefixes(one).1 == prefixes(other).1);
        assert_eq!(same("192.0.2.1", "192.0.2.1"), (true, true));
        assert_eq!(same("192.0.2.1", "192.0.2.2"), (false, true));
        assert_eq!(same("192.0.2.1", "192.0.3.1"), (false, false));
        assert_eq!(same("192.0.2.1", "::ffff:192.0.2.1"), (true, true));
        assert_eq!(same("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"), (true, true));
        assert_eq!(same("2001:db8:1:2::1", "2001:db8:1:3::1"), (false, true));
        assert_eq!(same("2001:db8:1:2::1", "2001:db8:2:2::1"), (false, false));
    }
}
