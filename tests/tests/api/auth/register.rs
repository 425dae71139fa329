//! `POST /api/auth/register`.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{App, PASSWORD};

use super::{sign_in, value};

const REGISTER: &str = "/api/auth/register";

#[tokio::test(flavor = "multi_thread")]
async fn a_new_account_is_signed_in() {
    let app = App::start().await;
    let anonymous = app.anonymous();
    let body = json!({"email": " Ada@Example.ORG\t", "password": PASSWORD, "name": " Ada Lovelace "});
    let answer = anonymous.post(REGISTER, body).await.expect(201);
    assert_eq!(answer.header("location"), "/api/auth/me");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(!answer.text().contains(PASSWORD) && !answer.text().contains("pbkdf2"), "{}", answer.text());

    let signed_in = answer.json();
    assert_eq!((&signed_in["token_type"], &signed_in["expires_in"]), (&json!("bearer"), &json!(900)));
    let user = &signed_in["user"];
    let members: Vec<_> = user.as_object().expect("a user").keys().collect();
    assert_eq!(members, ["created_at", "email", "id", "name", "role", "updated_at"]);
    assert_eq!(
        (&user["email"], &user["name"], &user["role"]),
        (&json!("Ada@Example.ORG"), &json!("Ada Lovelace"), &json!("member"))
    );

    let ada = anonymous.bearing(signed_in["access_token"].as_str().expect("a token"));
    assert_eq!(ada.get("/api/auth/me").await.expect(200).json(), *user);
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_and_tokens_are_not_stored_in_plain_text() {
    let app = App::start().await;
    let collector = app.collector().await;
    let hash: String = value(&app, "SELECT password_hash FROM users", []);
    assert!(hash.starts_with("$pbkdf2-sha256$i=600000,l=32$"), "{hash}");
    let token: String = value(&app, "SELECT token_hash FROM refresh_tokens", []);
    assert_eq!(token.len(), 64);

    let mut files = 0;
    for file in std::fs::read_dir(app.database().parent().expect("a folder")).expect("the state folder") {
        let bytes = std::fs::read(file.expect("a file").path()).expect("a readable file");
        for secret in [PASSWORD, &collector.refresh_token, &collector.access_token] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret}");
        }
        files += 1;
    }
    assert!(files > 0, "the state folder has no files");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_differs_only_in_case_is_taken() {
    let app = App::start().await;
    let anonymous = app.anonymous();
    anonymous.register("ada@example.org").await;
    for email in ["ada@example.org", "ADA@EXAMPLE.ORG", " Ada@example.org "] {
        let answer = anonymous.post(REGISTER, json!({"email": email, "password": PASSWORD})).await;
        answer.problem(409, "email_taken");
    }
    assert_eq!(value::<i64>(&app, "SELECT count(*) FROM users", []), 1);
    assert_eq!(value::<i64>(&app, "SELECT count(*) FROM sessions", []), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_simultaneous_registrations_of_an_address_exactly_one_succeeds() {
    let app = App::start().await;
    let anonymous = app.anonymous();
    let register = |email: &str| anonymous.post(REGISTER, json!({"email": email, "password": PASSWORD}));
    let (one, two, three) =
        tokio::join!(register("ada@example.org"), register("Ada@example.org"), register("ADA@example.org"));
    let mut statuses = [one.status, two.status, three.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409]);
    assert_eq!(value::<i64>(&app, "SELECT count(*) FROM users", []), 1);
    assert_eq!(value::<i64>(&app, "SELECT count(*) FROM sessions", []), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_and_names_at_their_limits_are_accepted_in_full() {
    let app = App::start().await;
    let anonymous = app.anonymous();
    let longest = "🎧".repeat(256);
    for (email, password, name) in
        [("short@example.org", "kq7#vbn2", "ä".repeat(200)), ("long@example.org", &longest, "A".into())]
    {
        let body = json!({"email": email, "password": password, "name": name});
        assert_eq!(anonymous.post(REGISTER, body).await.expect(201).json()["user"]["name"], *name);
    }
    sign_in(&anonymous, "long@example.org", &longest).await.expect(200);
    let almost = format!("{}x", &longest[..1020]);
    sign_in(&anonymous, "long@example.org", &almost).await.problem(401, "bad_credentials");
}

/// A valid account with another value in one field.
fn account_with(field: &str, value: Value) -> Value {
    let mut account = json!({"email": "ada@example.org", "password": PASSWORD, "name": "Ada"});
    account[field] = value;
    account
}

/// Invalid accounts, and the fields that are named.
fn invalid_accounts() -> Vec<(Value, Vec<&'static str>)> {
    let with = account_with;
    let mut cases = vec![
        (json!({"email": "ada", "password": "short", "name": " "}), vec!["email", "password", "name"]),
        (json!({"password": PASSWORD}), vec!["email"]),
        (json!({"email": "ada@example.org"}), vec!["password"]),
        (json!({}), vec!["email"]),
        (json!([]), vec!["body"]),
        (json!("ada@example.org"), vec!["body"]),
        (json!(null), vec!["body"]),
        (with("role", json!("super_admin")), vec!["role"]),
        (with("id", json!(1)), vec!["id"]),
        (with("email'; DROP TABLE users; --", json!(1)), vec!["email'; DROP TABLE users; --"]),
    ];
    let long = format!("{}@{}.example.org", "a".repeat(60), "b".repeat(200));
    for email in [
        "",
        " ",
        "ada",
        "ada@",
        "@example.org",
        "ada lovelace@example.org",
        "ada@@example.org",
        "ada@exa mple.org",
        "Ada <ada@example.org>",
        "ada@[127.0.0.1]",
        "ada@example.org\u{0}",
        "ada@example.org\r\nBcc: x@example.org",
        &long,
    ] {
        cases.push((with("email", json!(email)), vec!["email"]));
    }
    for password in ["", "1234567", "ääü", &"x".repeat(1025), &"x".repeat(100_000)] {
        cases.push((with("password", json!(password)), vec!["password"]));
    }
    for name in ["", "\t", &"ä".repeat(201), "Ada\nLovelace", "Ada\u{0}", &"x".repeat(100_000)] {
        cases.push((with("name", json!(name)), vec!["name"]));
    }
    for field in ["email", "password", "name"] {
        for wrong in [json!(1), json!(true), json!(["ada@example.org"]), json!({"$ne": ""})] {
            cases.push((with(field, wrong), vec![field]));
        }
    }
    for field in ["email", "password"] {
        cases.push((with(field, json!(null)), vec![field]));
    }
    cases
}

#[tokio::test(flavor = "multi_thread")]
async fn every_invalid_field_is_named() {
    let app = App::start().await;
    let anonymous = app.anonymous();
    for (body, fields) in invalid_accounts() {
        assert_eq!(anonymous.post(REGISTER, body.clone()).await.faults(), fields, "{body}");
    }
    let twice = br#"{"email":"ada@example.org","email":"b@example.org","password":"correct horse"}"#;
    assert_eq!(anonymous.raw(Method::POST, REGISTER, "application/json", twice).await.faults(), ["email"]);

    assert_eq!(value::<i64>(&app, "SELECT count(*) FROM users", []), 0);
    anonymous.post(REGISTER, account_with("name", json!("Ada"))).await.expect(201);
}
