//! `POST /api/auth/login`.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tests::{Answer, App, PASSWORD};

use super::{assert_signed_in, bearing, execute, sign_in, value};

#[tokio::test(flavor = "multi_thread")]
async fn the_right_password_signs_in_and_the_case_of_the_address_does_not_matter() {
    let app = App::start().await;
    let first = app.anonymous().register("Ada@Example.org").await;
    let answer = sign_in(&app.anonymous(), " aDA@eXAMPLE.ORG ", PASSWORD).await.expect(200);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.json()["user"], first.get("/api/auth/me").await.expect(200).json());

    let second = bearing(&app.anonymous(), answer);
    assert_ne!(second.refresh_token, first.refresh_token);
    assert_signed_in(&second).await;
    assert_signed_in(&first).await;
}

/// Everything that a client sees of an answer, without the parts that differ between any two answers.
fn seen(answer: Answer) -> (u16, BTreeMap<String, String>, Value) {
    let headers = answer.headers.iter().filter(|(name, _)| *name != "x-request-id" && *name != "date");
    let headers =
        headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned())).collect();
    let status = answer.status;
    let mut problem = answer.problem(401, "bad_credentials");
    problem["request_id"] = json!(null);
    (status, headers, problem)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_address_get_the_same_answer() {
    let app = App::start().await;
    let anonymous = app.anonymous();
    anonymous.register("ada@example.org").await;
    let wrong_password = seen(sign_in(&anonymous, "ada@example.org", "incorrect horse").await);
    let long = "x".repeat(2000);
    for (email, password) in [
        ("eve@example.org", PASSWORD),
        ("not an address", PASSWORD),
        ("", ""),
        ("ada@example.org", ""),
        ("ada@example.org", &long),
        ("ada@example.org", " correct horse battery "),
        ("ada@example.org", "Correct horse battery"),
        ("ada@example.org' OR '1'='1", PASSWORD),
        ("%", PASSWORD),
    ] {
        assert_eq!(seen(sign_in(&anonymous, email, password).await), wrong_password, "{email}");
    }
    assert_eq!(value::<i64>(&app, "SELECT count(*) FROM sessions", []), 1);
    sign_in(&anonymous, "ada@example.org", PASSWORD).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_fields_are_named() {
    let app = App::start().await;
    let anonymous = app.anonymous();
    for (body, field) in [
        (json!({}), "email"),
        (json!({"email": "ada@example.org"}), "password"),
        (json!({"email": "ada@example.org", "password": 12345678}), "password"),
        (json!({"email": null, "password": PASSWORD}), "email"),
        (json!({"email": "ada@example.org", "password": PASSWORD, "otp": "1"}), "otp"),
        (json!([["ada@example.org", PASSWORD]]), "body"),
    ] {
        assert_eq!(anonymous.post("/api/auth/login", body.clone()).await.faults(), [field], "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fifty_first_session_ends_the_one_unused_for_longest() {
    let app = App::start().await;
    let first = app.collector().await;
    let insert = "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 50)
        INSERT INTO sessions (id, user_id, address, user_agent, created_at, last_used_at, expires_at)
        SELECT 'old' || n, 1, '', '', '2026-01-01', printf('2026-01-01T00:%02d:00.000Z', n), '2999-01-01T00:00:00.000Z'
        FROM n";
    execute(&app, insert, []);
    let latest = bearing(&app.anonymous(), sign_in(&app.anonymous(), &first.email, PASSWORD).await);

    let kept = latest.get("/api/auth/sessions").await.expect(200).json();
    let ids: Vec<_> =
        kept["items"].as_array().expect("items").iter().map(|item| item["id"].as_str().unwrap_or("")).collect();
    assert_eq!(ids.len(), 50);
    assert!(!ids.contains(&"old1") && !ids.contains(&"old2") && ids.contains(&"old3"), "{ids:?}");
    assert_signed_in(&first).await;
    assert_signed_in(&latest).await;
}
