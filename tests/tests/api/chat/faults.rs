//! Failures of a provider: every answer has a regular end, and the text received so far is stored.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use stand_ins::{ApiFormat, StreamFault};
use tests::ChatStream;

use super::{ANSWER, ChatSetup, conversation};

const FORMATS: [ApiFormat; 2] = [ApiFormat::OpenAi, ApiFormat::Anthropic];

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_request_is_an_error_with_a_stable_code() {
    for format in FORMATS {
        let setup = ChatSetup::start(format).await;
        for (status, kind, code, problem) in [
            (401, "authentication_error", "provider_refused", 502),
            (400, "invalid_request_error", "provider_refused", 502),
            (404, "model_not_found", "provider_refused", 502),
            (500, "api_error", "provider_failed", 502),
            (503, "server_overloaded", "provider_busy", 503),
            (529, "overloaded_error", "provider_busy", 503),
        ] {
            setup.model.forget();
            setup.model.refuse(status, kind, None);
            let (text, name, error) = setup.ask("Hello?").await;
            assert_eq!((text.as_str(), name.as_str(), &error["code"]), ("", "error", &json!(code)), "{status}");
            assert!(!error.to_string().contains("sk-"), "{error}");
            assert_eq!(setup.model.count("/"), 1, "{status}: the request was repeated");
            setup.model.refuse(status, kind, None);
            let answer = setup.caller.post("/api/chat", json!({"message": "Hello?"})).await;
            assert!(!answer.text().contains("sk-"), "{}", answer.text());
            answer.problem(problem, code);
            // The question is stored without an answer.
            let history = conversation(&setup.caller, &error).await["history"].clone();
            assert_eq!((history.as_array().map(Vec::len), &history[0]["role"]), (Some(1), &json!("user")));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_provider_is_asked_again_after_retry_after() {
    for format in FORMATS {
        let setup = ChatSetup::start(format).await;
        setup.model.refuse(429, "rate_limit_exceeded", Some("1"));
        let began = Instant::now();
        let (text, name, _) = setup.ask("Hello?").await;
        assert_eq!((text.as_str(), name.as_str()), (ANSWER, "done"));
        assert!((1.0..4.0).contains(&began.elapsed().as_secs_f64()), "{:?}", began.elapsed());
        assert_eq!(setup.model.count("/"), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_or_useless_wait_is_an_error_at_once() {
    for (format, status, kind, retry_after) in [
        (ApiFormat::OpenAi, 429, "rate_limit_exceeded", Some("60")),
        (ApiFormat::OpenAi, 429, "rate_limit_exceeded", Some("Fri, 31 Dec 2100 23:59:59 GMT")),
        (ApiFormat::OpenAi, 429, "insufficient_quota", Some("1")),
        (ApiFormat::Anthropic, 429, "rate_limit_error", None),
    ] {
        let setup = ChatSetup::start(format).await;
        setup.model.refuse(status, kind, retry_after);
        let began = Instant::now();
        let (_, name, error) = setup.ask("Hello?").await;
        assert_eq!((name.as_str(), &error["code"]), ("error", &json!("provider_busy")), "{kind} {retry_after:?}");
        assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
        assert_eq!(setup.model.count("/"), 1, "{kind} {retry_after:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_after_date_in_the_past_means_at_once() {
    let setup = ChatSetup::start(ApiFormat::OpenAi).await;
    setup.model.refuse(429, "rate_limit_exceeded", Some("Thu, 01 Jan 2026 00:00:00 GMT"));
    assert_eq!(setup.ask("Hello?").await.1, "done");
}

/// Checks the text that is sent and stored of an answer that fails after three tokens.
async fn assert_partial_answer(setup: &ChatSetup, fault: StreamFault, code: &str) {
    setup.model.next_stream(fault);
    let (text, name, error) = setup.ask("Hello?").await;
    let place = format!("{fault:?}: {error}");
    assert_eq!((text.as_str(), name.as_str(), &error["code"]), ("From what you ", "error", &json!(code)), "{place}");
    let kept = conversation(&setup.caller, &error).await["history"][1].clone();
    assert_eq!((&kept["content"], &kept["complete"]), (&json!("From what you "), &json!(false)), "{place}");
    assert_eq!((&kept["error"], &kept["id"]), (&json!(code), &error["message_id"]), "{place}");

    setup.model.next_stream(fault);
    let answer = setup.caller.post("/api/chat", json!({"message": "Hello?"})).await.expect(200).json();
    assert_eq!((&answer["answer"], &answer["complete"]), (&json!("From what you "), &json!(false)), "{place}");
    assert_eq!(answer["error"]["code"], code, "{place}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partial_answer_is_stored_and_marked_as_incomplete() {
    for (format, on_error) in [(ApiFormat::OpenAi, "provider_failed"), (ApiFormat::Anthropic, "provider_busy")] {
        let setup = ChatSetup::start(format).await;
        assert_partial_answer(&setup, StreamFault::CutOff(3), "answer_cut_off").await;
        assert_partial_answer(&setup, StreamFault::EndEarly(3), "answer_cut_off").await;
        assert_partial_answer(&setup, StreamFault::Malformed(3), "provider_failed").await;
        assert_partial_answer(&setup, StreamFault::Error(3), on_error).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_sends_nothing_times_out() {
    let setup = ChatSetup::with(ApiFormat::OpenAi, &[("chat_patience", "1")]).await;
    assert_partial_answer(&setup, StreamFault::Stall(3), "provider_timeout").await;
    setup.model.next_stream(StreamFault::SlowFirst(Duration::from_secs(10)));
    let (text, name, error) = setup.ask("Hello?").await;
    assert_eq!((text.as_str(), name.as_str(), &error["code"]), ("", "error", &json!("provider_timeout")));
    setup.model.delay(Duration::from_secs(10));
    let answer = setup.caller.post("/api/chat", json!({"message": "Hello?"})).await;
    answer.problem(504, "provider_timeout");
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_are_sent_while_the_first_token_is_awaited() {
    let setup = ChatSetup::with(ApiFormat::OpenAi, &[("chat_heartbeat", "1")]).await;
    setup.model.next_stream(StreamFault::SlowFirst(Duration::from_millis(2_500)));
    let mut events = ChatStream::ask(&setup.caller, &json!({"message": "Hello?"})).await;
    let (text, name, _) = events.read_to_end().await;
    assert_eq!((text.as_str(), name.as_str(), events.comments), (ANSWER, "done", 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreachable_provider_is_an_error() {
    let setup = ChatSetup::start(ApiFormat::OpenAi).await;
    let ChatSetup { model, app: _app, caller } = setup;
    drop(model);
    let (_, name, error) = ChatStream::ask(&caller, &json!({"message": "Hello?"})).await.read_to_end().await;
    assert_eq!(
        (name.as_str(), &error["code"], &error["message_id"]),
        ("error", &json!("provider_failed"), &Value::Null)
    );
}
