//! The format of Anthropic's API.

use http::HeaderMap;
use serde_json::{Value, json};

/// Status and type of the error, if the request is not valid.
pub fn fault(headers: &HeaderMap, body: &[u8]) -> Option<(u16, &'static str)> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if header("x-api-key").is_empty() || header("x-api-key").contains("wrong") {
        return Some((401, "authentication_error"));
    }
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let is_valid = header("anthropic-version") == "2023-06-01"
        && body["model"].is_string()
        && body["max_tokens"].as_u64().is_some_and(|tokens| tokens > 0)
        && body["stream"] == true
        && body["messages"].as_array().is_some_and(|messages| {
            messages.first().is_some_and(|first| first["role"] == "user")
                && messages.iter().all(|message| message["role"] != "system" && message["content"].is_string())
        });
    (!is_valid).then_some((400, "invalid_request_error"))
}

fn event(data: &Value) -> String {
    format!("event: {}\ndata: {data}\n\n", data["type"].as_str().unwrap_or_default())
}

pub fn begin() -> Vec<String> {
    let message = json!({"id": "msg_1", "type": "message", "role": "assistant", "content": [], "model": "stand-in",
        "stop_reason": null, "usage": {"input_tokens": 12, "output_tokens": 1}});
    vec![
        event(&json!({"type": "message_start", "message": message})),
        event(&json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}})),
        event(&json!({"type": "ping"})),
    ]
}

pub fn token(text: &str, odd: bool) -> String {
    let delta = |delta: Value| event(&json!({"type": "content_block_delta", "index": 0, "delta": delta}));
    let text = delta(json!({"type": "text_delta", "text": text}));
    if odd {
        let thought = delta(json!({"type": "thinking_delta", "thinking": "hm"}));
        let signed = delta(json!({"type": "signature_delta", "signature": "x"}));
        return format!("{thought}{signed}{}{text}", event(&json!({"type": "something_new", "text": "not this"})));
    }
    text
}

pub fn end(tokens: usize) -> Vec<String> {
    let stopped = json!({"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": null},
        "usage": {"output_tokens": tokens}});
    vec![
        event(&json!({"type": "content_block_stop", "index": 0})),
        event(&stopped),
        event(&json!({"type": "message_stop"})),
    ]
}

pub fn error() -> String {
    event(
        &json!({"type": "error", "error": {"type": "overloaded_error", "message": "The key sk-secret is overloaded."}}),
    )
}
