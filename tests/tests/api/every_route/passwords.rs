//! No answer and no error message contains a password of its request.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use tests::{App, Caller};

use super::{JSON, LOGIN};

/// Requests with a password in every field that accepts text, with valid, invalid and malformed bodies.
fn requests_with(secret: &str, email: &str) -> Vec<(Method, &'static str, String)> {
    let account = |path| (Method::POST, path, json!({"email": email, "password": secret}).to_string());
    let mut requests = vec![
        account("/api/auth/register"),
        account(LOGIN),
        (Method::POST, "/api/auth/password", json!({"current_password": secret, "new_password": secret}).to_string()),
        (Method::PATCH, "/api/auth/me", json!({"email": "x@example.org", "current_password": secret}).to_string()),
        (Method::PATCH, "/api/auth/me", json!({"password": secret}).to_string()),
        (Method::DELETE, "/api/auth/me", json!({"password": secret}).to_string()),
        (Method::POST, "/api/auth/refresh", json!({"refresh_token": secret}).to_string()),
        (Method::POST, "/api/auth/logout", json!({"refresh_token": [secret]}).to_string()),
    ];
    for path in ["/api/auth/register", LOGIN] {
        for broken in [
            format!(r#"{{"email":"{email}","password":"{secret}""#),
            format!(r#"{{"email":"{email}","password":"{secret}" x}}"#),
            format!(r#"{{"email":"{email}","password":"{secret}","password":"{secret}"}}"#),
            format!(r#"{{"email":["{secret}"],"password":"{secret}"}}"#),
            format!(r#"{{"email":"{secret}","password":{{"is":"{secret}"}}}}"#),
            format!(r#"["{email}","{secret}"]"#),
            format!(r#""{secret}""#),
            secret.to_owned(),
        ] {
            requests.push((Method::POST, path, broken));
        }
    }
    requests
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_contains_a_password() {
    const SECRET: &str = "hunter2-hunter2-hunter2";
    let app = App::start().await;
    let collector: Caller = app.collector().await;
    let mut statuses = BTreeSet::new();
    for (method, path, body) in requests_with(SECRET, &collector.email) {
        let answer = collector.raw(method.clone(), path, JSON, body.clone()).await;
        let headers = format!("{:?}", answer.headers);
        assert!(
            !answer.text().contains(SECRET) && !headers.contains(SECRET),
            "{method} {path} {body}: {}",
            answer.text()
        );
        assert!((400..500).contains(&answer.status), "{method} {path} {body}: {}", answer.status);
        statuses.insert(answer.status);
    }
    assert_eq!(statuses.into_iter().collect::<Vec<_>>(), [400, 401, 409, 422]);
    // The same holds for successful requests.
    let account = json!({"email": "ada@example.org", "password": SECRET});
    for path in ["/api/auth/register", LOGIN] {
        let answer = collector.post(path, account.clone()).await;
        assert!(matches!(answer.status, 200 | 201) && !answer.text().contains(SECRET), "{}", answer.text());
        let signed_in: Value = answer.json();
        assert!(signed_in["user"].get("password_hash").is_none(), "{signed_in}");
    }
}
