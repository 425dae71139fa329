//! `/api/collection`.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{App, records};

use super::CheckedCaller;

const COLLECTION: &str = "/api/collection";

async fn collector(app: &App) -> CheckedCaller {
    CheckedCaller::new(app, app.collector().await).await
}

/// An album with every field, and its path.
async fn add_full(collector: &CheckedCaller) -> (Value, String) {
    let album = collector.post(COLLECTION, records::full(), 201).await.json();
    let path = format!("{COLLECTION}/{}", album["id"]);
    (album, path)
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_about_albums_match_the_document() {
    let app = App::start().await;
    let collector = collector(&app).await;
    let (_, path) = add_full(&collector).await;
    collector.post(COLLECTION, records::album("Plain", "x"), 201).await;
    collector.post(COLLECTION, json!({"year": "x"}), 422).await;
    for query in ["", "?limit=1", "?q=sigur", "?sort=-year&trashed=true", "?wanted=true"] {
        collector.get(&format!("{COLLECTION}{query}"), 200).await;
    }
    collector.get("/api/collection?sort=doc", 422).await;
    collector.get("/api/collection?q=%FF", 400).await;
    collector.get(&path, 200).await;
    collector.get("/api/collection/0", 404).await;
    collector.patch(&path, json!({"rating": 1}), 200).await;
    collector.put(&path, records::full(), 200).await;
    collector.get("/api/collection/stats", 200).await;
    collector.get("/api/collection/owned?artist=Can&album=Tago%20Mago", 200).await;

    collector.delete(&path, 204).await;
    collector.get("/api/collection?trashed=true", 200).await;
    collector.send(Method::POST, &format!("{path}/restore"), None, 200).await;
    let caller = &collector.caller;
    let request = caller.request(Method::PATCH, &path).header("if-match", "\"1\"").json(&json!({"rating": 3}));
    let conflict = caller.send(request).await;
    collector.check(&Method::PATCH, &path, &conflict);
    conflict.problem(412, "version_conflict");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_about_enrichment_match_the_document() {
    let app = App::start().await;
    let collector = collector(&app).await;
    let path = "/api/collection/enrichment";
    collector.get(path, 200).await;
    collector.post(COLLECTION, json!({"artist": "A", "album": "B", "discogs_id": 7}), 201).await;
    for action in ["start", "pause", "retry"] {
        collector.post(path, json!({"action": action}), 202).await;
    }
    collector.post(path, json!({"action": "x"}), 422).await;
    let failed = "INSERT INTO enrichment (record_id, user_id, release_id, state, code, reason)
        SELECT id, user_id, 7, 'failed', 'discogs_failed', 'Why' FROM records WHERE true
        ON CONFLICT DO UPDATE SET state = 'failed', code = 'discogs_failed', reason = 'Why'";
    app.connect().execute(failed, []).expect("an album");
    let progress = collector.get(path, 200).await.json();
    assert_eq!(progress["failures"][0]["reason"], "Why");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_about_crates_match_the_document() {
    let app = App::start().await;
    let collector = collector(&app).await;
    let parent = collector.post("/api/collection/crates", json!({"name": "Jazz"}), 201).await.json();
    let inner = json!({"name": "Bop", "parent": parent["uid"], "position": 1});
    let inner = collector.post("/api/collection/crates", inner, 201).await.json();
    let path = format!("/api/collection/crates/{}", inner["uid"].as_str().expect("a uid"));
    collector.get("/api/collection/crates", 200).await;
    collector.patch(&path, json!({"name": "Hard Bop"}), 200).await;
    collector.delete(&path, 204).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_about_synchronisation_match_the_document() {
    let app = App::start().await;
    let collector = collector(&app).await;
    let (album, path) = add_full(&collector).await;
    let plain = json!({"albums": [{"id": album["id"], "rating": 2}], "deleted_ids": []});
    collector.post("/api/collection/sync", plain, 200).await;
    let op = json!({"op_id": "o1", "kind": "put", "record_id": album["uid"], "base": 0, "patch": {"rating": 4},
        "edited_at": "2020-01-01T00:00:00Z"});
    let bad = json!({"op_id": "o2", "kind": "put", "record_id": "x", "patch": {}, "edited_at": "x"});
    let body = json!({"device_id": "phone", "cursor": null, "ops": [op, bad]});
    collector.post("/api/collection/sync", body, 200).await;
    collector.get("/api/collection/changes?limit=2", 200).await;
    let history = collector.get(&format!("{path}/history"), 200).await.json();
    assert_eq!(history["lost"].as_array().map(Vec::len), Some(1), "the older edit lost: {history}");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_about_import_and_export_match_the_document() {
    let app = App::start().await;
    let collector = collector(&app).await;
    let (album, _) = add_full(&collector).await;
    let file = json!([{"artist": "A", "album": "B"}, {"artist": "C"}, album]);
    collector.post("/api/collection/import?dry_run=true", file, 200).await;
    collector.post("/api/collection/import?format=xml", json!([]), 422).await;
    collector.get("/api/collection/export?format=xml", 422).await;
}
