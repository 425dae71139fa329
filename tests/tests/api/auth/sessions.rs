//! `GET /api/auth/sessions` and `DELETE /api/auth/sessions/{id}`.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{App, Caller, PASSWORD};

use super::{assert_signed_in, assert_signed_out, bearing};

async fn list(caller: &Caller) -> Vec<Value> {
    let sessions = caller.get("/api/auth/sessions").await.expect(200).json();
    sessions["items"].as_array().unwrap_or_else(|| panic!("items in {sessions}")).clone()
}

/// The id of the session that sends the request.
async fn own_session_id(caller: &Caller) -> String {
    let sessions = list(caller).await;
    let current: Vec<_> = sessions.iter().filter(|session| session["current"] == true).collect();
    assert_eq!(current.len(), 1, "{sessions:?}");
    current[0]["id"].as_str().expect("an id").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_has_address_user_agent_and_times_of_each_session() {
    let app = App::start().await;
    let first = app.collector().await;
    let stranger = app.collector().await;
    let anonymous = app.anonymous();
    let request = anonymous.request(Method::POST, "/api/auth/login").header("user-agent", "Phone/1 <b>é</b>");
    let answer = anonymous.send(request.json(&json!({"email": first.email, "password": PASSWORD}))).await;
    let phone = bearing(&anonymous, answer);

    let sessions = list(&phone).await;
    assert_eq!(sessions.len(), 2);
    let (latest, other) = (&sessions[0], &sessions[1]);
    assert_eq!((&latest["current"], &other["current"]), (&json!(true), &json!(false)));
    assert_eq!((&latest["user_agent"], &other["user_agent"]), (&json!("Phone/1 <b>é</b>"), &json!("")));
    for session in &sessions {
        assert_eq!(session["address"], "127.0.0.1");
        let members: Vec<_> = session.as_object().expect("a session").keys().collect();
        assert_eq!(members, ["address", "created_at", "current", "expires_at", "id", "last_used_at", "user_agent"]);
        assert!(session["expires_at"].as_str() > session["last_used_at"].as_str());
    }
    assert_eq!(own_session_id(&first).await, other["id"]);
    assert_eq!(list(&stranger).await.len(), 1);

    // The list begins with the session used last.
    let first = assert_signed_in(&first).await;
    assert_eq!(list(&first).await[0]["current"], true);
    assert!(list(&first).await[0]["last_used_at"].as_str() > other["last_used_at"].as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_user_agent_is_truncated() {
    let app = App::start().await;
    let collector = app.collector().await;
    let request = collector.request(Method::POST, "/api/auth/refresh").header("user-agent", "é".repeat(5_000));
    let answer = collector.send(request.json(&json!({"refresh_token": collector.refresh_token}))).await;
    let sessions = list(&bearing(&collector, answer)).await;
    assert_eq!(sessions[0]["user_agent"], "é".repeat(256));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_can_be_ended_from_another() {
    let app = App::start().await;
    let here = app.collector().await;
    let lost = app.anonymous().login(&here.email).await;
    let path = format!("/api/auth/sessions/{}", own_session_id(&lost).await);
    here.delete(&path).await.expect(204);
    assert_signed_out(&lost).await;
    lost.get("/api/auth/sessions").await.problem(401, "unauthenticated");
    lost.delete(&path).await.problem(401, "unauthenticated");
    here.delete(&path).await.problem(404, "not_found");
    let here = assert_signed_in(&here).await;

    here.delete(&format!("/api/auth/sessions/{}", own_session_id(&here).await)).await.expect(204);
    assert_signed_out(&here).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_another_account_is_not_found() {
    let app = App::start().await;
    let owner = app.collector().await;
    let outsider = app.collector().await;
    let path = format!("/api/auth/sessions/{}", own_session_id(&owner).await);
    outsider.delete(&path).await.problem(404, "not_found");
    for id in ["0", "%25", "%00", "%FF", "'%20OR%201=1%20--", "..%2Fme", &"x".repeat(5_000)] {
        outsider.delete(&format!("/api/auth/sessions/{id}")).await.problem(404, "not_found");
    }
    assert_signed_in(&outsider).await;
    let owner = assert_signed_in(&owner).await;
    owner.delete(&path).await.expect(204);
}
