//! A client claims another address by the headers that proxies write.

use reqwest::Method;
use tests::{Answer, App, Caller};

/// The limit, so small that a test reaches it at once.
const LIMIT: (&str, &str) = ("rate_limit_ip", "8");
const PATH: &str = "/api/auth/registration";

async fn get(caller: &Caller, header: &str, value: &str) -> Answer {
    caller.send(caller.request(Method::GET, PATH).header(header, value)).await
}

/// Sends requests until one is refused.
async fn exhaust(caller: &Caller, header: &str, value: impl Fn(usize) -> String) {
    for i in 0..60 {
        if get(caller, header, &value(i)).await.status == 429 {
            return;
        }
    }
    panic!("60 requests were admitted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_cannot_change_its_address() {
    let app = App::with_defaults(&[LIMIT]).await;
    for (address, header) in [("127.0.0.2", "x-forwarded-for"), ("127.0.0.3", "forwarded"), ("127.0.0.4", "x-real-ip")]
    {
        let client = app.anonymous().from_address(address);
        exhaust(&client, header, |i| format!("203.0.113.{i}")).await;
    }
    let client = app.anonymous().from_address("127.0.0.5");
    exhaust(&client, "spin-client-addr", |i| format!("203.0.113.{i}:80")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_proxy_names_the_client_and_no_one_before_it() {
    let app = App::with_defaults(&[LIMIT, ("trusted_proxies", "127.0.0.0/8, 10.0.0.0/8")]).await;
    let proxy = app.anonymous();
    // What the client wrote before its own address is not believed.
    exhaust(&proxy, "x-forwarded-for", |i| format!("6.6.6.{i}, 203.0.113.9")).await;
    get(&proxy, "x-forwarded-for", "203.0.113.9, 10.1.1.1").await.problem(429, "rate_limited");
    get(&proxy, "x-forwarded-for", "203.0.113.10").await.expect(200);
    get(&proxy, "forwarded", "for=203.0.113.9;proto=https").await.problem(429, "rate_limited");
    // Addresses of one IPv6 network are one client.
    exhaust(&proxy, "forwarded", |i| format!("for=\"[2001:db8:7::{i:x}]:4711\"")).await;
    get(&proxy, "forwarded", "for=\"[2001:db8:8::1]\"").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_of_a_session_is_the_clients() {
    let app = App::with(&[("trusted_proxies", "127.0.0.1")]).await;
    let collector = app.collector().await;
    let login = collector.request(Method::POST, "/api/auth/login").header("x-forwarded-for", "6.6.6.6, 203.0.113.9");
    let body = serde_json::json!({"email": collector.email, "password": tests::PASSWORD});
    collector.send(login.json(&body)).await.expect(200);
    let sessions = collector.get("/api/auth/sessions").await.expect(200).json();
    let addresses: Vec<_> = sessions["items"]
        .as_array()
        .expect("sessions")
        .iter()
        .filter_map(|session| session["address"].as_str())
        .collect();
    assert!(addresses.contains(&"203.0.113.9") && addresses.contains(&"127.0.0.1"), "{addresses:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_list_of_proxies_is_a_misconfiguration() {
    let app = App::with_defaults(&[("trusted_proxies", "10.0.0.0/40")]).await;
    app.anonymous().get(PATH).await.problem(500, "misconfigured");
}
