//! Whatever a provider does wrong, the answer has a proper end, and what had arrived is kept.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use stand_ins::{Format, Trouble};
use tests::ChatStream;

use super::{SAID, Talk, conversation};

const FORMATS: [Format; 2] = [Format::OpenAi, Format::Anthropic];

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_an_error_with_a_stable_code() {
    for format in FORMATS {
        let talk = Talk::start(format).await;
        for (status, kind, code, problem) in [
            (401, "authentication_error", "provider_refused", 502),
            (400, "invalid_request_error", "provider_refused", 502),
            (404, "model_not_found", "provider_refused", 502),
            (500, "api_error", "provider_failed", 502),
            (503, "server_overloaded", "provider_busy", 503),
            (529, "overloaded_error", "provider_busy", 503),
        ] {
            talk.model.forget();
            talk.model.refuse(status, kind, None);
            let (text, name, error) = talk.hear("Hello?").await;
            assert_eq!((text.as_str(), name.as_str(), &error["code"]), ("", "error", &json!(code)), "{status}");
            assert!(!error.to_string().contains("sk-"), "{error}");
            assert_eq!(talk.model.count("/"), 1, "{status} is not asked again");
            talk.model.refuse(status, kind, None);
            let answer = talk.caller.post("/api/chat", json!({"message": "Hello?"})).await;
            assert!(!answer.text().contains("sk-"), "{}", answer.text());
            answer.problem(problem, code);
            // The question is kept, without an answer.
            let history = conversation(&talk.caller, &error).await["history"].clone();
            assert_eq!((history.as_array().map(Vec::len), &history[0]["role"]), (Some(1), &json!("user")));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_provider_is_asked_again_when_it_says() {
    for format in FORMATS {
        let talk = Talk::start(format).await;
        talk.model.refuse(429, "rate_limit_exceeded", Some("1"));
        let began = Instant::now();
        let (text, name, _) = talk.hear("Hello?").await;
        assert_eq!((text.as_str(), name.as_str()), (SAID, "done"));
        assert!((1.0..4.0).contains(&began.elapsed().as_secs_f64()), "{:?}", began.elapsed());
        assert_eq!(talk.model.count("/"), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_for_long_or_in_vain() {
    for (format, status, kind, retry_after) in [
        (Format::OpenAi, 429, "rate_limit_exceeded", Some("60")),
        (Format::OpenAi, 429, "rate_limit_exceeded", Some("Fri, 31 Dec 2100 23:59:59 GMT")),
        (Format::OpenAi, 429, "insufficient_quota", Some("1")),
        (Format::Anthropic, 429, "rate_limit_error", None),
    ] {
        let talk = Talk::start(format).await;
        talk.model.refuse(status, kind, retry_after);
        let began = Instant::now();
        let (_, name, error) = talk.hear("Hello?").await;
        assert_eq!((name.as_str(), &error["code"]), ("error", &json!("provider_busy")), "{kind} {retry_after:?}");
        assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
        assert_eq!(talk.model.count("/"), 1, "{kind} {retry_after:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_date_is_understood_and_one_that_has_passed_is_now() {
    let talk = Talk::start(Format::OpenAi).await;
    talk.model.refuse(429, "rate_limit_exceeded", Some("Thu, 01 Jan 2026 00:00:00 GMT"));
    assert_eq!(talk.hear("Hello?").await.1, "done");
}

/// What was heard and is stored of an answer that broke off after three tokens.
async fn broken(talk: &Talk, trouble: Trouble, code: &str) {
    talk.model.trouble(trouble);
    let (text, name, error) = talk.hear("Hello?").await;
    let place = format!("{trouble:?}: {error}");
    assert_eq!((text.as_str(), name.as_str(), &error["code"]), ("From what you ", "error", &json!(code)), "{place}");
    let kept = conversation(&talk.caller, &error).await["history"][1].clone();
    assert_eq!((&kept["content"], &kept["complete"]), (&json!("From what you "), &json!(false)), "{place}");
    assert_eq!((&kept["error"], &kept["id"]), (&json!(code), &error["message_id"]), "{place}");

    talk.model.trouble(trouble);
    let answer = talk.caller.post("/api/chat", json!({"message": "Hello?"})).await.expect(200).json();
    assert_eq!((&answer["answer"], &answer["complete"]), (&json!("From what you "), &json!(false)), "{place}");
    assert_eq!(answer["error"]["code"], code, "{place}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_had_arrived_is_kept_and_marked() {
    for (format, on_error) in [(Format::OpenAi, "provider_failed"), (Format::Anthropic, "provider_busy")] {
        let talk = Talk::start(format).await;
        broken(&talk, Trouble::CutOff(3), "answer_cut_off").await;
        broken(&talk, Trouble::EndEarly(3), "answer_cut_off").await;
        broken(&talk, Trouble::Malformed(3), "provider_failed").await;
        broken(&talk, Trouble::Error(3), on_error).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_has_an_end() {
    let talk = Talk::with(Format::OpenAi, &[("chat_patience", "1")]).await;
    broken(&talk, Trouble::Stall(3), "provider_timeout").await;
    talk.model.trouble(Trouble::SlowFirst(Duration::from_secs(10)));
    let (text, name, error) = talk.hear("Hello?").await;
    assert_eq!((text.as_str(), name.as_str(), &error["code"]), ("", "error", &json!("provider_timeout")));
    talk.model.delay(Duration::from_secs(10));
    let answer = talk.caller.post("/api/chat", json!({"message": "Hello?"})).await;
    answer.problem(504, "provider_timeout");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_first_word_is_awaited_with_comments() {
    let talk = Talk::with(Format::OpenAi, &[("chat_heartbeat", "1")]).await;
    talk.model.trouble(Trouble::SlowFirst(Duration::from_millis(2_500)));
    let mut chat_stream = ChatStream::ask(&talk.caller, &json!({"message": "Hello?"})).await;
    let (text, name, _) = chat_stream.whole().await;
    assert_eq!((text.as_str(), name.as_str(), chat_stream.comments), (SAID, "done", 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_not_there_is_told() {
    let talk = Talk::start(Format::OpenAi).await;
    let Talk { model, app: _app, caller } = talk;
    drop(model);
    let (_, name, error) = ChatStream::ask(&caller, &json!({"message": "Hello?"})).await.whole().await;
    assert_eq!(
        (name.as_str(), &error["code"], &error["message_id"]),
        ("error", &json!("provider_failed"), &Value::Null)
    );
}
