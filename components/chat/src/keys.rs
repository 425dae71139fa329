//! Users' own keys. They are stored encrypted and never returned.

use guest::installation_secret;

use crate::{
    catalog::{self, KNOWN_PROVIDERS},
    cipher::KeyCipher,
    config,
    contract::{keys::StoredKey, types::Error},
    error::{Result, field_error},
    store::{EncryptedKey, Store},
};

pub async fn store(user: i64, provider: &str, key: &str, model: Option<&str>) -> Result<StoredKey> {
    check(provider, key, model)?;
    let store = Store::open().await?;
    let sealed = cipher(&store).await?.encrypt(user, provider, key)?;
    store.put_key(user, provider, &sealed, last4(key), model).await.map(StoredKey::from)
}

pub async fn get(user: i64) -> Result<StoredKey> {
    Store::open().await?.key(user).await?.map(StoredKey::from).ok_or(Error::NotFound)
}

pub async fn delete(user: i64) -> Result<()> {
    Store::open().await?.delete_key(user).await
}

/// Fails with `KeyUnreadable` if the key was encrypted with another secret.
pub async fn decrypt(store: &Store, user: i64, key: &EncryptedKey) -> Result<String> {
    cipher(store).await?.decrypt(user, &key.provider, &key.sealed).ok_or(Error::KeyUnreadable)
}

fn check(provider: &str, key: &str, model: Option<&str>) -> Result<()> {
    let mut faults = Vec::new();
    if !catalog::find(provider).is_some_and(|known| known.takes_key) {
        let ids: Vec<_> = KNOWN_PROVIDERS.iter().filter(|known| known.takes_key).map(|known| known.id).collect();
        faults.push(field_error("provider", format!("must be one of {}", ids.join(", "))));
    }
    let is_visible = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
    if !(8..=500).contains(&key.len()) || !is_visible(key) {
        faults.push(field_error("key", "must have 8 to 500 visible ASCII characters"));
    }
    if model.is_some_and(|model| !(1..=200).contains(&model.len()) || !is_visible(model)) {
        faults.push(field_error("model", "must have 1 to 200 visible ASCII characters"));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

/// Uses the operator's secret, else the one that the installation generated.
async fn cipher(store: &Store) -> Result<KeyCipher> {
    if let Some(secret) = config::key_secret().await? {
        return KeyCipher::new(&secret);
    }
    let load = async || store.secret().await;
    let insert = async |secret: String| store.insert_secret_if_absent(&secret).await;
    KeyCipher::new(installation_secret(load, insert).await?.as_bytes())
}

/// The last characters of a key: four, or two of a short key, of which four would reveal too much.
fn last4(key: &str) -> &str {
    let shown = if key.len() < 12 { 2 } else { 4 };
    key.get(key.len().saturating_sub(shown)..).unwrap_or_default()
}

impl From<EncryptedKey> for StoredKey {
    fn from(EncryptedKey { provider, last4, model, created_at, .. }: EncryptedKey) -> Self {
        Self { provider, last4, model, created_at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_four_characters_of_a_key_are_shown() {
        assert_eq!(last4("sk-0123456789abcdef"), "cdef");
        assert_eq!(last4("12345678"), "78");
    }

    #[test]
    fn every_fault_is_listed() {
        assert!(check("openai", "12345678", None).is_ok());
        let Err(Error::Invalid(faults)) = check("ollama", "short", Some("a b")) else { panic!("accepted") };
        let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["provider", "key", "model"]);
    }
}
