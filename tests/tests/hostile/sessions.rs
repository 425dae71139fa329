//! Tokens are used after their session has ended, or were copied.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use tests::{App, Caller, PASSWORD, Process};

/// A route that asks the database for the session every few seconds only.
const LIST: &str = "/api/collection";
const KEY: &str = "/api/chat/key";

async fn refresh(caller: &Caller, key: Option<&str>) -> tests::Answer {
    let mut body = json!({"refresh_token": caller.refresh_token});
    if let Some(key) = key {
        body["retry_key"] = json!(key);
    }
    caller.post("/api/auth/refresh", body).await
}

fn bearing(caller: &Caller, tokens: &Value) -> Caller {
    let mut next = caller.bearing(tokens["access_token"].as_str().expect("a token"));
    next.refresh_token = tokens["refresh_token"].as_str().expect("a token").to_owned();
    next
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_session_is_refused_on_another_host_within_ten_seconds_and_at_once_for_keys() {
    let state = tempfile::TempDir::new().expect("a folder");
    let one = Process::start(state.path()).await;
    let two = Process::start(state.path()).await;
    let owner = one.anonymous().register("ada@example.org").await;
    let lost = one.anonymous().login("ada@example.org").await;
    let there = two.anonymous().bearing(&lost.access_token);
    there.get(LIST).await.expect(200);
    owner.post("/api/auth/logout", json!({"refresh_token": lost.refresh_token})).await.expect(204);

    let revoked = Instant::now();
    there.get(KEY).await.problem(401, "unauthenticated");
    there.get("/api/auth/me").await.problem(401, "unauthenticated");
    there.get("/system/status").await.problem(401, "unauthenticated");
    while there.get(LIST).await.status != 401 {
        assert!(revoked.elapsed() < Duration::from_secs(10), "the token is still accepted");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    eprintln!("refused after {:?}", revoked.elapsed());
    owner.get(LIST).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_a_session_is_noticed_at_once_by_the_host_that_did_it() {
    let app = App::start().await;
    let owner = app.collector().await;
    let email = owner.email.clone();
    for how in ["logout", "revoke", "password", "email", "delete"] {
        let here = app.anonymous();
        let here = if how == "email" || how == "delete" {
            login_with(&here, &email, "a new password 1").await
        } else {
            here.login(&email).await
        };
        let password = if how == "email" || how == "delete" { "a new password 1" } else { PASSWORD };
        let there = login_with(&app.anonymous(), &email, password).await;
        there.get(LIST).await.expect(200);
        match how {
            "logout" => drop(here.post("/api/auth/logout", json!({"refresh_token": there.refresh_token})).await),
            "revoke" => {
                let sessions = there.get("/api/auth/sessions").await.expect(200).json();
                let current = sessions["items"].as_array().expect("items").iter().find(|one| one["current"] == true);
                let id = current.and_then(|one| one["id"].as_str()).expect("an id").to_owned();
                here.delete(&format!("/api/auth/sessions/{id}")).await.expect(204);
            }
            "password" => {
                let change = json!({"current_password": PASSWORD, "new_password": "a new password 1"});
                here.post("/api/auth/password", change).await.expect(204);
            }
            "email" => {
                let same = json!({"email": email.to_uppercase(), "current_password": password});
                here.patch("/api/auth/me", same).await.expect(200);
                there.get(LIST).await.expect(200);
                let change = json!({"email": "new@example.org", "current_password": password});
                here.patch("/api/auth/me", change).await.expect(200);
                here.get(LIST).await.expect(200);
                let back = json!({"email": email, "current_password": password});
                here.patch("/api/auth/me", back).await.expect(200);
            }
            _ => {
                let delete = here.request(Method::DELETE, "/api/auth/me").json(&json!({"password": password}));
                here.send(delete).await.expect(204);
            }
        }
        there.get(LIST).await.problem(401, "unauthenticated");
    }
}

async fn login_with(caller: &Caller, email: &str, password: &str) -> Caller {
    let tokens = caller.post("/api/auth/login", json!({"email": email, "password": password})).await.expect(200).json();
    bearing(caller, &tokens)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_role_is_the_accounts_of_now() {
    let app = App::start().await;
    let collector = app.collector().await;
    collector.get("/system/status").await.problem(403, "forbidden");
    app.connect().execute("UPDATE users SET role = 'super_admin'", []).expect("an update");
    collector.get("/system/status").await.expect(200);
    app.connect().execute("UPDATE users SET role = 'member'", []).expect("an update");
    collector.get("/system/status").await.problem(403, "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_is_repeated_three_times_within_a_minute_until_a_new_token_is_used() {
    let app = App::start().await;
    let key = Some("the retry key of a device");
    let repeated = app.collector().await;
    for n in 0..5 {
        let answer = refresh(&repeated, key).await;
        if n < 4 { drop(answer.expect(200)) } else { drop(answer.problem(401, "unauthenticated")) }
    }

    let used = app.collector().await;
    let next = bearing(&used, &refresh(&used, key).await.expect(200).json());
    next.get(LIST).await.expect(200);
    refresh(&used, key).await.problem(401, "unauthenticated");
    next.get("/api/auth/me").await.problem(401, "unauthenticated");

    let late = app.collector().await;
    let next = bearing(&late, &refresh(&late, key).await.expect(200).json());
    let earlier = "UPDATE refresh_tokens SET used_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-61 seconds')
        WHERE used_at IS NOT NULL";
    app.connect().execute(earlier, []).expect("an update");
    refresh(&late, key).await.problem(401, "unauthenticated");
    next.get("/api/auth/me").await.problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_ninety_days_after_it_began() {
    let app = App::start().await;
    let collector = app.collector().await;
    let began = |days: u32| {
        let update = format!("UPDATE sessions SET created_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-{days} days')");
        app.connect().execute(&update, []).expect("an update");
    };
    began(80);
    let next = bearing(&collector, &refresh(&collector, None).await.expect(200).json());
    let left: f64 = app
        .connect()
        .query_row("SELECT julianday(expires_at) - julianday('now') FROM sessions", [], |row| row.get(0))
        .expect("a session");
    assert!((9.9..10.1).contains(&left), "{left} days");
    began(91);
    refresh(&next, None).await.expect(200);
    next.get("/api/auth/me").await.problem(401, "unauthenticated");
}
