//! A client that disconnects in the middle of an answer: the request to the provider ends.

use std::time::Duration;

use serde_json::json;
use stand_ins::{ApiFormat, StreamFault};
use tests::ChatStream;

use super::{ChatSetup, wait_until};

#[tokio::test(flavor = "multi_thread")]
async fn the_request_to_the_provider_ends_when_the_client_disconnects() {
    let setup = ChatSetup::start(ApiFormat::OpenAi).await;
    setup.model.answer_with(&["word "; 1_000]);
    setup.model.pace(Duration::from_millis(20));
    let mut events = ChatStream::ask(&setup.caller, &json!({"message": "Go on and on"})).await;
    for _ in 0..3 {
        assert_eq!(events.next().await.expect("a delta").0, "delta");
    }
    assert_eq!((setup.model.open(), setup.model.abandoned()), (1, 0));
    drop(events);
    wait_until("the provider stops sending", || setup.model.abandoned() == 1).await;
    assert_eq!(setup.model.open(), 0);

    // The part of the answer that was sent is stored.
    let list = setup.caller.get("/api/chat/conversations").await.expect(200).json();
    let path = format!("/api/chat/conversations/{}", list["items"][0]["id"]);
    let mut history = setup.caller.get(&path).await.expect(200).json()["history"].clone();
    for _ in 0..100 {
        if history[1].is_object() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        history = setup.caller.get(&path).await.expect(200).json()["history"].clone();
    }
    assert_eq!((&history[1]["complete"], &history[1]["error"]), (&json!(false), &serde_json::Value::Null));
    assert!(history[1]["content"].as_str().expect("a text").starts_with("word word word "), "{history}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_also_ends_while_the_provider_sends_nothing() {
    let setup = ChatSetup::with(ApiFormat::OpenAi, &[("chat_heartbeat", "1")]).await;
    setup.model.next_stream(StreamFault::Stall(1));
    let mut events = ChatStream::ask(&setup.caller, &json!({"message": "Hello?"})).await;
    assert_eq!(events.next().await.expect("a delta").0, "delta");
    assert_eq!(setup.model.open(), 1);
    drop(events);
    wait_until("the request to the provider ends", || setup.model.abandoned() == 1).await;
}
