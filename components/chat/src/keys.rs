//! Users' own keys. They are stored encrypted and never returned.

use guest::installation_secret;

use crate::{
    catalog::{self, KNOWN_PROVIDERS, KnownProvider},
    cipher::{KeyCipher, KeyOwner},
    config::{self, Config},
    contract::{keys::StoredKey, types::Error},
    error::{Result, field_error, internal},
    origin,
    store::{EncryptedKey, Store},
};

pub async fn store(user: i64, provider: &str, key: &str, model: Option<&str>) -> Result<StoredKey> {
    let config = Config::read().await?;
    check(&config, provider, key, model)?;
    let known = catalog::find(provider).ok_or_else(|| internal("the provider was checked"))?;
    let store = Store::open().await?;
    let sealed = cipher(&store).await?.encrypt(owner(&config, user, known), key)?;
    store.put_key(user, provider, &sealed, last4(key), model).await.map(StoredKey::from)
}

pub async fn get(user: i64) -> Result<StoredKey> {
    Store::open().await?.key(user).await?.map(StoredKey::from).ok_or(Error::NotFound)
}

pub async fn delete(user: i64) -> Result<()> {
    Store::open().await?.delete_key(user).await
}

/// Fails with `KeyUnreadable` if the key was encrypted with another secret, or stored for another server.
pub async fn decrypt(
    store: &Store,
    config: &Config,
    user: i64,
    known: &KnownProvider,
    key: &EncryptedKey,
) -> Result<String> {
    let owner = owner(config, user, known);
    if !origin::is_private(owner.origin) {
        return Err(Error::KeyUnreadable);
    }
    cipher(store).await?.decrypt(owner, &key.sealed).ok_or(Error::KeyUnreadable)
}

fn owner<'a>(config: &'a Config, user: i64, known: &'a KnownProvider) -> KeyOwner<'a> {
    KeyOwner { user, provider: known.id, origin: origin::of(config, known) }
}

fn check(config: &Config, provider: &str, key: &str, model: Option<&str>) -> Result<()> {
    let mut faults = Vec::new();
    let known = catalog::find(provider).filter(|known| known.takes_key);
    if known.is_some_and(|known| !origin::is_private(origin::of(config, known))) {
        faults.push(field_error("provider", "is reached without https, so no key can be stored for it"));
    }
    if known.is_none() {
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
    use crate::config::tests::config;

    #[test]
    fn no_key_is_stored_for_a_server_on_another_machine_without_https() {
        let with = |base_url: &str| check(&config("openai", base_url, ""), "openai", "12345678", None);
        assert!(with("https://models.example").is_ok() && with("http://127.0.0.1:8000").is_ok());
        assert!(matches!(with("http://models.example"), Err(Error::Invalid(_))));
        // Another provider than the operator's choice has its own server.
        assert!(check(&config("openai", "http://models.example", ""), "together", "12345678", None).is_ok());
    }

    #[test]
    fn at_most_four_characters_of_a_key_are_shown() {
        assert_eq!(last4("sk-0123456789abcdef"), "cdef");
        assert_eq!(last4("12345678"), "78");
    }

    #[test]
    fn every_fault_is_listed() {
        let config = config("openai", "", "");
        assert!(check(&config, "openai", "12345678", None).is_ok());
        let Err(Error::Invalid(faults)) = check(&config, "ollama", "short", Some("a b")) else { panic!("accepted") };
        let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["provider", "key", "model"]);
    }
}
