//! What browsers and caches may keep.

use serde_json::json;
use tests::{Answer, App};

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_about_an_account_or_a_conversation_may_be_stored() {
    let app = App::start().await;
    let collector = app.collector().await;
    let question = collector.post("/api/chat", json!({"message": "How many records do I have?"})).await.expect(200);
    let answers: [(&str, Answer); 7] = [
        ("the answer", question),
        ("conversations", collector.get("/api/chat/conversations").await.expect(200)),
        ("a conversation", collector.get("/api/chat/conversations/1").await.expect(200)),
        ("providers", collector.get("/api/chat/providers").await.expect(200)),
        ("the account", collector.get("/api/auth/me").await.expect(200)),
        ("sessions", collector.get("/api/auth/sessions").await.expect(200)),
        (
            "an end",
            collector.post("/api/auth/logout", json!({"refresh_token": collector.refresh_token})).await.expect(204),
        ),
    ];
    for (name, answer) in answers {
        assert_eq!(answer.header("cache-control"), "no-store", "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_behind_https_asks_browsers_to_stay_there() {
    let app = App::with(&[("public_url", "https://vinyl.example.org")]).await;
    for path in ["/api/auth/registration", "/api/health", "/api/nothing", "/", "/sw.js", "/api/docs", "/nothing"] {
        let answer = app.anonymous().get(path).await;
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000", "{path}");
    }
    let app = App::with(&[("public_url", "http://vinyl.example.org")]).await;
    for path in ["/api/health", "/"] {
        assert!(!app.anonymous().get(path).await.headers.contains_key("strict-transport-security"), "{path}");
    }
}
