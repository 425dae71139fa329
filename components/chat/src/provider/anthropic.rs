//! Anthropic's format: `POST {base}/messages`.

use serde::Deserialize;
use serde_json::json;

use super::{chunk::AnswerChunk, rejection::error_type};
use crate::{
    contract::assistant::{FailureReason, Usage},
    error::{AnswerError, Result},
    store::ChatMessage,
};

pub const ENDPOINT: &str = "/messages";
pub const VERSION: &str = "2023-06-01";

pub fn body(model: &str, max_tokens: u32, system: &str, history: &[ChatMessage]) -> Result<Vec<u8>> {
    let messages: Vec<_> =
        history.iter().map(|message| json!({"role": message.role(), "content": message.content})).collect();
    Ok(serde_json::to_vec(&json!({
        "model": model, "max_tokens": max_tokens, "system": system, "messages": messages, "stream": true,
    }))?)
}

#[derive(Default)]
pub struct Decoder {
    pub usage: Option<Usage>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum MessageEvent {
    MessageStart {
        message: StartedMessage,
    },
    ContentBlockDelta {
        delta: ContentDelta,
    },
    MessageDelta {
        #[serde(default)]
        usage: TokenCounts,
    },
    MessageStop,
    Error {
        error: ErrorDetail,
    },
    /// `ping`, the ends of blocks, and future events.
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct StartedMessage {
    #[serde(default)]
    usage: TokenCounts,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ContentDelta {
    TextDelta {
        text: String,
    },
    #[serde(other)]
    Other,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct TokenCounts {
    input_tokens: u32,
    output_tokens: u32,
}

#[derive(Deserialize)]
struct ErrorDetail {
    #[serde(default)]
    r#type: String,
}

impl Decoder {
    pub fn decode(&mut self, data: &str) -> Result<AnswerChunk, AnswerError> {
        let event: MessageEvent = serde_json::from_str(data)
            .map_err(|_| AnswerError::new(FailureReason::Failed, "an event does not have the documented format"))?;
        let mut chunk = AnswerChunk::default();
        match event {
            MessageEvent::MessageStart { message: StartedMessage { usage } } => {
                self.usage = Some(Usage { input_tokens: usage.input_tokens, output_tokens: usage.output_tokens });
            }
            MessageEvent::ContentBlockDelta { delta: ContentDelta::TextDelta { text } } => chunk.text = text,
            // `output_tokens` is the total since the start of the answer.
            MessageEvent::MessageDelta { usage: TokenCounts { output_tokens, .. } } => {
                let input_tokens = self.usage.map_or(0, |usage| usage.input_tokens);
                self.usage = Some(Usage { input_tokens, output_tokens });
            }
            MessageEvent::MessageStop => chunk.is_last = true,
            MessageEvent::Error { error } => {
                let cause = format!("error in the stream: {}", error_type(data.as_bytes()));
                return Err(AnswerError::new(reason(&error.r#type), cause));
            }
            MessageEvent::ContentBlockDelta { delta: ContentDelta::Other } | MessageEvent::Other => {}
        }
        Ok(chunk)
    }
}

fn reason(error_type: &str) -> FailureReason {
    match error_type {
        "overloaded_error" | "rate_limit_error" => FailureReason::Busy,
        "authentication_error" | "permission_error" | "invalid_request_error" | "not_found_error" => {
            FailureReason::Refused
        }
        _ => FailureReason::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_and_the_usage_of_an_answer_are_decoded() {
        let mut decoder = Decoder::default();
        let mut text = String::new();
        for data in [
            r#"{"type":"message_start","message":{"id":"m","usage":{"input_tokens":12,"output_tokens":1}}}"#,
            r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
            r#"{"type":"ping"}"#,
            r#"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}"#,
            r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}"#,
            r#"{"type":"something_new"}"#,
            r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":5}}"#,
        ] {
            let chunk = decoder.decode(data).unwrap();
            text.push_str(&chunk.text);
            assert!(!chunk.is_last, "{data}");
        }
        assert_eq!(text, "Hi");
        assert_eq!(decoder.usage.map(|usage| (usage.input_tokens, usage.output_tokens)), Some((12, 5)));
        assert!(decoder.decode(r#"{"type":"message_stop"}"#).unwrap().is_last);
    }

    #[test]
    fn an_error_in_the_stream_fails_the_answer() {
        let reason = |error_type: &str| {
            let data = json!({"type": "error", "error": {"type": error_type, "message": "x"}}).to_string();
            Decoder::default().decode(&data).unwrap_err().reason
        };
        assert_eq!(reason("overloaded_error"), FailureReason::Busy);
        assert_eq!(reason("authentication_error"), FailureReason::Refused);
        assert_eq!(reason("api_error"), FailureReason::Failed);
    }
}
