//! `/api/chat/conversations`.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{App, Caller};

async fn ask(caller: &Caller, message: &str) -> i64 {
    let answer = caller.post("/api/chat", json!({"message": message})).await.expect(200).json();
    answer["conversation_id"].as_i64().expect("an id")
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_are_listed_latest_first_with_their_messages() {
    let app = App::start().await;
    let caller = app.collector().await;
    let empty = caller.get("/api/chat/conversations").await.expect(200).json();
    assert_eq!(empty, json!({"items": [], "next_cursor": null, "total": 0}));
    let mut ids = Vec::new();
    for n in 0..5 {
        ids.push(ask(&caller, &format!("Question\nnumber {n}")).await);
    }
    caller.post("/api/chat", json!({"message": "more", "conversation_id": ids[0]})).await.expect(200);
    ids.rotate_left(1);
    ids.reverse();

    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = caller.get(&format!("/api/chat/conversations?limit=2{cursor}")).await.expect(200).json();
        assert_eq!(page["total"], 5);
        found.extend(page["items"].as_array().expect("items").clone());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(found.iter().map(|item| item["id"].as_i64().expect("an id")).collect::<Vec<_>>(), ids);
    assert_eq!((&found[0]["title"], &found[0]["messages"]), (&json!("Question number 0"), &json!(4)));

    let whole = caller.get(&format!("/api/chat/conversations/{}", ids[0])).await.expect(200).json();
    let roles: Vec<_> = whole["history"].as_array().expect("history").iter().map(|m| m["role"].clone()).collect();
    assert_eq!(json!(roles), json!(["user", "assistant", "user", "assistant"]));
    assert_eq!(whole["history"][0]["content"], "Question\nnumber 0");
    assert_eq!(whole["history"][1]["complete"], true);

    let faults = |query: &'static str| {
        let caller = &caller;
        async move { caller.get(&format!("/api/chat/conversations?{query}")).await.faults() }
    };
    assert_eq!(faults("limit=0").await, ["limit"]);
    assert_eq!(faults("cursor=abc").await, ["cursor"]);
    assert_eq!(faults("page=2").await, ["page"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_can_be_renamed_and_deleted() {
    let app = App::start().await;
    let caller = app.collector().await;
    let path = format!("/api/chat/conversations/{}", ask(&caller, "x").await);
    let renamed = caller.patch(&path, json!({"title": " Sunday 🎧 "})).await.expect(200).json();
    assert_eq!((&renamed["title"], &renamed["messages"]), (&json!("Sunday 🎧"), &json!(2)));
    for bad in [json!(""), json!("x".repeat(201)), json!("a\nb")] {
        assert_eq!(caller.patch(&path, json!({"title": bad})).await.faults(), ["title"]);
    }
    assert_eq!(caller.patch(&path, json!({"name": "x"})).await.faults(), ["name"]);
    caller.delete(&path).await.expect(204);
    caller.get(&path).await.problem(404, "not_found");
    caller.delete(&path).await.problem(404, "not_found");
    let database = app.connect();
    let left: i64 = database.query_row("SELECT count(*) FROM messages", [], |row| row.get(0)).expect("a count");
    assert_eq!(left, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_account_finds_neither_conversation_nor_key() {
    let app = App::start().await;
    let (owner, outsider) = (app.collector().await, app.collector().await);
    let id = ask(&owner, "Mine").await;
    owner.put("/api/chat/key", json!({"provider": "together", "key": "owners-key-1234"})).await.expect(200);
    let path = format!("/api/chat/conversations/{id}");
    for (method, path, body) in [
        (Method::GET, path.as_str(), Value::Null),
        (Method::PATCH, &path, json!({"title": "Mine now"})),
        (Method::DELETE, &path, Value::Null),
        (Method::POST, "/api/chat", json!({"message": "x", "conversation_id": id})),
        (Method::GET, "/api/chat/key", Value::Null),
        (Method::DELETE, "/api/chat/key", Value::Null),
    ] {
        let request = outsider.request(method, path);
        let request = if body.is_null() { request } else { request.json(&body) };
        outsider.send(request).await.problem(404, "not_found");
    }
    assert_eq!(outsider.get("/api/chat/conversations").await.expect(200).json()["total"], 0);
    let whole = owner.get(&path).await.expect(200).json();
    assert_eq!((&whole["title"], &whole["messages"]), (&json!("Mine"), &json!(2)));
    assert_eq!(owner.get("/api/chat/key").await.expect(200).json()["last4"], "1234");
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_the_account_deletes_conversations_keys_and_quota() {
    let app = App::start().await;
    let caller = app.collector().await;
    ask(&caller, "x").await;
    caller.put("/api/chat/key", json!({"provider": "together", "key": "a-key-of-mine"})).await.expect(200);
    let request = caller.request(Method::DELETE, "/api/auth/me").json(&json!({"password": tests::PASSWORD}));
    caller.send(request).await.expect(204);
    let database = app.connect();
    for table in ["conversations", "messages", "provider_keys", "chat_usage"] {
        let left: i64 =
            database.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).expect("a count");
        assert_eq!(left, 0, "{table}");
    }
    caller.post("/api/chat", json!({"message": "x"})).await.problem(401, "unauthenticated");
}
