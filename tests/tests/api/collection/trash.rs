//! `DELETE /api/collection/{id}` and `POST /api/collection/{id}/restore`.

use serde_json::json;
use tests::{App, records};

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_album_is_in_the_trash_until_it_is_restored() {
    let app = App::start().await;
    let collector = app.collector().await;
    let created = collector.add(records::full()).await;
    let path = format!("/api/collection/{}", created["id"]);
    let restore = format!("{path}/restore");

    collector.post(&restore, json!({})).await.problem(404, "not_found");
    let deleted = collector.delete(&path).await.expect(204);
    assert!(deleted.body.is_empty());

    collector.get(&path).await.problem(404, "not_found");
    collector.patch(&path, json!({"rating": 1})).await.problem(404, "not_found");
    collector.delete(&path).await.problem(404, "not_found");
    assert_eq!(collector.list("").await.len(), 0);
    let trash = collector.get("/api/collection?trashed=true").await.expect(200).json();
    assert_eq!((&trash["total"], &trash["items"][0]["id"]), (&json!(1), &created["id"]));
    assert!(trash["items"][0]["deleted_at"].is_string());

    let restored = collector.send(collector.request(reqwest::Method::POST, &restore)).await.expect(200).json();
    assert!(restored.get("deleted_at").is_none());
    assert_eq!(restored["custom"], created["custom"]);
    assert_eq!(collector.list("").await, [restored]);
    assert_eq!(collector.get("/api/collection?trashed=true").await.expect(200).json()["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_a_client_has_is_sent_again_when_the_trash_was_emptied() {
    let app = App::start().await;
    let collector = app.collector().await;
    let created = collector.add(records::full()).await;
    collector.delete(&format!("/api/collection/{}", created["id"])).await.expect(204);
    let list = async |known: &str| {
        let request = collector.request(reqwest::Method::GET, "/api/collection?trashed=true");
        collector.send(request.header("if-none-match", known)).await
    };
    let full = list("\"none\"").await.expect(200);
    let etag = full.header("etag").to_owned();
    list(&etag).await.expect(304);
    collector.delete("/api/collection/trash").await.expect(200);
    let empty = list(&etag).await.expect(200);
    assert_eq!(empty.json()["total"], 0);
    assert_ne!(empty.header("etag"), etag);
    list(empty.header("etag")).await.expect(304);
}
