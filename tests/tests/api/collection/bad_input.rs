//! Invalid albums and parameters are refused, and nothing is written.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{App, Caller, records};

const JSON: &str = "application/json";

async fn assert_nothing_written(collector: &Caller) {
    assert_eq!(collector.get("/api/collection").await.expect(200).json()["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_invalid_field_is_named() {
    let app = App::start().await;
    let collector = app.collector().await;
    for (body, fields) in [
        (json!({}), vec!["artist", "album"]),
        (json!({"artist": "", "album": "  "}), vec!["artist", "album"]),
        (json!({"artist": "a", "album": "b", "year": "1999", "rating": 6}), vec!["year", "rating"]),
        (json!({"artist": "a", "album": "b", "year": 1999.5, "quantity": 0}), vec!["year", "quantity"]),
        (json!({"artist": "a", "album": "b", "artistt": 1}), vec!["artistt"]),
        (
            json!({"artist": "a", "album": "b", "$.version": 1, "x'; DROP TABLE albums; --": 2}),
            vec!["$.version", "x'; DROP TABLE albums; --"],
        ),
        (json!({"artist": "a".repeat(501), "album": "b"}), vec!["artist"]),
        (json!({"artist": "a\u{0}b", "album": "b"}), vec!["artist"]),
        (json!({"artist": "a", "album": "b", "notes": "n".repeat(10_001)}), vec!["notes"]),
        (json!({"artist": "a", "album": "b", "media_condition": "Shiny"}), vec!["media_condition"]),
        (json!({"artist": "a", "album": "b", "price": -1, "price_currency": "euro"}), vec!["price", "price_currency"]),
        (json!({"artist": "a", "album": "b", "purchased_at": "14.5.2020"}), vec!["purchased_at"]),
        (json!({"artist": "a", "album": "b", "tags": ["x", 7]}), vec!["tags"]),
        (json!({"artist": "a", "album": "b", "custom": [1]}), vec!["custom"]),
        (json!({"artist": "a", "album": "b", "cover": "javascript:alert(1)"}), vec!["cover"]),
        (json!([]), vec!["body"]),
        (json!("x"), vec!["body"]),
    ] {
        let mut named = collector.post("/api/collection", body.clone()).await.faults();
        let mut fields = fields;
        named.sort_unstable();
        fields.sort_unstable();
        assert_eq!(named, fields, "{body}");
    }
    assert_nothing_written(&collector).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_json_is_refused() {
    let app = App::start().await;
    let collector = app.collector().await;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)).into_bytes();
    let bodies: [&[u8]; 6] = [b"", b"{", b"{\"artist\":\"a\",}", b"\xff\xfe{}", b"{\"artist\":\"\xc3\x28\"}", b"{} {}"];
    for body in bodies {
        collector.raw(Method::POST, "/api/collection", JSON, body).await.problem(400, "malformed_json");
    }
    let status = collector.raw(Method::POST, "/api/collection", JSON, deep).await.status;
    assert!((400..500).contains(&status), "{status}");
    let twice = br#"{"artist":"a","artist":"b","album":"c"}"#;
    assert_eq!(collector.raw(Method::POST, "/api/collection", JSON, twice).await.faults(), ["artist"]);
    assert_nothing_written(&collector).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_with_another_content_type_is_refused() {
    let app = App::start().await;
    let collector = app.collector().await;
    let body = serde_json::to_vec(&records::full()).expect("JSON");
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"] {
        collector
            .raw(Method::POST, "/api/collection", content_type, body.clone())
            .await
            .problem(415, "unsupported_media_type");
    }
    assert_nothing_written(&collector).await;
    collector.raw(Method::POST, "/api/collection", "application/json; charset=UTF-8", body).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_over_the_limit_is_refused() {
    let app = App::start().await;
    let collector = app.collector().await;
    let album = json!({"artist": "a", "album": "b", "notes": "n".repeat(1_100_000)});
    collector.post("/api/collection", album).await.problem(413, "body_too_large");
    let sync = json!({"albums": [{"artist": "a", "album": "b", "notes": "n".repeat(21_000_000)}]});
    collector.post("/api/collection/sync", sync).await.problem(413, "body_too_large");
    assert_nothing_written(&collector).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_parameter_is_named() {
    let app = App::start().await;
    let collector = app.collector().await;
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=-5", "limit"),
        ("limit=1001", "limit"),
        ("limit=ten", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("sort=doc", "sort"),
        ("sort=artist;DROP%20TABLE%20albums", "sort"),
        ("cursor=abc", "cursor"),
        ("cursor=5B5D", "cursor"),
        ("decade=1975", "decade"),
        ("decade=soon", "decade"),
        ("page=-1", "page"),
        ("q=a&q=b", "q"),
        ("trashed=perhaps", "trashed"),
    ] {
        assert_eq!(collector.get(&format!("/api/collection?{query}")).await.faults(), [field], "{query}");
    }
    let long = "x".repeat(201);
    assert_eq!(collector.get(&format!("/api/collection?q={long}")).await.faults(), ["q"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_id_is_not_found() {
    let app = App::start().await;
    let collector = app.collector().await;
    for id in ["0", "-1", "abc", "1.5", "99999999999999999999", "1%20OR%201=1", "%00"] {
        collector.get(&format!("/api/collection/{id}")).await.problem(404, "not_found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_that_is_given_twice_is_refused() {
    let app = App::start().await;
    let collector = app.collector().await;
    let created = collector.add(records::full()).await;
    let path = format!("/api/collection/{}", created["id"]);
    for (name, values) in [("if-match", ["\"1\"", "\"2\""]), ("content-type", [JSON, JSON])] {
        let mut request = collector.request(Method::PATCH, &path).body(r#"{"rating":1}"#);
        if name != "content-type" {
            request = request.header("content-type", JSON);
        }
        let answer = collector.send(request.header(name, values[0]).header(name, values[1])).await;
        assert!((400..500).contains(&answer.status), "{name}: {}", answer.text());
        assert!(answer.text().to_lowercase().contains(name), "{}", answer.text());
    }
    let twice = collector.request(Method::GET, &path).header("authorization", "Bearer other");
    assert_eq!(collector.send(twice).await.status / 100, 4);
    let read: Value = collector.get(&path).await.expect(200).json();
    assert_eq!(read["rating"], created["rating"]);
}
