//! `/api/chat`: the assistant, with stand-ins for its providers.

mod builtin;
mod context;
mod conversations;
mod disconnect;
mod faults;
mod keys;
mod limits;
mod providers;

use serde_json::{Value, json};
use stand_ins::{ApiFormat, LanguageModel};
use tests::{App, Caller, ChatStream};

/// The answer of the stand-ins.
const ANSWER: &str = "From what you own I would play “Ágætis byrjun” 日本盤 tonight 🎧.";

/// An application whose operator has chosen a provider.
struct ChatSetup {
    model: LanguageModel,
    app: App,
    caller: Caller,
}

impl ChatSetup {
    async fn start(format: ApiFormat) -> Self {
        Self::with(format, &[]).await
    }

    async fn with(format: ApiFormat, variables: &[(&str, &str)]) -> Self {
        let model = LanguageModel::start(format).await;
        let url = model.url();
        let provider = match format {
            ApiFormat::OpenAi => "openai",
            ApiFormat::Anthropic => "anthropic",
        };
        let mut all = vec![("chat_provider", provider), ("chat_base_url", &url), ("chat_api_key", "sk-operator")];
        all.extend(variables);
        let app = App::with(&all).await;
        let caller = app.collector().await;
        Self { model, app, caller }
    }

    /// Asks a question and reads the whole answer: its text, and the name and data of the last event.
    async fn ask(&self, message: &str) -> (String, String, Value) {
        ChatStream::ask(&self.caller, &json!({"message": message})).await.read_to_end().await
    }
}

/// The conversation whose id is in the event.
async fn conversation(caller: &Caller, event: &Value) -> Value {
    caller.get(&format!("/api/chat/conversations/{}", event["conversation_id"])).await.expect(200).json()
}

/// Waits at most 5 seconds for a condition.
async fn wait_until(what: &str, condition: impl Fn() -> bool) {
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(5);
    while !condition() {
        assert!(tokio::time::Instant::now() < deadline, "not within 5 seconds: {what}");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}
