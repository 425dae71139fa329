//! `/api/auth`.

use serde_json::json;
use tests::{App, PASSWORD};

use super::CheckedCaller;

#[tokio::test(flavor = "multi_thread")]
async fn answers_about_registration_and_tokens_match_the_document() {
    let app = App::start().await;
    let anonymous = CheckedCaller::new(&app, app.anonymous()).await;
    let account = json!({"email": "ada@example.org", "password": PASSWORD, "name": "Ada"});
    anonymous.post("/api/auth/register", account.clone(), 201).await;
    anonymous.post("/api/auth/register", account, 409).await;
    anonymous.post("/api/auth/register", json!({"email": "", "password": ""}), 422).await;
    let login = json!({"email": "ada@example.org", "password": PASSWORD});
    let tokens = anonymous.post("/api/auth/login", login, 200).await.json();
    anonymous.post("/api/auth/login", json!({"email": "ada@example.org", "password": "x"}), 401).await;
    anonymous.post("/api/auth/refresh", json!({"refresh_token": tokens["refresh_token"]}), 200).await;
    anonymous.post("/api/auth/refresh", json!({"refresh_token": "x"}), 401).await;
    anonymous.get("/api/auth/me", 401).await;
    anonymous.get("/api/auth/registration", 200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_about_accounts_and_sessions_match_the_document() {
    let app = App::start().await;
    app.anonymous().register("ada@example.org").await;
    let collector = CheckedCaller::new(&app, app.collector().await).await;
    collector.get("/api/auth/me", 200).await;
    collector.patch("/api/auth/me", json!({"name": "Eve"}), 200).await;
    collector.patch("/api/auth/me", json!({"email": "x"}), 422).await;
    let taken = json!({"email": "ada@example.org", "current_password": PASSWORD});
    collector.patch("/api/auth/me", taken, 409).await;
    collector.post("/api/auth/password", json!({"current_password": "x", "new_password": PASSWORD}), 401).await;

    let sessions = collector.get("/api/auth/sessions", 200).await.json();
    collector.delete("/api/auth/sessions/x", 404).await;
    let id = sessions["items"][0]["id"].as_str().expect("an id");
    collector.delete(&format!("/api/auth/sessions/{id}"), 204).await;
    let logout = json!({"refresh_token": collector.caller.refresh_token});
    collector.post("/api/auth/logout", logout, 204).await;
}
