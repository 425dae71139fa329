//! `POST /api/auth/refresh`: each token can be used once, and using it again ends its session.

use serde_json::json;
use tests::{App, PASSWORD};

use super::{assert_signed_in, assert_signed_out, bearing, execute, refresh, sign_in, value};

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_returns_new_tokens_of_the_same_session() {
    let app = App::start().await;
    let before = app.collector().await;
    let answer = refresh(&app.anonymous(), &before.refresh_token).await.expect(200);
    assert_eq!(answer.header("cache-control"), "no-store");
    let body = answer.json();
    assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("bearer"), &json!(900)));
    assert_eq!(body["user"], before.get("/api/auth/me").await.expect(200).json());

    let after = bearing(&before, answer);
    assert_ne!(after.refresh_token, before.refresh_token);
    assert_ne!(after.access_token, before.access_token);
    let sessions = after.get("/api/auth/sessions").await.expect(200).json();
    assert_eq!(sessions["items"].as_array().map(Vec::len), Some(1), "{sessions}");
    assert_eq!(sessions["items"][0]["current"], true);
    assert_signed_in(&after).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn using_a_token_twice_ends_its_session_and_no_other() {
    let app = App::start().await;
    let thief = app.collector().await;
    let elsewhere = app.anonymous().login(&thief.email).await;
    let stranger = app.collector().await;
    // Any used token of the session is enough, not only the latest.
    let owner = assert_signed_in(&thief).await;
    let owner = assert_signed_in(&owner).await;
    let owner = assert_signed_in(&owner).await;

    refresh(&thief, &thief.refresh_token).await.problem(401, "unauthenticated");
    assert_signed_out(&owner).await;
    assert_signed_out(&thief).await;
    assert_signed_in(&elsewhere).await;
    assert_signed_in(&stranger).await;
    assert_eq!(value::<i64>(&app, "SELECT count(*) FROM sessions", []), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_whose_answer_was_lost_can_be_repeated_with_its_retry_key() {
    let app = App::start().await;
    let collector = app.collector().await;
    let with_key = async |token: &str, key: &str| {
        let body = json!({"refresh_token": token, "retry_key": key});
        collector.post("/api/auth/refresh", body).await
    };
    let key = "0198a1b2-4c5d-7e6f-8a9b-0c1d2e3f4a5b";
    let lost = bearing(&collector, with_key(&collector.refresh_token, key).await);
    let second = bearing(&collector, with_key(&collector.refresh_token, key).await);
    let third = bearing(&collector, with_key(&collector.refresh_token, key).await);
    assert_ne!(second.refresh_token, third.refresh_token);
    let third = assert_signed_in(&third).await;

    // The token of the lost answer was invalidated, so using it counts as theft.
    refresh(&lost, &lost.refresh_token).await.problem(401, "unauthenticated");
    assert_signed_out(&third).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_with_another_retry_key_or_too_late_ends_the_session() {
    let app = App::start().await;
    for (fault, key) in [
        ("another key", "the retry key of a thief"),
        ("none", ""),
        ("used", "the same secret retry key"),
        ("late", "the same secret retry key"),
    ] {
        let collector = app.collector().await;
        let body = json!({"refresh_token": collector.refresh_token, "retry_key": "the same secret retry key"});
        let owner = bearing(&collector, collector.post("/api/auth/refresh", body).await);
        match fault {
            "used" => drop(assert_signed_in(&owner).await),
            "late" => execute(
                &app,
                "UPDATE refresh_tokens SET used_at = '2026-01-01T00:00:00.000Z' WHERE used_at IS NOT NULL",
                [],
            ),
            _ => {}
        }
        let mut body = json!({"refresh_token": collector.refresh_token});
        if !key.is_empty() {
            body["retry_key"] = json!(key);
        }
        collector.post("/api/auth/refresh", body).await.problem(401, "unauthenticated");
        assert_signed_out(&owner).await;
    }
    let collector = app.collector().await;
    for key in [json!("short"), json!("x".repeat(201)), json!(7), json!(null)] {
        let body = json!({"refresh_token": collector.refresh_token, "retry_key": key});
        assert_eq!(collector.post("/api/auth/refresh", body).await.faults(), ["retry_key"], "{key}");
    }
    assert_signed_in(&collector).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_simultaneous_uses_of_a_token_at_most_one_succeeds() {
    let app = App::start().await;
    let collector = app.collector().await;
    let (caller, token) = (&collector, collector.refresh_token.as_str());
    let (one, two, three) = tokio::join!(refresh(caller, token), refresh(caller, token), refresh(caller, token));
    let answers = [one, two, three];
    let won = answers.iter().filter(|answer| answer.status == 200).count();
    assert!(won <= 1, "{won} uses of one token succeeded");
    for answer in answers.into_iter().filter(|answer| answer.status != 200) {
        answer.problem(401, "unauthenticated");
    }
    assert_signed_out(&collector).await;
    assert_eq!(value::<i64>(&app, "SELECT count(*) FROM refresh_tokens", []), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_refresh_token_is_refused() {
    let app = App::start().await;
    let collector = app.collector().await;
    let hash: String = value(&app, "SELECT token_hash FROM refresh_tokens", []);
    let (upper, padded) = (collector.refresh_token.to_uppercase(), format!("{} ", collector.refresh_token));
    let long = "x".repeat(100_000);
    for token in
        ["", " ", "vvr_", "vvr_\u{0}", "' OR 1=1 --", "%", &long, &hash, &upper, &padded, &collector.access_token]
    {
        refresh(&collector, token).await.problem(401, "unauthenticated");
    }
    for (body, field) in [
        (json!({}), "refresh_token"),
        (json!({"refresh_token": null}), "refresh_token"),
        (json!({"refresh_token": [collector.refresh_token]}), "refresh_token"),
        (json!({"refresh_token": collector.refresh_token, "scope": "all"}), "scope"),
    ] {
        assert_eq!(collector.post("/api/auth/refresh", body).await.faults(), [field]);
    }
    collector.bearing(&collector.refresh_token).get("/api/auth/me").await.problem(401, "unauthenticated");
    assert_signed_in(&collector).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tokens_of_an_expired_session_are_refused() {
    let app = App::start().await;
    let expired = app.collector().await;
    execute(&app, "UPDATE sessions SET expires_at = '2020-01-01T00:00:00.000Z'", []);
    let live = app.anonymous().login(&expired.email).await;
    assert_signed_out(&expired).await;
    expired.get("/api/auth/sessions").await.problem(401, "unauthenticated");
    expired.patch("/api/auth/me", json!({"name": "Late"})).await.problem(401, "unauthenticated");

    let sessions = live.get("/api/auth/sessions").await.expect(200).json();
    assert_eq!(sessions["items"].as_array().map(Vec::len), Some(1), "{sessions}");
    assert_signed_in(&live).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_returns_the_current_role() {
    let app = App::with(&[("init_secret", "open sesame")]).await;
    let collector = app.collector().await;
    let initialize = "/system/initialize-database";
    collector.post(initialize, json!({})).await.problem(403, "forbidden");
    execute(&app, "UPDATE users SET role = 'super_admin'", []);

    let promoted = refresh(&collector, &collector.refresh_token).await.expect(200);
    assert_eq!(promoted.json()["user"]["role"], "super_admin");
    let promoted = bearing(&collector, promoted);
    promoted.post(initialize, json!({})).await.expect(200);

    execute(&app, "UPDATE users SET role = 'member'", []);
    let demoted = bearing(&promoted, refresh(&promoted, &promoted.refresh_token).await);
    demoted.post(initialize, json!({})).await.problem(403, "forbidden");
    sign_in(&demoted, &collector.email, PASSWORD).await.expect(200);
}
