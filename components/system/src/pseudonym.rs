//! Keyed hashes that identify accounts in the log.

use std::sync::OnceLock;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::{contract::Error, store::Store};

/// Enough to distinguish accounts.
const BYTES: usize = 8;

static KEY: OnceLock<String> = OnceLock::new();

/// Reads the key, once in each instance.
pub async fn load_key(store: &Store) -> Result<(), Error> {
    if KEY.get().is_none() {
        let load = async || store.log_key().await;
        let key = guest::installation_secret(load, async |candidate| store.insert_log_key(&candidate).await).await?;
        KEY.get_or_init(|| key);
    }
    Ok(())
}

/// Returns the keyed hash of an email; `None` if the key was not read yet.
pub fn of(email: &str) -> Option<String> {
    KEY.get().and_then(|key| hash(key, &email.trim().to_lowercase()))
}

fn hash(key: &str, text: &str) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).ok()?;
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().get(..BYTES).map(hex::encode)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_hash_for_each_key() {
        let one = hash("key", "a@example.org").unwrap();
        assert_eq!(one.len(), 2 * BYTES);
        assert_eq!(hash("key", "a@example.org").unwrap(), one);
        assert_ne!(hash("key", "b@example.org").unwrap(), one);
        assert_ne!(hash("other", "a@example.org").unwrap(), one);
    }
}
