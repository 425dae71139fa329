//! `GET`, `PATCH` and `DELETE /api/auth/me`.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, App, Caller, PASSWORD, records};

use super::{assert_signed_in, assert_signed_out, bearing, sign_in, value};

const ME: &str = "/api/auth/me";

async fn me(caller: &Caller) -> Value {
    caller.get(ME).await.expect(200).json()
}

async fn delete(caller: &Caller, body: Value) -> Answer {
    caller.send(caller.request(Method::DELETE, ME).json(&body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_can_be_set_changed_and_removed() {
    let app = App::start().await;
    let collector = app.collector().await;
    let stranger = app.collector().await;
    let before = me(&collector).await;
    assert_eq!(before["name"], json!(null));

    let named = collector.patch(ME, json!({"name": " Ada \"Λ\" 🎧 "})).await.expect(200).json();
    assert_eq!(named["name"], "Ada \"Λ\" 🎧");
    assert!(named["updated_at"].as_str() > before["updated_at"].as_str());
    for field in ["id", "email", "role", "created_at"] {
        assert_eq!(named[field], before[field], "{field}");
    }
    assert_eq!(collector.patch(ME, json!({})).await.expect(200).json(), named);
    assert_eq!(me(&collector).await, named);
    assert_eq!(collector.patch(ME, json!({"name": null})).await.expect(200).json()["name"], json!(null));
    assert_eq!(me(&stranger).await["name"], json!(null));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_email_address_is_changed_only_with_the_password() {
    let app = App::start().await;
    let collector = app.collector().await;
    let anonymous = app.anonymous();
    assert_eq!(collector.patch(ME, json!({"email": "New@example.org"})).await.faults(), ["current_password"]);
    let change =
        |password: &str| collector.patch(ME, json!({"email": "New@example.org", "current_password": password}));
    change("incorrect horse").await.problem(401, "bad_credentials");
    assert_eq!(me(&collector).await["email"], collector.email);

    assert_eq!(change(PASSWORD).await.expect(200).json()["email"], "New@example.org");
    sign_in(&anonymous, &collector.email, PASSWORD).await.problem(401, "bad_credentials");
    sign_in(&anonymous, "new@EXAMPLE.org", PASSWORD).await.expect(200);
    assert_signed_in(&collector).await;
    // The old address is free for a new account.
    anonymous.register(&collector.email).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_email_address_of_another_account_is_refused() {
    let app = App::start().await;
    let collector = app.anonymous().register("ada@example.org").await;
    let neighbour = app.anonymous().register("Eve@example.org").await;
    let change = |email: &str| collector.patch(ME, json!({"email": email, "name": "A", "current_password": PASSWORD}));
    change("eVE@example.org").await.problem(409, "email_taken");
    let unchanged = me(&collector).await;
    assert_eq!((&unchanged["email"], &unchanged["name"]), (&json!("ada@example.org"), &json!(null)));
    assert_eq!(change("ADA@example.org").await.expect(200).json()["email"], "ADA@example.org");
    assert_eq!(me(&neighbour).await["email"], "Eve@example.org");
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_fields_are_named_and_nothing_changes() {
    let app = App::start().await;
    let collector = app.collector().await;
    let before = me(&collector).await;
    for (body, fields) in [
        (json!({"name": "", "email": "ada"}), vec!["name", "email", "current_password"]),
        (json!({"name": "x".repeat(201)}), vec!["name"]),
        (json!({"name": "a\u{7}b"}), vec!["name"]),
        (json!({"name": 7}), vec!["name"]),
        (json!({"email": null}), vec!["email"]),
        (json!({"email": format!("{}@example.org", "a".repeat(250)), "current_password": PASSWORD}), vec!["email"]),
        (json!({"current_password": null}), vec!["current_password"]),
        (json!({"role": "super_admin"}), vec!["role"]),
        (json!({"id": 2}), vec!["id"]),
        (json!({"password": "another password"}), vec!["password"]),
        (json!({"password_hash": "x"}), vec!["password_hash"]),
    ] {
        assert_eq!(collector.patch(ME, body.clone()).await.faults(), fields, "{body}");
    }
    assert_eq!(me(&collector).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_deleted_only_with_the_password() {
    let app = App::start().await;
    let collector = app.collector().await;
    delete(&collector, json!({"password": "incorrect horse"})).await.problem(401, "bad_credentials");
    for (body, field) in
        [(json!({}), "password"), (json!({"password": null}), "password"), (json!({"password": PASSWORD, "x": 1}), "x")]
    {
        assert_eq!(delete(&collector, body).await.faults(), [field]);
    }
    collector.delete(ME).await.problem(415, "unsupported_media_type");
    assert_signed_in(&collector).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_an_account_deletes_all_its_data_and_nothing_of_others() {
    let app = App::start().await;
    let leaver = app.collector().await;
    let elsewhere = app.anonymous().login(&leaver.email).await;
    let stayer = app.collector().await;
    for caller in [&leaver, &stayer] {
        caller.add(records::full()).await;
        let trashed = caller.add(records::album("Trashed", "x")).await;
        caller.delete(&format!("/api/collection/{}", trashed["id"])).await.expect(204);
    }
    let id = me(&leaver).await["id"].as_i64().expect("an id");
    let tables = [
        "users WHERE id",
        "sessions WHERE user_id",
        "records WHERE user_id",
        "ops WHERE user_id",
        "collections WHERE user_id",
    ];
    let rows =
        |user: i64| tables.map(|table| value::<i64>(&app, &format!("SELECT count(*) FROM {table} = ?1"), [user]));
    assert!(rows(id).iter().all(|count| *count > 0), "{:?}", rows(id));

    let answer = delete(&leaver, json!({"password": PASSWORD})).await.expect(204);
    assert!(answer.body.is_empty());
    assert_eq!(rows(id), [0; 5]);
    let orphans = "SELECT count(*) FROM refresh_tokens WHERE session_id NOT IN (SELECT id FROM sessions)";
    assert_eq!(value::<i64>(&app, orphans, []), 0);
    let found = format!("SELECT count(*) FROM search WHERE search MATCH 'owner:u{id}'");
    assert_eq!(value::<i64>(&app, &found, []), 0);

    assert_signed_out(&leaver).await;
    assert_signed_out(&elsewhere).await;
    sign_in(&leaver, &leaver.email, PASSWORD).await.problem(401, "bad_credentials");
    assert_signed_in(&stayer).await;
    assert_eq!(stayer.list("").await.len(), 1);
    assert_eq!(stayer.list("?q=sigur").await.len(), 1);
    let broken: Vec<String> = {
        let database = app.connect();
        let mut statement = database.prepare("PRAGMA foreign_key_check").expect("a statement");
        statement.query_map([], |row| row.get(0)).expect("rows").map(|row| row.expect("a row")).collect()
    };
    assert!(broken.is_empty(), "{broken:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_a_deleted_account_does_not_work_for_a_new_account_with_the_same_address() {
    let app = App::start().await;
    let deleted = app.collector().await;
    let id = me(&deleted).await["id"].clone();
    delete(&deleted, json!({"password": PASSWORD})).await.expect(204);

    let next = app.anonymous().register(&deleted.email).await;
    assert_ne!(me(&next).await["id"], id);
    next.add(records::full()).await;
    assert_signed_out(&deleted).await;
    deleted.get("/api/collection").await.problem(401, "unauthenticated");
    let again = bearing(&next, sign_in(&next, &deleted.email, PASSWORD).await);
    assert_eq!(again.list("").await.len(), 1);
}
