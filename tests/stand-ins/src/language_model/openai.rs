//! The OpenAI-compatible format, which OpenAI, Together, Ollama and others use.

use http::HeaderMap;
use serde_json::{Value, json};

/// Status and type of the error, if the request is not valid.
pub fn fault(headers: &HeaderMap, body: &[u8]) -> Option<(u16, &'static str)> {
    let key = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !key.starts_with("Bearer ") || key.contains("wrong") {
        return Some((401, "invalid_api_key"));
    }
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let is_valid = body["model"].is_string()
        && body["stream"] == true
        && body["messages"].as_array().is_some_and(|messages| {
            messages.iter().all(|message| message["role"].is_string() && message["content"].is_string())
        });
    (!is_valid).then_some((400, "invalid_request_error"))
}

fn chunk(choices: Value, usage: Option<Value>) -> String {
    let mut chunk =
        json!({"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "stand-in", "choices": choices});
    if let Some(usage) = usage {
        chunk["usage"] = usage;
    }
    format!("data: {chunk}\n\n")
}

pub fn begin() -> Vec<String> {
    vec![chunk(json!([{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": null}]), None)]
}

pub fn token(text: &str, odd: bool) -> String {
    let delta = |delta: Value| chunk(json!([{"index": 0, "delta": delta, "finish_reason": null}]), None);
    if odd {
        let thought = delta(json!({"role": "assistant", "reasoning": "hm"}));
        let without = "data: {\"id\":\"c1\",\"choices\":null}\n\ndata: {\"id\":\"c1\"}\n\n";
        return format!("{thought}{without}{}", delta(json!({"role": "assistant", "content": text, "tool_calls": []})));
    }
    delta(json!({"content": text}))
}

pub fn end(tokens: usize) -> Vec<String> {
    vec![
        chunk(json!([{"index": 0, "delta": {}, "finish_reason": "stop"}]), None),
        chunk(json!([]), Some(json!({"prompt_tokens": 9, "completion_tokens": tokens, "total_tokens": 9 + tokens}))),
        "data: [DONE]\n\n".to_owned(),
    ]
}

pub fn error() -> String {
    format!("data: {}\n\n", json!({"error": {"type": "server_error", "message": "The key sk-secret is overloaded."}}))
}
