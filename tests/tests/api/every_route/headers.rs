//! Request ids, and headers of requests and answers.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::json;
use tests::{App, PASSWORD};

use super::LOGIN;

#[tokio::test(flavor = "multi_thread")]
async fn a_valid_request_id_is_kept_and_an_invalid_one_is_replaced() {
    let app = App::start().await;
    let anonymous = app.anonymous();
    let with = |id: Vec<u8>| {
        let request = anonymous.request(Method::GET, "/api/nothing").header("x-request-id", id);
        anonymous.send(request)
    };
    let longest = "x".repeat(128);
    for id in ["7b0f", "0190163d-8694-739b-aea5-966c26f8ad91", "A.b_C-9", &longest] {
        assert_eq!(with(id.into()).await.problem(404, "not_found")["request_id"], id);
    }
    let mut generated = BTreeSet::new();
    let invalid: [&[u8]; 7] = [b"", b"a b", b"a\"b", b"a,b", b"<script>", b"\xff\xfe", &[b'x'; 129]];
    for id in invalid {
        let answer = with(id.to_vec()).await;
        assert_ne!(answer.headers["x-request-id"].as_bytes(), id);
        let problem = answer.problem(404, "not_found");
        generated.insert(problem["request_id"].as_str().expect("an id").to_owned());
    }
    generated.insert(anonymous.get("/api/health").await.header("x-request-id").to_owned());
    assert_eq!(generated.len(), invalid.len() + 1, "generated ids are unique: {generated:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_forbids_content_sniffing_and_shared_caching() {
    let app = App::start().await;
    let collector = app.collector().await;
    for path in [
        "/api/health",
        "/api/docs",
        "/api/openapi.json",
        "/system/health",
        "/api/collection",
        "/api/auth/me",
        "/nothing",
        "/api/collection/0",
    ] {
        let answer = collector.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert!(!answer.headers.contains_key("server") && !answer.headers.contains_key("x-powered-by"), "{path}");
    }
    let album = collector.add(json!({"artist": "a", "album": "b"})).await;
    let deleted = collector.delete(&format!("/api/collection/{}", album["id"])).await.expect(204);
    assert_eq!(deleted.header("x-content-type-options"), "nosniff");
    assert!(!deleted.headers.contains_key("content-length") && !deleted.headers.contains_key("content-type"));
    // Shared caches must not store answers about one caller.
    for path in ["/api/auth/me", "/api/auth/sessions", "/api/collection", "/api/collection/stats"] {
        let control = collector.get(path).await.expect(200);
        let control = control.header("cache-control");
        assert!(control.contains("no-store") || control.contains("private"), "{path}: {control}");
    }
    let problem = collector.bearing("x").get("/api/collection").await;
    assert_eq!(problem.header("cache-control"), "no-store");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_request_gets_the_headers_of_the_get_request() {
    let app = App::start().await;
    let collector = app.collector().await;
    let album = collector.add(json!({"artist": "a", "album": "b"})).await;
    for path in [
        "/api/collection".to_owned(),
        format!("/api/collection/{}", album["id"]),
        "/api/auth/me".into(),
        "/api/auth/sessions".into(),
    ] {
        let whole = collector.get(&path).await.expect(200);
        let head = collector.send(collector.request(Method::HEAD, &path)).await.expect(200);
        assert!(head.body.is_empty() && !whole.body.is_empty(), "{path}");
        for name in ["content-type", "etag", "cache-control"] {
            assert_eq!(head.headers.get(name), whole.headers.get(name), "{name} of {path}");
        }
    }
    let anonymous = app.anonymous();
    let head = anonymous.send(anonymous.request(Method::HEAD, "/api/collection")).await.expect(401);
    assert!(head.body.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_about_the_clients_address_are_ignored() {
    let app = App::start().await;
    let collector = app.collector().await;
    let mut request = collector.request(Method::POST, LOGIN);
    for name in ["spin-client-addr", "x-forwarded-for", "x-real-ip", "forwarded", "true-client-ip", "cf-connecting-ip"]
    {
        request = request.header(name, "203.0.113.9").header(name, "203.0.113.9:80");
    }
    let account = json!({"email": collector.email, "password": PASSWORD});
    collector.send(request.json(&account)).await.expect(200);

    let sessions = collector.get("/api/auth/sessions").await.expect(200).json();
    let addresses: Vec<_> = sessions["items"].as_array().expect("items").iter().map(|item| &item["address"]).collect();
    assert_eq!(addresses, ["127.0.0.1", "127.0.0.1"]);
}
