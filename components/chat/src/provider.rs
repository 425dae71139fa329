//! Who can answer: the known providers, the operator's choice among them, and a user's own key.
//!
//! A request goes to a known provider, or where the operator's variables lead; nothing that a user sends becomes a part of an
//! address.

pub mod anthropic;
pub mod openai;

use crate::answer::Broken;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::keys;
use crate::service::contract::{Failure, Usage};
use crate::sse::Frame;
use crate::store::{Said, SealedKey, Store};
use serde::Serialize;

pub const BUILTIN: &str = "builtin";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    OpenAi,
    Anthropic,
}

/// A provider that this release knows.
#[derive(Debug)]
pub struct Known {
    pub id: &'static str,
    format: Format,
    /// Each stands in `allowed_outbound_hosts` of `spin.toml`.
    base: &'static str,
    path: &'static str,
    model: &'static str,
    pub takes_key: bool,
}

const KNOWN: &[Known] = &[
    Known {
        id: "together",
        format: Format::OpenAi,
        base: "https://api.together.xyz",
        path: "/v1",
        model: "meta-llama/Llama-3.3-70B-Instruct-Turbo",
        takes_key: true,
    },
    Known {
        id: "openai",
        format: Format::OpenAi,
        base: "https://api.openai.com",
        path: "/v1",
        model: "gpt-4o-mini",
        takes_key: true,
    },
    Known {
        id: "anthropic",
        format: Format::Anthropic,
        base: "https://api.anthropic.com",
        path: "/v1",
        model: "claude-haiku-4-5",
        takes_key: true,
    },
    Known {
        id: "ollama",
        format: Format::OpenAi,
        base: "http://localhost:11434",
        path: "/v1",
        model: "llama3.2",
        takes_key: false,
    },
];

impl Known {
    pub fn all() -> impl Iterator<Item = &'static Self> {
        KNOWN.iter()
    }

    /// One that users may store a key for.
    pub fn keyed(id: &str) -> Option<&'static Self> {
        Self::all().find(|known| known.takes_key && known.id == id)
    }
}

/// A provider with all that a request to it needs.
pub struct Provider {
    known: &'static Known,
    base: String,
    path: String,
    key: Option<String>,
    pub model: String,
    max_tokens: u32,
}

/// Who answers a question.
pub enum Who {
    Builtin,
    Provider(Provider),
}

impl Who {
    pub fn id(&self) -> &'static str {
        match self {
            Self::Builtin => BUILTIN,
            Self::Provider(provider) => provider.known.id,
        }
    }

    pub fn model(&self) -> Option<&str> {
        match self {
            Self::Builtin => None,
            Self::Provider(provider) => Some(&provider.model),
        }
    }
}

/// Whose key it would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Key {
    None,
    Operator,
    Yours,
    Missing,
}

/// One who might answer, as users see it.
#[derive(Debug, Serialize)]
pub struct Offer {
    id: &'static str,
    available: bool,
    default: bool,
    key: Key,
    /// Where questions would go.
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<String>,
}

/// The operator's choice; fails with `Misconfigured` if there is no such provider.
fn chosen(config: &Config) -> Result<Option<&'static Known>> {
    match config.provider.as_str() {
        BUILTIN | "" => Ok(None),
        id => Known::all().find(|known| known.id == id).map(Some).ok_or_else(|| {
            let names: Vec<_> = Known::all().map(|known| known.id).collect();
            Error::Misconfigured(format!("the variable chat_provider must be builtin, {}", names.join(", ")))
        }),
    }
}

/// Everybody who might answer a user, the built-in assistant first. A user's own key goes before the operator's.
pub fn offers(config: &Config, own: Option<&SealedKey>) -> Result<Vec<Offer>> {
    let chosen = chosen(config)?;
    let mut offers =
        vec![Offer { id: BUILTIN, available: true, default: false, key: Key::None, host: None, model: None }];
    for known in Known::all() {
        let is_chosen = chosen.is_some_and(|chosen| chosen.id == known.id);
        let key = if own.is_some_and(|own| own.provider == known.id) {
            Key::Yours
        } else if is_chosen && !config.api_key.is_empty() {
            Key::Operator
        } else if is_chosen && (!known.takes_key || !config.base_url.is_empty()) {
            // Many servers of one's own ask for none.
            Key::None
        } else if known.takes_key {
            Key::Missing
        } else {
            continue;
        };
        let base = if is_chosen && !config.base_url.is_empty() { config.base_url.as_str() } else { known.base };
        let host = base.split_once("://").map(|(_, host)| host.to_owned());
        let model = own.filter(|_| key == Key::Yours).and_then(|own| own.model.clone());
        let model = model.unwrap_or_else(|| model_of(config, known, is_chosen));
        offers.push(Offer {
            id: known.id,
            available: key != Key::Missing,
            default: false,
            key,
            host,
            model: Some(model),
        });
    }
    let default = offers.iter().position(|offer| offer.key == Key::Yours).or_else(|| {
        offers.iter().position(|offer| offer.available && chosen.is_some_and(|known| known.id == offer.id))
    });
    if let Some(offer) = offers.get_mut(default.unwrap_or(0)) {
        offer.default = true;
    }
    Ok(offers)
}

fn model_of(config: &Config, known: &Known, is_chosen: bool) -> String {
    if is_chosen && !config.model.is_empty() { config.model.clone() } else { known.model.to_owned() }
}

/// Who answers this user's question.
pub async fn choose(store: &Store, config: &Config, user: i64, wanted: Option<&str>) -> Result<Who> {
    let own = store.key(user).await?;
    let offers = offers(config, own.as_ref())?;
    let offer =
        offers.iter().find(|offer| wanted.map_or(offer.default, |wanted| offer.id == wanted) && offer.available);
    let Some(offer) = offer else {
        let names: Vec<_> = offers.iter().filter(|offer| offer.available).map(|offer| offer.id).collect();
        return Err(Error::Invalid("provider", format!("must be one of {}", names.join(", "))));
    };
    let Some(known) = Known::all().find(|known| known.id == offer.id) else { return Ok(Who::Builtin) };
    let is_chosen = config.provider == known.id;
    let or = |theirs: &str, ours: &str| if is_chosen && !theirs.is_empty() { theirs } else { ours }.to_owned();
    let key = match (&own, offer.key) {
        (Some(own), Key::Yours) => Some(keys::open(store, user, own).await?),
        (_, Key::Operator) => Some(config.api_key.clone()),
        _ => None,
    };
    Ok(Who::Provider(Provider {
        known,
        base: or(&config.base_url, known.base),
        path: or(&config.base_path, known.path),
        key,
        model: offer.model.clone().unwrap_or_default(),
        max_tokens: config.max_tokens,
    }))
}

/// A request as it goes out.
pub struct Call {
    pub secure: bool,
    pub authority: String,
    pub path: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

impl Provider {
    pub fn call(&self, system: &str, history: &[Said]) -> Result<Call> {
        let (scheme, authority) = self.base.split_once("://").unwrap_or(("https", &self.base));
        let (endpoint, key, body) = match self.known.format {
            Format::OpenAi => (
                "/chat/completions",
                self.key.as_ref().map(|key| ("authorization", format!("Bearer {key}"))),
                openai::body(&self.model, self.max_tokens, self.is_openai(), system, history)?,
            ),
            Format::Anthropic => (
                "/messages",
                self.key.as_ref().map(|key| ("x-api-key", key.clone())),
                anthropic::body(&self.model, self.max_tokens, system, history)?,
            ),
        };
        let mut headers = vec![
            ("content-type", "application/json".to_owned()),
            ("accept", "text/event-stream".to_owned()),
            ("user-agent", concat!("vinyl-vault/", env!("CARGO_PKG_VERSION")).to_owned()),
            ("content-length", body.len().to_string()),
        ];
        if self.known.format == Format::Anthropic {
            headers.push(("anthropic-version", anthropic::VERSION.to_owned()));
        }
        headers.extend(key);
        let path = format!("{}{endpoint}", self.path);
        Ok(Call { secure: scheme == "https", authority: authority.to_owned(), path, headers, body })
    }

    /// OpenAI itself, which has a newer name for the limit that its newer models insist on.
    fn is_openai(&self) -> bool {
        self.base == "https://api.openai.com"
    }

    pub fn reader(&self) -> Reader {
        match self.known.format {
            Format::OpenAi => Reader::OpenAi(openai::Reader::default()),
            Format::Anthropic => Reader::Anthropic(anthropic::Reader::default()),
        }
    }

    pub fn refusal(&self, status: u16, body: &[u8]) -> Refusal {
        let kind = kind(body);
        let failure = match status {
            429 | 503 | 529 => Failure::Busy,
            400..=499 => Failure::Refused,
            _ => Failure::Failed,
        };
        let spent = kind.contains("insufficient_quota");
        Refusal {
            may_retry: failure == Failure::Busy && !spent,
            // Anthropic says how long, or means it.
            unasked: status == 429 && self.known.format == Format::OpenAi,
            broken: Broken::new(failure, format!("status {status} {kind}")),
        }
    }
}

/// An answer that is none.
pub struct Refusal {
    pub broken: Broken,
    /// Waiting may help.
    pub may_retry: bool,
    /// Waiting may help even if the provider does not say how long.
    pub unasked: bool,
}

/// The provider's own words for an error, `type/code`; only names, since its messages may repeat keys and questions.
pub fn kind(body: &[u8]) -> String {
    #[derive(serde::Deserialize)]
    struct Body {
        error: serde_json::Value,
    }
    let Ok(Body { error }) = serde_json::from_slice(body) else { return String::new() };
    let names = ["type", "code"].map(|name| error.get(name).and_then(serde_json::Value::as_str).unwrap_or_default());
    let is_name = |name: &&&str| {
        (1..=60).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
    };
    names.iter().filter(is_name).copied().collect::<Vec<_>>().join("/")
}

/// What a frame says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Step {
    pub text: String,
    /// The answer is whole.
    pub end: bool,
}

/// Reads the frames of one answer.
pub enum Reader {
    OpenAi(openai::Reader),
    Anthropic(anthropic::Reader),
}

impl Reader {
    pub fn read(&mut self, frame: &Frame) -> Result<Step, Broken> {
        match self {
            Self::OpenAi(reader) => reader.read(frame),
            Self::Anthropic(reader) => reader.read(frame),
        }
    }

    pub fn usage(&self) -> Option<Usage> {
        match self {
            Self::OpenAi(reader) => reader.usage,
            Self::Anthropic(reader) => reader.usage,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn config(provider: &str, base_url: &str, api_key: &str) -> Config {
        Config {
            provider: provider.to_owned(),
            base_url: base_url.to_owned(),
            base_path: String::new(),
            api_key: api_key.to_owned(),
            model: String::new(),
            max_tokens: 1,
            daily_quota: 1,
            patience: Duration::ZERO,
            heartbeat: Duration::ZERO,
        }
    }

    fn own(provider: &str) -> SealedKey {
        let text = || String::new();
        SealedKey { provider: provider.to_owned(), sealed: text(), last4: text(), model: None, created_at: text() }
    }

    fn default(config: &Config, own: Option<&SealedKey>) -> &'static str {
        offers(config, own).unwrap().into_iter().find(|offer| offer.default).unwrap().id
    }

    #[test]
    fn the_default_is_ones_own_key_then_the_operators_then_builtin() {
        assert_eq!(default(&config("builtin", "", ""), None), "builtin");
        assert_eq!(default(&config("together", "", ""), None), "builtin");
        assert_eq!(default(&config("together", "", "key"), None), "together");
        assert_eq!(default(&config("ollama", "", ""), None), "ollama");
        assert_eq!(default(&config("openai", "http://127.0.0.1:1", ""), None), "openai");
        assert_eq!(default(&config("together", "", "key"), Some(&own("anthropic"))), "anthropic");
        assert!(matches!(offers(&config("skynet", "", ""), None), Err(Error::Misconfigured(_))));
    }

    #[test]
    fn every_known_host_is_allowed_in_the_manifest() {
        let manifest = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../spin.toml")).unwrap();
        for known in Known::all() {
            assert!(manifest.contains(&format!("\"{}\"", known.base)), "{}", known.base);
        }
    }

    #[test]
    fn of_an_error_only_names_are_told() {
        assert_eq!(
            kind(br#"{"error":{"type":"invalid_request_error","code":"x","message":"sk-1"}}"#),
            "invalid_request_error/x"
        );
        assert_eq!(kind(br#"{"error":{"type":"a sentence with sk-1","code":null}}"#), "");
        assert_eq!(kind(b"<html>"), "");
    }
}
