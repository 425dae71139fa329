//! Users' own keys: checked, encrypted, and never told again.

use crate::config;
use crate::error::{Error, Result};
use crate::provider::Known;
use crate::seal::Seal;
use crate::store::{SealedKey, Store};

pub async fn store_key(user: i64, provider: &str, key: &str, model: Option<&str>) -> Result<SealedKey> {
    let provider = Known::keyed(provider).ok_or_else(|| {
        let names: Vec<_> = Known::all().filter(|known| known.takes_key).map(|known| known.id).collect();
        Error::Invalid("provider", format!("must be one of {}", names.join(", ")))
    })?;
    if !(8..=500).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::Invalid("key", "must be 8 to 500 visible ASCII characters".to_owned()));
    }
    if model
        .is_some_and(|model| !(1..=200).contains(&model.len()) || !model.bytes().all(|byte| byte.is_ascii_graphic()))
    {
        return Err(Error::Invalid("model", "must be 1 to 200 visible ASCII characters".to_owned()));
    }
    let store = Store::open().await?;
    let sealed = seal(&store).await?.close(user, provider.id, key)?;
    store.put_key(user, provider.id, &sealed, last4(key), model).await
}

/// The key that was stored.
pub async fn open(store: &Store, user: i64, key: &SealedKey) -> Result<String> {
    seal(store).await?.open(user, &key.provider, &key.sealed).ok_or(Error::KeyUnreadable)
}

/// What the database holds is the truth, so that instances that start at once agree.
async fn seal(store: &Store) -> Result<Seal> {
    if let Some(secret) = config::secret().await? {
        return Seal::new(&secret);
    }
    let missing = || Error::Internal("the secret was not stored".to_owned());
    let secret = match store.secret().await? {
        Some(secret) => secret,
        None => {
            let mut candidate = [0; 32];
            getrandom::fill(&mut candidate).map_err(|error| Error::Internal(format!("no randomness: {error}")))?;
            store.offer_secret(&hex::encode(candidate)).await?;
            store.secret().await?.ok_or_else(missing)?
        }
    };
    Seal::new(secret.as_bytes())
}

/// Of a short key, four characters would be too much of it.
fn last4(key: &str) -> &str {
    let shown = if key.len() < 12 { 2 } else { 4 };
    key.get(key.len().saturating_sub(shown)..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_is_told_of_a_key() {
        assert_eq!(last4("sk-0123456789abcdef"), "cdef");
        assert_eq!(last4("12345678"), "78");
    }
}
