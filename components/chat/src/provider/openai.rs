//! The format of OpenAI and of compatible servers: `POST {base}/chat/completions`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{chunk::AnswerChunk, rejection::error_type};
use crate::{
    contract::assistant::{FailureReason, Usage},
    error::{AnswerError, Result},
    store::ChatMessage,
};

pub const ENDPOINT: &str = "/chat/completions";
const END_MARKER: &str = "[DONE]";

/// The token limit has two names. OpenAI's newer models accept only the newer one, many compatible servers only the
/// older one.
pub fn body(model: &str, max_tokens: u32, is_openai: bool, system: &str, history: &[ChatMessage]) -> Result<Vec<u8>> {
    let mut messages = vec![json!({"role": "system", "content": system})];
    messages.extend(history.iter().map(|message| json!({"role": message.role(), "content": message.content})));
    let limit = if is_openai { "max_completion_tokens" } else { "max_tokens" };
    Ok(serde_json::to_vec(&json!({
        "model": model,
        "messages": messages,
        "stream": true,
        "stream_options": {"include_usage": true},
        limit: max_tokens,
    }))?)
}

#[derive(Default)]
pub struct Decoder {
    pub usage: Option<Usage>,
}

/// Other fields are ignored: servers send many of their own.
#[derive(Deserialize)]
struct CompletionChunk {
    #[serde(default)]
    choices: Option<Vec<Choice>>,
    #[serde(default)]
    usage: Option<TokenCounts>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    delta: Option<ContentDelta>,
}

#[derive(Deserialize)]
struct ContentDelta {
    #[serde(default)]
    content: Option<String>,
}

#[derive(Deserialize)]
struct TokenCounts {
    #[serde(default)]
    prompt_tokens: u32,
    #[serde(default)]
    completion_tokens: u32,
}

impl Decoder {
    pub fn decode(&mut self, data: &str) -> Result<AnswerChunk, AnswerError> {
        if data.trim() == END_MARKER {
            return Ok(AnswerChunk { is_last: true, ..AnswerChunk::default() });
        }
        let chunk: CompletionChunk = serde_json::from_str(data)
            .map_err(|_| AnswerError::new(FailureReason::Failed, "a chunk does not have the documented format"))?;
        if chunk.error.is_some_and(|error| !error.is_null()) {
            let cause = format!("error in the stream: {}", error_type(data.as_bytes()));
            return Err(AnswerError::new(FailureReason::Failed, cause));
        }
        if let Some(TokenCounts { prompt_tokens, completion_tokens }) = chunk.usage {
            self.usage = Some(Usage { input_tokens: prompt_tokens, output_tokens: completion_tokens });
        }
        let choice = chunk.choices.and_then(|choices| choices.into_iter().next());
        let text = choice.and_then(|choice| choice.delta?.content).unwrap_or_default();
        Ok(AnswerChunk { text, is_last: false })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Result<AnswerChunk, AnswerError> {
        Ok(AnswerChunk { text: text.to_owned(), is_last: false })
    }

    #[test]
    fn text_usage_and_the_end_are_decoded() {
        let mut decoder = Decoder::default();
        let hi = r#"{"choices":[{"index":0,"delta":{"role":"assistant","content":"Hi"}}]}"#;
        assert_eq!(decoder.decode(hi), text("Hi"));
        assert!(decoder.usage.is_none());
        let usage = r#"{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}}"#;
        assert_eq!(decoder.decode(usage), text(""));
        assert_eq!(decoder.usage.map(|usage| (usage.input_tokens, usage.output_tokens)), Some((9, 2)));
        assert_eq!(decoder.decode("[DONE]"), Ok(AnswerChunk { text: String::new(), is_last: true }));
    }

    #[test]
    fn a_chunk_without_content_is_empty_text() {
        for data in [
            r#"{"choices":[]}"#,
            r#"{"choices":null}"#,
            r#"{"id":"c"}"#,
            r#"{"choices":[{"delta":{"reasoning":"hm"}}]}"#,
            r#"{"choices":[{"delta":{"content":null},"finish_reason":"eos"}],"error":null}"#,
        ] {
            assert_eq!(Decoder::default().decode(data), text(""), "{data}");
        }
    }

    #[test]
    fn malformed_chunks_and_errors_fail_the_answer() {
        for data in ["{", "[1]", r#"{"error":{"type":"server_error","message":"x"}}"#] {
            assert_eq!(Decoder::default().decode(data).unwrap_err().reason, FailureReason::Failed, "{data}");
        }
    }
}
