//! Anthropic's format: `POST {base}/messages`.

use super::Step;
use crate::answer::Broken;
use crate::error::Result;
use crate::service::contract::{Failure, Usage};
use crate::sse::Frame;
use crate::store::Said;
use serde::Deserialize;
use serde_json::json;

pub const VERSION: &str = "2023-06-01";

pub fn body(model: &str, max_tokens: u32, system: &str, history: &[Said]) -> Result<Vec<u8>> {
    let messages: Vec<_> = history
        .iter()
        .map(|said| json!({"role": if said.by_user { "user" } else { "assistant" }, "content": said.content}))
        .collect();
    Ok(serde_json::to_vec(&json!({
        "model": model, "max_tokens": max_tokens, "system": system, "messages": messages, "stream": true,
    }))?)
}

#[derive(Default)]
pub struct Reader {
    pub usage: Option<Usage>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Event {
    MessageStart {
        message: Started,
    },
    ContentBlockDelta {
        delta: Delta,
    },
    MessageDelta {
        #[serde(default)]
        usage: Counted,
    },
    MessageStop,
    Error {
        error: Fault,
    },
    /// `ping`, the ends of blocks, and what is new.
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Started {
    #[serde(default)]
    usage: Counted,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Delta {
    TextDelta {
        text: String,
    },
    #[serde(other)]
    Other,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Counted {
    input_tokens: u32,
    output_tokens: u32,
}

#[derive(Deserialize)]
struct Fault {
    #[serde(default)]
    r#type: String,
}

impl Reader {
    pub fn read(&mut self, frame: &Frame) -> Result<Step, Broken> {
        let event: Event = serde_json::from_str(&frame.data)
            .map_err(|_| Broken::new(Failure::Failed, "a frame is not an event".to_owned()))?;
        let mut step = Step::default();
        match event {
            Event::MessageStart { message: Started { usage } } => {
                self.usage = Some(Usage { input_tokens: usage.input_tokens, output_tokens: usage.output_tokens });
            }
            Event::ContentBlockDelta { delta: Delta::TextDelta { text } } => step.text = text,
            // Counts from the beginning.
            Event::MessageDelta { usage: Counted { output_tokens, .. } } => {
                let input_tokens = self.usage.map_or(0, |usage| usage.input_tokens);
                self.usage = Some(Usage { input_tokens, output_tokens });
            }
            Event::MessageStop => step.end = true,
            Event::Error { error } => {
                let failure = match error.r#type.as_str() {
                    "overloaded_error" | "rate_limit_error" => Failure::Busy,
                    "authentication_error" | "permission_error" | "invalid_request_error" | "not_found_error" => {
                        Failure::Refused
                    }
                    _ => Failure::Failed,
                };
                let kind = super::kind(frame.data.as_bytes());
                return Err(Broken::new(failure, format!("error in mid-stream {kind}")));
            }
            Event::ContentBlockDelta { delta: Delta::Other } | Event::Other => {}
        }
        Ok(step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(reader: &mut Reader, data: &str) -> Result<Step, Broken> {
        reader.read(&Frame { event: "x".to_owned(), data: data.to_owned() })
    }

    #[test]
    fn an_answer_is_read() {
        let mut reader = Reader::default();
        let mut text = String::new();
        for data in [
            r#"{"type":"message_start","message":{"id":"m","content":[],"usage":{"input_tokens":12,"output_tokens":1}}}"#,
            r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
            r#"{"type":"ping"}"#,
            r#"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}"#,
            r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}"#,
            r#"{"type":"something_new"}"#,
            r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":5}}"#,
        ] {
            let step = read(&mut reader, data).unwrap();
            text.push_str(&step.text);
            assert!(!step.end, "{data}");
        }
        assert_eq!(text, "Hi");
        assert_eq!(reader.usage.map(|usage| (usage.input_tokens, usage.output_tokens)), Some((12, 5)));
        assert!(read(&mut reader, r#"{"type":"message_stop"}"#).unwrap().end);
    }

    #[test]
    fn an_error_in_mid_stream_breaks_the_answer() {
        let failure = |kind: &str| {
            let data = format!(r#"{{"type":"error","error":{{"type":"{kind}","message":"x"}}}}"#);
            read(&mut Reader::default(), &data).unwrap_err().failure
        };
        assert_eq!(failure("overloaded_error"), Failure::Busy);
        assert_eq!(failure("authentication_error"), Failure::Refused);
        assert_eq!(failure("api_error"), Failure::Failed);
    }
}
