//! Whether the session of an access token is active. An instance remembers the answer for a few seconds, so that most
//! requests need neither the database nor the signature to be verified.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::{
    contract::{Error, Identity},
    keys,
    store::Store,
    token::Verified,
};

/// A revoked session must be refused within 10 seconds, those of a slow request included.
const MAX_AGE: Duration = Duration::from_secs(8);
/// Tokens that an instance remembers: about 0.2 MiB.
const MAX_TOKENS: usize = 256;

/// By token. Only tokens that were verified are in it.
static REMEMBERED: LazyLock<Mutex<HashMap<String, Entry>>> = LazyLock::new(Mutex::default);

struct Entry {
    identity: Identity,
    until: Instant,
}

/// Returns the caller, with the account's current role. With `ask_again`, what is remembered does not count.
pub async fn authenticate(token: &str, ask_again: bool) -> Result<Identity, Error> {
    let now = Instant::now();
    if !ask_again && let Some(entry) = remembered().get(token).filter(|entry| now < entry.until) {
        return Ok(entry.identity.clone());
    }
    let verified = keys::read_keys().await?.verify(token).ok_or(Error::Unauthenticated)?;
    let identity = confirm(&verified).await;
    let mut remembered = remembered();
    match &identity {
        Ok(identity) => {
            if remembered.len() >= MAX_TOKENS {
                remembered.clear();
            }
            let until = now + MAX_AGE.min(verified.remaining);
            remembered.insert(token.to_owned(), Entry { identity: identity.clone(), until });
        }
        Err(_) => drop(remembered.remove(token)),
    }
    identity
}

/// Forgets every answer of this instance, after sessions were ended.
pub fn forget() {
    remembered().clear();
}

/// Asks the database. Notes the first use of an access token that a refresh with a retry key returned: that refresh
/// cannot be repeated from then on.
async fn confirm(Verified { identity, generation, .. }: &Verified) -> Result<Identity, Error> {
    let store = Store::open().await?;
    let Some(session) = store.live_session(identity).await? else { return Err(Error::Unauthenticated) };
    if *generation > session.confirmed {
        // Reads go on while the database cannot be written; then no refresh can be repeated either.
        let _ = store.confirm_session(&identity.session_id, *generation).await;
    }
    Ok(Identity { role: session.role, ..identity.clone() })
}

fn remembered() -> MutexGuard<'static, HashMap<String, Entry>> {
    REMEMBERED.lock().unwrap_or_else(PoisonError::into_inner)
}
