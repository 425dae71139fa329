//! The providers that this release knows.

/// The id of the built-in assistant, which needs no provider.
pub const BUILTIN: &str = "builtin";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiFormat {
    OpenAi,
    Anthropic,
}

#[derive(Debug)]
pub struct KnownProvider {
    pub id: &'static str,
    pub format: ApiFormat,
    /// Also listed in `allowed_outbound_hosts` of `spin.toml`.
    pub base_url: &'static str,
    pub base_path: &'static str,
    /// The default model.
    pub model: &'static str,
    /// Whether it needs a key; users can store their own.
    pub takes_key: bool,
}

pub const KNOWN_PROVIDERS: &[KnownProvider] = &[
    KnownProvider {
        id: "together",
        format: ApiFormat::OpenAi,
        base_url: "https://api.together.xyz",
        base_path: "/v1",
        model: "meta-llama/Llama-3.3-70B-Instruct-Turbo",
        takes_key: true,
    },
    KnownProvider {
        id: "openai",
        format: ApiFormat::OpenAi,
        base_url: "https://api.openai.com",
        base_path: "/v1",
        model: "gpt-4o-mini",
        takes_key: true,
    },
    KnownProvider {
        id: "anthropic",
        format: ApiFormat::Anthropic,
        base_url: "https://api.anthropic.com",
        base_path: "/v1",
        model: "claude-haiku-4-5",
        takes_key: true,
    },
    KnownProvider {
        id: "ollama",
        format: ApiFormat::OpenAi,
        base_url: "http://localhost:11434",
        base_path: "/v1",
        model: "llama3.2",
        takes_key: false,
    },
];

pub fn find(id: &str) -> Option<&'static KnownProvider> {
    KNOWN_PROVIDERS.iter().find(|known| known.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_allows_every_provider() {
        let manifest = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../spin.toml")).unwrap();
        for known in KNOWN_PROVIDERS {
            assert!(manifest.contains(&format!("\"{}\"", known.base_url)), "{}", known.base_url);
        }
    }
}
