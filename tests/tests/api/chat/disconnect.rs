//! Who goes away is not talked to any longer, and the provider is not asked to go on.

use std::time::Duration;

use serde_json::json;
use stand_ins::{Format, Trouble};
use tests::ChatStream;

use super::{Talk, soon};

#[tokio::test(flavor = "multi_thread")]
async fn the_request_to_the_provider_ends_with_the_clients() {
    let talk = Talk::start(Format::OpenAi).await;
    talk.model.say(&["word "; 1_000]);
    talk.model.pace(Duration::from_millis(20));
    let mut chat_stream = ChatStream::ask(&talk.caller, &json!({"message": "Go on and on"})).await;
    for _ in 0..3 {
        assert_eq!(chat_stream.next().await.expect("a delta").0, "delta");
    }
    assert_eq!((talk.model.open(), talk.model.abandoned()), (1, 0));
    drop(chat_stream);
    soon("the provider talks on", || talk.model.abandoned() == 1).await;
    assert_eq!(talk.model.open(), 0);

    // What had been said is kept.
    let list = talk.caller.get("/api/chat/conversations").await.expect(200).json();
    let path = format!("/api/chat/conversations/{}", list["items"][0]["id"]);
    let mut history = talk.caller.get(&path).await.expect(200).json()["history"].clone();
    for _ in 0..100 {
        if history[1].is_object() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        history = talk.caller.get(&path).await.expect(200).json()["history"].clone();
    }
    assert_eq!((&history[1]["complete"], &history[1]["error"]), (&json!(false), &serde_json::Value::Null));
    assert!(history[1]["content"].as_str().expect("a text").starts_with("word word word "), "{history}");
}

#[tokio::test(flavor = "multi_thread")]
async fn so_does_one_that_is_silent() {
    let talk = Talk::with(Format::OpenAi, &[("chat_heartbeat", "1")]).await;
    talk.model.trouble(Trouble::Stall(1));
    let mut chat_stream = ChatStream::ask(&talk.caller, &json!({"message": "Hello?"})).await;
    assert_eq!(chat_stream.next().await.expect("a delta").0, "delta");
    assert_eq!(talk.model.open(), 1);
    drop(chat_stream);
    soon("the provider is waited for", || talk.model.abandoned() == 1).await;
}
