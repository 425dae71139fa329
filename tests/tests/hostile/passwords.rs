//! Accounts with passwords that are guessed first.

use serde_json::{Value, json};
use tests::{App, PASSWORD};

const WEAK: [&str; 8] = [
    "password",
    "12345678",
    "QWERTYUIOP",
    "iloveyou",
    "vinylvault",
    "Vinyl Vault 1",
    "ada.lovelace@example.org",
    "Ada.Lovelace",
];

#[track_caller]
fn fault(problem: &Value) -> (&str, &str) {
    let text = |name: &str| problem["errors"][0][name].as_str().expect("a text");
    (text("field"), text("message"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_is_guessed_first_is_refused_in_words() {
    let app = App::start().await;
    let email = "ada.lovelace@example.org";
    for weak in WEAK {
        let account = json!({"email": email, "password": weak});
        let problem = app.anonymous().post("/api/auth/register", account).await.problem(422, "invalid_input");
        assert_eq!(fault(&problem).0, "password", "{weak}");
        assert!(fault(&problem).1.starts_with("must not be "), "{weak}: {problem}");
    }
    let ada = app.anonymous().register(email).await;
    for weak in WEAK {
        let change = json!({"current_password": PASSWORD, "new_password": weak});
        let problem = ada.post("/api/auth/password", change).await.problem(422, "invalid_input");
        assert_eq!(fault(&problem).0, "new_password", "{weak}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn characters_are_counted_not_bytes() {
    let app = App::start().await;
    for (password, is_good) in [("üüüüüüü", false), ("🎧🎧🎧🎧🎧🎧🎧", false), ("üüüüüüüü", true)]
    {
        let account = json!({"email": "ada@example.org", "password": password});
        let answer = app.anonymous().post("/api/auth/register", account).await;
        match is_good {
            true => drop(answer.expect(201)),
            false => assert_eq!(fault(&answer.json()), ("password", "must have at least 8 characters")),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_existing_account_with_a_weak_password_still_signs_in() {
    let app = App::start().await;
    app.anonymous().register("ada@example.org").await;
    // SHA-256 of `password`, a format of an older application.
    let hash = "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8";
    app.connect().execute("UPDATE users SET password_hash = ?1", [hash]).expect("an update");
    let login = json!({"email": "ada@example.org", "password": "password"});
    app.anonymous().post("/api/auth/login", login).await.expect(200);
}
