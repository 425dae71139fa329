//! `/api/chat`.

use serde_json::json;
use tests::App;

use super::CheckedCaller;

#[tokio::test(flavor = "multi_thread")]
async fn answers_about_the_chat_match_the_document() {
    let app = App::start().await;
    let collector = CheckedCaller::new(&app, app.collector().await).await;
    let answer = collector.post("/api/chat", json!({"message": "How many?"}), 200).await.json();
    collector.post("/api/chat", json!({"message": ""}), 422).await;
    collector.get("/api/chat/conversations", 200).await;
    let conversation = format!("/api/chat/conversations/{}", answer["conversation_id"]);
    collector.get(&conversation, 200).await;
    collector.patch(&conversation, json!({"title": "Numbers"}), 200).await;
    collector.delete(&conversation, 204).await;
    collector.get(&conversation, 404).await;
    collector.get("/api/chat/providers", 200).await;
    collector.get("/api/chat/key", 404).await;
    collector.put("/api/chat/key", json!({"provider": "together", "key": "12345678", "model": "m"}), 200).await;
    collector.get("/api/chat/key", 200).await;
    collector.delete("/api/chat/key", 204).await;
}
