//! Documents: none is ever larger than 64 KiB, also not after many edits.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{App, Caller, Device, fresh_uid, records};

const MAX_DOCUMENT: usize = 64 << 10;
const TIME: &str = "2026-01-01T10:00:00Z";

/// An album with the largest value of each field, written with the longest escapes.
fn largest() -> String {
    let line = |characters: usize| format!("\"{}\"", "\\ud83c\\udfa7".repeat(characters));
    // 600 and 1,200 bytes are the limits for texts of several values.
    let lines = [("artist", 500), ("album", 500), ("genre", 149), ("style", 149), ("country", 100), ("label", 299)];
    let mut fields: Vec<String> = lines.iter().map(|(name, max)| format!("\"{name}\":{}", line(*max))).collect();
    fields.push(format!("\"notes\":\"{}\"", "日".repeat(9_999)));
    fields.push(format!("\"custom\":{{\"x\":\"{}\"}}", "y".repeat(9_990)));
    fields.push(format!("\"price\":1.{}", "5".repeat(100)));
    format!("{{{}}}", fields.join(","))
}

async fn document(caller: &Caller, id: &Value) -> (usize, Value) {
    let answer = caller.get(&format!("/api/collection/{id}")).await.expect(200);
    (answer.body.len(), answer.json())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_album_of_the_longest_fields_is_stored_within_the_limit() {
    let app = App::start().await;
    let caller = app.collector().await;
    let answer = caller.raw(Method::POST, "/api/collection", "application/json", largest()).await.expect(201);
    assert!(answer.body.len() <= MAX_DOCUMENT, "{} bytes", answer.body.len());
    assert_eq!(answer.json()["artist"], "🎧".repeat(500));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_larger_document_is_one_fault_by_every_way() {
    let app = App::start().await;
    let caller = app.collector().await;
    let album = caller.add(records::album("A", "B")).await;
    let path = format!("/api/collection/{}", album["id"]);
    let large = json!({"artist": "A", "album": "B", "custom": {"x": "y".repeat(MAX_DOCUMENT)}});
    assert_eq!(caller.post("/api/collection", large.clone()).await.faults(), ["body"]);
    assert_eq!(caller.put(&path, large.clone()).await.faults(), ["body"]);
    assert_eq!(caller.patch(&path, large.clone()).await.faults(), ["body"]);
    assert_eq!(caller.post("/api/collection/crates", large.clone()).await.faults(), ["body"]);
    assert_eq!(caller.post("/api/collection/sync", json!({"albums": [large]})).await.faults(), ["albums[0]"]);
    let device = Device::of(&caller, "phone");
    let answer = device.send(&[device.put(&fresh_uid(), 0, large.clone(), TIME)]).await.expect(200).json();
    assert_eq!(answer["results"][0]["errors"][0]["field"], "ops[0].patch", "{answer}");
    let file = json!({"albums": [large, records::album("C", "D")]}).to_string();
    let report = caller.raw(Method::POST, "/api/collection/import", "application/json", file).await.expect(200).json();
    assert_eq!((&report["added"], &report["skipped"]), (&json!(1), &json!(1)), "{report}");
    let csv = format!("Artist,Title,Notes\nA,B,{}\n", "x".repeat(MAX_DOCUMENT));
    assert_eq!(caller.raw(Method::POST, "/api/collection/import", "text/csv", csv).await.faults(), ["body"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn patches_of_custom_fields_do_not_add_up_beyond_the_limit() {
    let app = App::start().await;
    let caller = app.collector().await;
    let album = caller.add(records::album("A", "B")).await;
    let path = format!("/api/collection/{}", album["id"]);
    let part = |n: usize| json!({"custom": {format!("part{n}"): "x".repeat(4_000)}});
    caller.patch(&path, part(0)).await.expect(200);
    caller.patch(&path, part(1)).await.expect(200);
    assert_eq!(caller.patch(&path, part(2)).await.faults(), ["custom"]);
    // A device cannot know what others added: its value is kept in the history, and its other fields are applied.
    let device = Device::of(&caller, "phone");
    let mut patch = part(3);
    patch["rating"] = json!(5);
    let (_, seen) = document(&caller, &album["id"]).await;
    let version = seen["version"].as_i64().expect("a version");
    let op = device.put(album["uid"].as_str().expect("a uid"), version, patch, TIME);
    let answer = device.send(&[op]).await.expect(200).json();
    assert_eq!(answer["results"][0]["status"], "merged", "{answer}");
    let (_, stored) = document(&caller, &album["id"]).await;
    assert_eq!(stored["custom"].as_object().map(serde_json::Map::len), Some(2));
    assert_eq!(stored["rating"], 5);
    let history = caller.get(&format!("{path}/history")).await.expect(200).json();
    assert_eq!(history["lost"][0]["field"], "custom", "{history}");
    caller.patch(&path, json!({"custom": {"part0": null, "part4": "x"}})).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_larger_document_can_be_read_and_made_smaller() {
    let app = App::start().await;
    let caller = app.collector().await;
    let album = caller.add(records::album("A", "B")).await;
    let notes = "n".repeat(200_000);
    app.connect()
        .execute("UPDATE records SET doc = json_set(doc, '$.notes', ?1), version = version", [&notes])
        .expect("a larger document");
    let (size, stored) = document(&caller, &album["id"]).await;
    assert!(size > MAX_DOCUMENT);
    assert_eq!(stored["notes"], notes);
    assert_eq!(caller.list("").await.len(), 1);
    assert_eq!(caller.get("/api/collection/export").await.expect(200).json()["albums"][0]["notes"], notes);
    let path = format!("/api/collection/{}", album["id"]);
    caller.patch(&path, json!({"rating": 4})).await.expect(200);
    caller.patch(&path, json!({"notes": "short"})).await.expect(200);
    assert!(document(&caller, &album["id"]).await.0 < 1_000);
}

/// Browsers read such a path as the address of another host, which would see who looks at the album.
#[tokio::test(flavor = "multi_thread")]
async fn a_cover_that_names_another_host_in_disguise_is_refused_by_every_way() {
    let app = App::start().await;
    let caller = app.collector().await;
    let album = caller.add(records::album("A", "B")).await;
    let path = format!("/api/collection/{}", album["id"]);
    let device = Device::of(&caller, "phone");
    for cover in ["//evil.example/a.jpg", "/\\evil.example/a.jpg", "https://a:b@evil.example/a.jpg", "https://"] {
        let with = |title: &str| json!({"artist": "A", "album": title, "cover": cover});
        assert_eq!(caller.post("/api/collection", with("C")).await.faults(), ["cover"], "{cover}");
        assert_eq!(caller.put(&path, with("B")).await.faults(), ["cover"], "{cover}");
        assert_eq!(caller.patch(&path, json!({"cover": cover})).await.faults(), ["cover"], "{cover}");
        let sync = caller.post("/api/collection/sync", json!({"albums": [with("C")]})).await;
        assert_eq!(sync.faults(), ["albums[0].cover"], "{cover}");
        let op = device.put(&fresh_uid(), 0, with("C"), TIME);
        let results = device.send(&[op]).await.expect(200).json();
        assert_eq!(results["results"][0]["status"], "rejected", "{results}");
    }
    caller.patch(&path, json!({"cover": "/cache/images/7-0-5d0c.jpg"})).await.expect(200);
    assert_eq!(caller.list("").await.len(), 1);
}
