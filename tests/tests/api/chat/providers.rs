//! `/api/chat/providers`, and the requests to language models and their answers.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use stand_ins::{ApiFormat, StreamFault};
use tests::{App, ChatStream, records};

use super::{ANSWER, ChatSetup};

const FORMATS: [ApiFormat; 2] = [ApiFormat::OpenAi, ApiFormat::Anthropic];

#[tokio::test(flavor = "multi_thread")]
async fn both_api_formats_are_supported() {
    for format in FORMATS {
        let setup = ChatSetup::with(format, &[("chat_model", "tiny"), ("chat_max_tokens", "77")]).await;
        let (text, name, done) = setup.ask("Hello?").await;
        assert_eq!((text.as_str(), name.as_str()), (ANSWER, "done"));
        let input = if format == ApiFormat::OpenAi { 9 } else { 12 };
        assert_eq!(done["usage"], json!({"input_tokens": input, "output_tokens": 13}));
        assert_eq!((&done["model"], &done["remaining"]), (&json!("tiny"), &json!(199)));
        let (asked, request) = (setup.model.asked(), &setup.model.received()[0]);
        assert_eq!(
            (&asked["model"], &asked["max_tokens"], &asked["stream"]),
            (&json!("tiny"), &json!(77), &json!(true))
        );
        match format {
            ApiFormat::OpenAi => {
                assert_eq!(request.header("authorization"), "Bearer sk-operator");
                assert_eq!(asked["stream_options"], json!({"include_usage": true}));
            }
            ApiFormat::Anthropic => {
                assert_eq!(request.header("x-api-key"), "sk-operator");
                assert_eq!(request.header("authorization"), "");
                assert!(asked["system"].is_string());
            }
        }

        let answer = setup.caller.post("/api/chat", json!({"message": "As JSON"})).await.expect(200).json();
        assert_eq!((&answer["answer"], &answer["complete"]), (&json!(ANSWER), &json!(true)));
        assert_eq!(answer["usage"]["output_tokens"], 13);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_frames_and_split_frames_do_not_change_the_answer() {
    for format in FORMATS {
        let setup = ChatSetup::start(format).await;
        for fault in [StreamFault::ByteByByte, StreamFault::Odd] {
            setup.model.next_stream(fault);
            let (text, name, _) = setup.ask("Hello?").await;
            assert_eq!((text.as_str(), name.as_str()), (ANSWER, "done"), "{format:?} {fault:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_token_is_sent_as_soon_as_the_provider_sends_it() {
    let setup = ChatSetup::start(ApiFormat::OpenAi).await;
    setup.model.answer_with(&["one ", "two ", "three"]);
    setup.model.pace(Duration::from_millis(300));
    let began = Instant::now();
    let mut events = ChatStream::ask(&setup.caller, &json!({"message": "Count."})).await;
    let mut received = Vec::new();
    while let Some((name, data)) = events.next().await {
        if name == "delta" {
            received.push((data["text"].as_str().expect("text").to_owned(), began.elapsed()));
        }
    }
    let texts: Vec<_> = received.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(texts, ["one ", "two ", "three"]);
    for pair in received.windows(2) {
        let pause = pair[1].1 - pair[0].1;
        assert!(pause > Duration::from_millis(150), "the tokens were buffered and sent together: {received:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn earlier_messages_are_sent_again_up_to_a_size_limit() {
    let setup = ChatSetup::start(ApiFormat::Anthropic).await;
    let (_, _, done) = setup.ask("First question").await;
    let id = &done["conversation_id"];
    let ask = |message: String| json!({"message": message, "conversation_id": id});
    ChatStream::ask(&setup.caller, &ask("Second question".to_owned())).await.read_to_end().await;
    let messages = setup.model.asked()["messages"].clone();
    let role = |index: usize| messages[index]["role"].as_str().expect("a role").to_owned();
    assert_eq!(
        (messages[0]["content"].as_str(), messages[1]["content"].as_str()),
        (Some("First question"), Some(ANSWER))
    );
    assert_eq!(
        (messages[2]["content"].as_str(), messages.as_array().map(Vec::len)),
        (Some("Second question"), Some(3))
    );
    assert_eq!((role(0), role(1), role(2)), ("user".to_owned(), "assistant".to_owned(), "user".to_owned()));

    for _ in 0..3 {
        ChatStream::ask(&setup.caller, &ask("x".repeat(4_000))).await.read_to_end().await;
    }
    let messages = setup.model.asked()["messages"].clone();
    let size: usize = messages.as_array().expect("messages").iter().map(|m| m["content"].to_string().len()).sum();
    assert!(size < 10_000, "{size}");
    assert_eq!(messages[0]["role"], "user");
    let history = super::conversation(&setup.caller, &done).await;
    assert_eq!(history["messages"], 10, "messages that are no longer sent are still stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operators_provider_is_the_default_and_builtin_is_still_available() {
    let setup = ChatSetup::start(ApiFormat::OpenAi).await;
    setup.caller.add(records::album("A", "B")).await;
    let list = setup.caller.get("/api/chat/providers").await.expect(200).json();
    let find =
        |id: &str| list["items"].as_array().expect("items").iter().find(|item| item["id"] == id).expect(id).clone();
    assert_eq!((&find("openai")["default"], &find("openai")["key"]), (&json!(true), &json!("operator")));
    assert_eq!(json!(format!("http://{}", find("openai")["host"].as_str().expect("a host"))), json!(setup.model.url()));
    assert_eq!((&find("builtin")["available"], &find("builtin")["default"]), (&json!(true), &json!(false)));
    assert_eq!((&find("together")["available"], &find("together")["key"]), (&json!(false), &json!("missing")));
    assert_eq!((&list["limit"], &list["remaining"]), (&json!(200), &json!(200)));
    assert!(!list.to_string().contains("sk-operator"), "{list}");

    let answer = setup.caller.post("/api/chat", json!({"message": "How many?", "provider": "builtin"})).await;
    assert_eq!(answer.expect(200).json()["answer"], "You have 1 album.");
    assert_eq!(setup.model.count("/"), 0);
    for provider in ["together", "skynet", "ollama", ""] {
        let faults = setup.caller.post("/api/chat", json!({"message": "x", "provider": provider})).await.faults();
        assert_eq!(faults, ["provider"], "{provider}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_builtin_is_the_only_provider() {
    let app = App::start().await;
    let list = app.collector().await.get("/api/chat/providers").await.expect(200).json();
    let available: Vec<&Value> =
        list["items"].as_array().expect("items").iter().filter(|item| item["available"] == true).collect();
    assert_eq!(available.len(), 1, "{list}");
    assert_eq!((&available[0]["id"], &available[0]["default"]), (&json!("builtin"), &json!(true)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_configuration_is_a_500_without_details() {
    for variables in [[("chat_provider", "skynet")], [("chat_max_tokens", "many")], [("chat_base_path", "v1")]] {
        let app = App::with(&variables).await;
        let answer = app.collector().await.post("/api/chat", json!({"message": "x"})).await;
        let problem = answer.problem(500, "misconfigured");
        assert!(!problem.to_string().contains(variables[0].1), "{problem}");
    }
}
