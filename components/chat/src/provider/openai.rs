//! The OpenAI-compatible format: `POST {base}/chat/completions`.

use super::Step;
use crate::answer::Broken;
use crate::error::Result;
use crate::service::contract::{Failure, Usage};
use crate::sse::Frame;
use crate::store::Said;
use serde::Deserialize;
use serde_json::{Value, json};

pub fn body(model: &str, max_tokens: u32, newest: bool, system: &str, history: &[Said]) -> Result<Vec<u8>> {
    let mut messages = vec![json!({"role": "system", "content": system})];
    messages.extend(
        history
            .iter()
            .map(|said| json!({"role": if said.by_user { "user" } else { "assistant" }, "content": said.content})),
    );
    let limit = if newest { "max_completion_tokens" } else { "max_tokens" };
    Ok(serde_json::to_vec(&json!({
        "model": model,
        "messages": messages,
        "stream": true,
        "stream_options": {"include_usage": true},
        limit: max_tokens,
    }))?)
}

#[derive(Default)]
pub struct Reader {
    pub usage: Option<Usage>,
}

/// What is not here is ignored; servers send much of their own.
#[derive(Deserialize)]
struct Chunk {
    #[serde(default)]
    choices: Option<Vec<Choice>>,
    #[serde(default)]
    usage: Option<Counted>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    delta: Option<Delta>,
}

#[derive(Deserialize)]
struct Delta {
    #[serde(default)]
    content: Option<String>,
}

#[derive(Deserialize)]
struct Counted {
    #[serde(default)]
    prompt_tokens: u32,
    #[serde(default)]
    completion_tokens: u32,
}

impl Reader {
    pub fn read(&mut self, frame: &Frame) -> Result<Step, Broken> {
        if frame.data.trim() == "[DONE]" {
            return Ok(Step { end: true, ..Step::default() });
        }
        let chunk: Chunk = serde_json::from_str(&frame.data)
            .map_err(|_| Broken::new(Failure::Failed, "a frame is not a chunk".to_owned()))?;
        if chunk.error.is_some_and(|error| !error.is_null()) {
            let kind = super::kind(frame.data.as_bytes());
            return Err(Broken::new(Failure::Failed, format!("error in mid-stream {kind}")));
        }
        if let Some(Counted { prompt_tokens, completion_tokens }) = chunk.usage {
            self.usage = Some(Usage { input_tokens: prompt_tokens, output_tokens: completion_tokens });
        }
        let choice = chunk.choices.and_then(|choices| choices.into_iter().next());
        let text = choice.and_then(|choice| choice.delta?.content).unwrap_or_default();
        Ok(Step { text, end: false })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(reader: &mut Reader, data: &str) -> Result<Step, Broken> {
        reader.read(&Frame { event: String::new(), data: data.to_owned() })
    }

    #[test]
    fn text_is_found_and_oddities_are_none() {
        let mut reader = Reader::default();
        let said = |text: &str| Ok(Step { text: text.to_owned(), end: false });
        assert_eq!(
            read(&mut reader, r#"{"choices":[{"index":0,"delta":{"role":"assistant","content":"Hi"}}]}"#),
            said("Hi")
        );
        for odd in [
            r#"{"choices":[]}"#,
            r#"{"choices":null}"#,
            r#"{"id":"c"}"#,
            r#"{"choices":[{"delta":{"reasoning":"hm"}}]}"#,
            r#"{"choices":[{"delta":{"content":null},"finish_reason":"eos"}],"error":null}"#,
        ] {
            assert_eq!(read(&mut reader, odd), said(""), "{odd}");
        }
        assert!(reader.usage.is_none());
        read(&mut reader, r#"{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}}"#)
            .unwrap();
        assert_eq!(reader.usage.map(|usage| (usage.input_tokens, usage.output_tokens)), Some((9, 2)));
        assert_eq!(read(&mut reader, "[DONE]"), Ok(Step { text: String::new(), end: true }));
    }

    #[test]
    fn nonsense_and_errors_break_the_answer() {
        for data in ["{", "[1]", r#"{"error":{"type":"server_error","message":"x"}}"#] {
            assert_eq!(read(&mut Reader::default(), data).unwrap_err().failure, Failure::Failed, "{data}");
        }
    }
}
