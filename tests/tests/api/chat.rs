//! `/api/chat`: the assistant, over stand-ins of its providers.

mod builtin;
mod context;
mod conversations;
mod disconnect;
mod faults;
mod keys;
mod limits;
mod providers;

use serde_json::{Value, json};
use stand_ins::{Format, LanguageModel};
use tests::{App, Caller, ChatStream};

/// What the stand-ins say.
const SAID: &str = "From what you own I would play “Ágætis byrjun” 日本盤 tonight 🎧.";

/// An application whose operator has chosen a provider.
struct Talk {
    model: LanguageModel,
    app: App,
    caller: Caller,
}

impl Talk {
    async fn start(format: Format) -> Self {
        Self::with(format, &[]).await
    }

    async fn with(format: Format, variables: &[(&str, &str)]) -> Self {
        let model = LanguageModel::start(format).await;
        let url = model.url();
        let provider = match format {
            Format::OpenAi => "openai",
            Format::Anthropic => "anthropic",
        };
        let mut all = vec![("chat_provider", provider), ("chat_base_url", &url), ("chat_api_key", "sk-operator")];
        all.extend(variables);
        let app = App::with(&all).await;
        let caller = app.collector().await;
        Self { model, app, caller }
    }

    /// Hears an answer to its end: the text, and the last event.
    async fn hear(&self, message: &str) -> (String, String, Value) {
        ChatStream::ask(&self.caller, &json!({"message": message})).await.whole().await
    }
}

/// The conversation that an event tells of.
async fn conversation(caller: &Caller, event: &Value) -> Value {
    caller.get(&format!("/api/chat/conversations/{}", event["conversation_id"])).await.expect(200).json()
}

/// Waits, but not for long, until something holds.
async fn soon(what: &str, holds: impl Fn() -> bool) {
    let patience = tokio::time::Instant::now() + std::time::Duration::from_secs(5);
    while !holds() {
        assert!(tokio::time::Instant::now() < patience, "{what}");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}
