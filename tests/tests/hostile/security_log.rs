//! What an operator reads about an attack: a line for each security event, with the client's address and the account,
//! and without an email or a secret.

use std::{
    fs::File,
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::{Caller, PASSWORD, Process, records};

const LOGIN: &str = "/api/auth/login";
const INIT_SECRET: &str = "open sesame, please";
const ADDRESS: &str = "127.0.1.1";

/// The lines of security events. The host writes them from a thread of its own, so the last one may come later.
async fn events(log: &std::path::Path, last: &str) -> (String, Vec<Value>) {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let text = std::fs::read_to_string(log).expect("the log");
        let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let events: Vec<Value> = lines.filter(|line| line["security"].is_string()).collect();
        if events.iter().any(|event| event["security"] == last) {
            return (text, events);
        }
        assert!(Instant::now() < deadline, "no event {last} in {text}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn login(caller: &Caller, email: &str, password: &str) -> u16 {
    caller.post(LOGIN, json!({"email": email, "password": password})).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn each_security_event_is_a_line_with_address_and_account_and_without_secrets() {
    let folder = TempDir::new().expect("a temporary folder");
    let log = folder.path().join("log");
    let variables = [
        ("init_secret", INIT_SECRET),
        ("admin_email", "Ada@example.org"),
        ("admin_password", PASSWORD),
        ("quota_records", "1"),
        ("chat_daily_quota", "1"),
        ("rate_limit_user", "40"),
        ("rate_limit_ip", "1000"),
    ];
    let process = Process::spawn_with(&folder.path().join("state"), File::create(&log).expect("a file"), &variables);
    process.wait_for_answer().await;
    let stranger = process.anonymous().from_address(ADDRESS);

    let ada = stranger.register("Ada@example.org").await;
    assert_eq!(login(&stranger, "ADA@example.org", "a wrong guess").await, 401);
    assert_eq!(login(&stranger, "unknown@example.org", "a wrong guess").await, 401);
    stranger.login("ada@example.org").await;
    for _ in 0..10 {
        login(&stranger, "unknown@example.org", "a wrong guess").await;
    }
    assert_eq!(login(&stranger, "unknown@example.org", "a wrong guess").await, 429);
    let sessions = ada.get("/api/auth/sessions").await.expect(200).json();
    let other = sessions["items"].as_array().expect("sessions").iter().find(|session| session["current"] == false);
    let id = other.and_then(|session| session["id"].as_str()).expect("an id").to_owned();
    ada.delete(&format!("/api/auth/sessions/{id}")).await.expect(204);
    let initialize = async |secret: &str| {
        let request = stranger.request(Method::POST, "/system/initialize-database").header("x-init-secret", secret);
        stranger.send(request).await.status
    };
    assert_eq!((initialize("a guess").await, initialize(INIT_SECRET).await), (403, 200));
    ada.add(records::album("A", "1")).await;
    ada.post("/api/collection", records::album("A", "2")).await.problem(507, "quota_exceeded");
    ada.post("/api/chat", json!({"message": "How many records do I have?"})).await.expect(200);
    ada.post("/api/chat", json!({"message": "And now?"})).await.problem(429, "quota_exceeded");
    let change = json!({"current_password": PASSWORD, "new_password": "another passphrase"});
    let is_limited = ada.post("/api/auth/password", change).await.status;
    assert_eq!(is_limited, 429, "the address has no guess left");
    for _ in 0..120 {
        if ada.get("/api/collection").await.status == 429 {
            break;
        }
    }
    stranger.post("/api/auth/refresh", json!({"refresh_token": "vvr_guess"})).await.problem(401, "unauthenticated");

    let (text, events) = events(&log, "refresh_failed").await;
    let of = |name: &str| -> Vec<&Value> { events.iter().filter(|event| event["security"] == name).collect() };
    for event in &events {
        assert_eq!(event["address"], ADDRESS, "{event}");
        assert!(event["time"].is_number() && event["request_id"].is_string(), "{event}");
    }
    for name in [
        "account_created",
        "sign_in_failed",
        "signed_in",
        "session_revoked",
        "operator_refused",
        "operator_initialized",
        "storage_quota_exceeded",
        "quota_exceeded",
        "rate_limited",
    ] {
        assert!(!of(name).is_empty(), "no line for {name} in {text}");
    }
    // A sign-in that is refused, and a request of an account beyond its limit.
    assert!(of("rate_limited").iter().any(|event| event["account"].is_string()), "{events:?}");
    assert!(of("rate_limited").iter().any(|event| event["user_id"].is_i64()), "{events:?}");
    assert!(of("session_revoked")[0]["user_id"].is_i64() && of("storage_quota_exceeded")[0]["user_id"].is_i64());
    // One account is the same in any case of its email; another one differs.
    let accounts: Vec<_> = of("sign_in_failed").iter().map(|event| event["account"].clone()).collect();
    assert!(accounts[0].as_str().is_some_and(|hash| hash.len() >= 16), "{accounts:?}");
    assert_ne!(accounts[0], accounts[1]);
    assert_eq!(accounts[1], accounts[2]);
    assert_eq!(of("operator_initialized")[0]["account"], accounts[0], "the account whose role changed");
    assert_eq!(of("signed_in")[0]["user_id"], of("account_created")[0]["user_id"], "{events:?}");
    let lower = text.to_lowercase();
    let tokens = [&ada.access_token, &ada.refresh_token];
    for secret in ["ada@", "unknown@", "example.org", PASSWORD, "a wrong guess", "another passphrase", INIT_SECRET]
        .into_iter()
        .chain(tokens.map(String::as_str))
    {
        assert!(!lower.contains(&secret.to_lowercase()), "the log has `{secret}`");
    }
}
