//! Responses of a provider that are no answers.

use serde::Deserialize;
use serde_json::Value;

use crate::{catalog::ApiFormat, contract::assistant::FailureReason, error::AnswerError};

pub struct Rejection {
    pub error: AnswerError,
    /// A retry after a wait may succeed.
    pub may_retry: bool,
    /// A retry may succeed even if the provider does not say how long to wait.
    pub retry_without_hint: bool,
}

impl Rejection {
    pub fn new(format: ApiFormat, status: u16, body: &[u8]) -> Self {
        let error_type = error_type(body);
        let reason = match status {
            429 | 503 | 529 => FailureReason::Busy,
            400..=499 => FailureReason::Refused,
            _ => FailureReason::Failed,
        };
        let is_quota_spent = error_type.contains("insufficient_quota");
        Self {
            may_retry: reason == FailureReason::Busy && !is_quota_spent,
            // Anthropic names a wait whenever a retry may succeed.
            retry_without_hint: status == 429 && format == ApiFormat::OpenAi,
            error: AnswerError::new(reason, format!("status {status} {error_type}")),
        }
    }
}

/// The error's `type/code`, as far as these are identifiers. Free text is left out: it may repeat keys and questions.
pub fn error_type(body: &[u8]) -> String {
    #[derive(Deserialize)]
    struct ErrorBody {
        error: Value,
    }
    let Ok(ErrorBody { error }) = serde_json::from_slice(body) else { return String::new() };
    let names = ["type", "code"].map(|name| error.get(name).and_then(Value::as_str).unwrap_or_default());
    let is_identifier = |name: &&&str| {
        (1..=60).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
    };
    names.iter().filter(is_identifier).copied().collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_type_holds_identifiers_only() {
        assert_eq!(
            error_type(br#"{"error":{"type":"invalid_request_error","code":"x","message":"sk-1"}}"#),
            "invalid_request_error/x"
        );
        assert_eq!(error_type(br#"{"error":{"type":"a sentence with sk-1","code":null}}"#), "");
        assert_eq!(error_type(b"<html>"), "");
    }

    #[test]
    fn only_a_busy_provider_is_asked_again() {
        let may_retry = |status, body: &str| Rejection::new(ApiFormat::OpenAi, status, body.as_bytes()).may_retry;
        assert!(may_retry(429, "") && may_retry(503, ""));
        assert!(!may_retry(401, "") && !may_retry(500, ""));
        assert!(!may_retry(429, r#"{"error":{"code":"insufficient_quota"}}"#));
    }
}
