//! Language models: what is sent to them, and what comes back.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use stand_ins::{Format, Trouble};
use tests::{App, ChatStream, records};

use super::{SAID, Talk};

const FORMATS: [Format; 2] = [Format::OpenAi, Format::Anthropic];

#[tokio::test(flavor = "multi_thread")]
async fn both_formats_are_spoken() {
    for format in FORMATS {
        let talk = Talk::with(format, &[("chat_model", "tiny"), ("chat_max_tokens", "77")]).await;
        let (text, name, done) = talk.hear("Hello?").await;
        assert_eq!((text.as_str(), name.as_str()), (SAID, "done"));
        let input = if format == Format::OpenAi { 9 } else { 12 };
        assert_eq!(done["usage"], json!({"input_tokens": input, "output_tokens": 13}));
        assert_eq!((&done["model"], &done["remaining"]), (&json!("tiny"), &json!(199)));
        let (asked, request) = (talk.model.asked(), &talk.model.received()[0]);
        assert_eq!(
            (&asked["model"], &asked["max_tokens"], &asked["stream"]),
            (&json!("tiny"), &json!(77), &json!(true))
        );
        match format {
            Format::OpenAi => {
                assert_eq!(request.header("authorization"), "Bearer sk-operator");
                assert_eq!(asked["stream_options"], json!({"include_usage": true}));
            }
            Format::Anthropic => {
                assert_eq!(request.header("x-api-key"), "sk-operator");
                assert_eq!(request.header("authorization"), "");
                assert!(asked["system"].is_string());
            }
        }

        let answer = talk.caller.post("/api/chat", json!({"message": "As JSON"})).await.expect(200).json();
        assert_eq!((&answer["answer"], &answer["complete"]), (&json!(SAID), &json!(true)));
        assert_eq!(answer["usage"]["output_tokens"], 13);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_frames_and_bytes_that_come_one_by_one_change_nothing() {
    for format in FORMATS {
        let talk = Talk::start(format).await;
        for trouble in [Trouble::ByteByByte, Trouble::Odd] {
            talk.model.trouble(trouble);
            let (text, name, _) = talk.hear("Hello?").await;
            assert_eq!((text.as_str(), name.as_str()), (SAID, "done"), "{format:?} {trouble:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_come_as_the_provider_says_them() {
    let talk = Talk::start(Format::OpenAi).await;
    talk.model.say(&["one ", "two ", "three"]);
    talk.model.pace(Duration::from_millis(300));
    let began = Instant::now();
    let mut chat_stream = ChatStream::ask(&talk.caller, &json!({"message": "Count."})).await;
    let mut heard = Vec::new();
    while let Some((name, data)) = chat_stream.next().await {
        if name == "delta" {
            heard.push((data["text"].as_str().expect("text").to_owned(), began.elapsed()));
        }
    }
    let texts: Vec<_> = heard.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(texts, ["one ", "two ", "three"]);
    for pair in heard.windows(2) {
        let pause = pair[1].1 - pair[0].1;
        assert!(pause > Duration::from_millis(150), "held back and sent together: {heard:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_goes_on_within_its_budget() {
    let talk = Talk::start(Format::Anthropic).await;
    let (_, _, done) = talk.hear("First question").await;
    let id = &done["conversation_id"];
    let ask = |message: String| json!({"message": message, "conversation_id": id});
    ChatStream::ask(&talk.caller, &ask("Second question".to_owned())).await.whole().await;
    let messages = talk.model.asked()["messages"].clone();
    let role = |index: usize| messages[index]["role"].as_str().expect("a role").to_owned();
    assert_eq!(
        (messages[0]["content"].as_str(), messages[1]["content"].as_str()),
        (Some("First question"), Some(SAID))
    );
    assert_eq!(
        (messages[2]["content"].as_str(), messages.as_array().map(Vec::len)),
        (Some("Second question"), Some(3))
    );
    assert_eq!((role(0), role(1), role(2)), ("user".to_owned(), "assistant".to_owned(), "user".to_owned()));

    for _ in 0..3 {
        ChatStream::ask(&talk.caller, &ask("x".repeat(4_000))).await.whole().await;
    }
    let messages = talk.model.asked()["messages"].clone();
    let size: usize = messages.as_array().expect("messages").iter().map(|m| m["content"].to_string().len()).sum();
    assert!(size < 10_000, "{size}");
    assert_eq!(messages[0]["role"], "user");
    let history = super::conversation(&talk.caller, &done).await;
    assert_eq!(history["messages"], 10, "what is not sent is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operators_choice_is_listed_and_builtin_stays() {
    let talk = Talk::start(Format::OpenAi).await;
    talk.caller.add(records::album("A", "B")).await;
    let list = talk.caller.get("/api/chat/providers").await.expect(200).json();
    let find =
        |id: &str| list["items"].as_array().expect("items").iter().find(|item| item["id"] == id).expect(id).clone();
    assert_eq!((&find("openai")["default"], &find("openai")["key"]), (&json!(true), &json!("operator")));
    assert_eq!(json!(format!("http://{}", find("openai")["host"].as_str().expect("a host"))), json!(talk.model.url()));
    assert_eq!((&find("builtin")["available"], &find("builtin")["default"]), (&json!(true), &json!(false)));
    assert_eq!((&find("together")["available"], &find("together")["key"]), (&json!(false), &json!("missing")));
    assert_eq!((&list["limit"], &list["remaining"]), (&json!(200), &json!(200)));
    assert!(!list.to_string().contains("sk-operator"), "{list}");

    let answer = talk.caller.post("/api/chat", json!({"message": "How many?", "provider": "builtin"})).await;
    assert_eq!(answer.expect(200).json()["answer"], "You have 1 album.");
    assert_eq!(talk.model.count("/"), 0);
    for provider in ["together", "skynet", "ollama", ""] {
        let faults = talk.caller.post("/api/chat", json!({"message": "x", "provider": provider})).await.faults();
        assert_eq!(faults, ["provider"], "{provider}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_builtin_is_the_default_and_nothing_leaves() {
    let app = App::start().await;
    let list = app.collector().await.get("/api/chat/providers").await.expect(200).json();
    let available: Vec<&Value> =
        list["items"].as_array().expect("items").iter().filter(|item| item["available"] == true).collect();
    assert_eq!(available.len(), 1, "{list}");
    assert_eq!((&available[0]["id"], &available[0]["default"]), (&json!("builtin"), &json!(true)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_set_up_wrongly_is_told_to_the_operator() {
    for variables in [[("chat_provider", "skynet")], [("chat_max_tokens", "many")], [("chat_base_path", "v1")]] {
        let app = App::with(&variables).await;
        let answer = app.collector().await.post("/api/chat", json!({"message": "x"})).await;
        let problem = answer.problem(500, "misconfigured");
        assert!(!problem.to_string().contains(variables[0].1), "{problem}");
    }
}
