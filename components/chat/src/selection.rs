//! Which providers can answer a user, and which one does.
//!
//! A request goes to the address in the catalog or in the operator's variables. Nothing that a user sends becomes part
//! of an address.

use serde::Serialize;
use serde_json::json;

use crate::{
    catalog::{self, BUILTIN, KNOWN_PROVIDERS, KnownProvider},
    config::Config,
    contract::types::Error,
    error::{Result, invalid},
    keys, origin,
    provider::Provider,
    store::{EncryptedKey, Store},
};

/// Where the key of a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum KeySource {
    /// The provider needs no key.
    None,
    Operator,
    Yours,
    Missing,
}

/// A provider as one user sees it.
#[derive(Debug, Serialize)]
struct ProviderStatus {
    id: &'static str,
    available: bool,
    default: bool,
    key: KeySource,
    /// The host that questions are sent to.
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<String>,
}

/// The contract's `providers`.
pub async fn list(user: i64) -> Result<String> {
    let config = Config::read().await?;
    let store = Store::open().await?;
    let own = store.key(user).await?;
    let items = statuses(&config, own.as_ref())?;
    let remaining = store.questions_left(user, config.daily_quota).await?.user;
    Ok(json!({"items": items, "limit": config.daily_quota, "remaining": remaining}).to_string())
}

/// Who answers a question.
pub struct Selection {
    status: ProviderStatus,
    own: Option<EncryptedKey>,
}

/// The provider that answers this user: `id`, or the default one.
pub async fn select(store: &Store, config: &Config, user: i64, id: Option<&str>) -> Result<Selection> {
    let own = store.key(user).await?;
    let mut statuses = statuses(config, own.as_ref())?;
    let is_selected = |status: &ProviderStatus| id.map_or(status.default, |id| status.id == id) && status.available;
    let Some(selected) = statuses.iter().position(is_selected) else {
        let ids: Vec<_> = statuses.iter().filter(|status| status.available).map(|status| status.id).collect();
        return Err(invalid("provider", format!("must be one of {}", ids.join(", "))));
    };
    Ok(Selection { status: statuses.swap_remove(selected), own })
}

impl Selection {
    /// Whether the installation's budget has to have a question left: its operator pays for the answer, or runs the
    /// server.
    pub fn is_operators(&self) -> bool {
        self.status.id != BUILTIN && self.status.key != KeySource::Yours
    }

    /// Returns `None` for the built-in assistant. Fails with `KeyUnreadable` if the user's key cannot be used.
    pub async fn into_provider(self, store: &Store, config: &Config, user: i64) -> Result<Option<Provider>> {
        let Self { status, own } = self;
        let Some(known) = catalog::find(status.id) else { return Ok(None) };
        let key = match (&own, status.key) {
            (Some(own), KeySource::Yours) => Some(keys::decrypt(store, config, user, known, own).await?),
            (_, KeySource::Operator) => Some(config.api_key.clone()),
            _ => None,
        };
        let has_path = config.provider == known.id && !config.base_path.is_empty();
        Ok(Some(Provider {
            known,
            base_url: origin::of(config, known).to_owned(),
            base_path: if has_path { &config.base_path } else { known.base_path }.to_owned(),
            key,
            model: status.model.unwrap_or_default(),
            max_tokens: config.max_tokens,
        }))
    }
}

/// The built-in assistant first, then the known providers. The default is the one of the user's own key, else the
/// operator's choice if it is available, else the built-in assistant.
fn statuses(config: &Config, own: Option<&EncryptedKey>) -> Result<Vec<ProviderStatus>> {
    let chosen = chosen(config)?;
    let mut statuses = vec![ProviderStatus {
        id: BUILTIN,
        available: true,
        default: false,
        key: KeySource::None,
        host: None,
        model: None,
    }];
    for known in KNOWN_PROVIDERS {
        let is_chosen = chosen.is_some_and(|chosen| chosen.id == known.id);
        statuses.extend(status(config, known, is_chosen, own.filter(|own| own.provider == known.id)));
    }
    let default = statuses.iter().position(|status| status.key == KeySource::Yours).or_else(|| {
        statuses.iter().position(|status| status.available && chosen.is_some_and(|known| known.id == status.id))
    });
    if let Some(status) = statuses.get_mut(default.unwrap_or(0)) {
        status.default = true;
    }
    Ok(statuses)
}

/// The operator's choice. Fails with `Misconfigured` if it is not known.
fn chosen(config: &Config) -> Result<Option<&'static KnownProvider>> {
    match config.provider.as_str() {
        BUILTIN | "" => Ok(None),
        id => catalog::find(id).map(Some).ok_or_else(|| {
            let ids: Vec<_> = KNOWN_PROVIDERS.iter().map(|known| known.id).collect();
            Error::Misconfigured(format!("the variable chat_provider must be one of {BUILTIN}, {}", ids.join(", ")))
        }),
    }
}

/// The status of a known provider; `own` is the user's key for it. Returns `None` if the provider needs no key and the
/// operator did not choose it: only the operator can make it available.
fn status(
    config: &Config,
    known: &KnownProvider,
    is_chosen: bool,
    own: Option<&EncryptedKey>,
) -> Option<ProviderStatus> {
    let key = if own.is_some() {
        KeySource::Yours
    } else if is_chosen && !config.api_key.is_empty() {
        KeySource::Operator
    } else if is_chosen && (!known.takes_key || !config.base_url.is_empty()) {
        // Many self-hosted servers need no key.
        KeySource::None
    } else if known.takes_key {
        KeySource::Missing
    } else {
        return None;
    };
    let default_model = if is_chosen && !config.model.is_empty() { config.model.as_str() } else { known.model };
    Some(ProviderStatus {
        id: known.id,
        available: key != KeySource::Missing,
        default: false,
        key,
        host: origin::of(config, known).split_once("://").map(|(_, host)| host.to_owned()),
        model: Some(own.and_then(|own| own.model.as_deref()).unwrap_or(default_model).to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::config;

    fn own_key(provider: &str) -> EncryptedKey {
        let text = String::new;
        EncryptedKey { provider: provider.to_owned(), sealed: text(), last4: text(), model: None, created_at: text() }
    }

    fn default(config: &Config, own: Option<&EncryptedKey>) -> &'static str {
        statuses(config, own).unwrap().into_iter().find(|status| status.default).unwrap().id
    }

    #[test]
    fn without_a_key_the_built_in_assistant_is_the_default() {
        assert_eq!(default(&config("builtin", "", ""), None), "builtin");
        assert_eq!(default(&config("together", "", ""), None), "builtin");
    }

    #[test]
    fn the_operators_choice_is_the_default_if_it_is_available() {
        assert_eq!(default(&config("together", "", "key"), None), "together");
        assert_eq!(default(&config("ollama", "", ""), None), "ollama");
        assert_eq!(default(&config("openai", "http://127.0.0.1:1", ""), None), "openai");
    }

    #[test]
    fn the_users_own_key_comes_before_the_operators() {
        assert_eq!(default(&config("together", "", "key"), Some(&own_key("anthropic"))), "anthropic");
    }

    #[test]
    fn an_unknown_provider_is_a_misconfiguration() {
        assert!(matches!(statuses(&config("skynet", "", ""), None), Err(Error::Misconfigured(_))));
    }
}
