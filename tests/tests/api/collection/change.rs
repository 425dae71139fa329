//! `POST /api/collection`, and `GET`, `PUT` and `PATCH /api/collection/{id}`.

use serde_json::json;
use tests::{App, records};

#[tokio::test(flavor = "multi_thread")]
async fn a_new_album_is_returned_with_every_field() {
    let app = App::start().await;
    let collector = app.collector().await;

    let answer = collector.post("/api/collection", records::full()).await.expect(201);
    let created = answer.json();
    let path = format!("/api/collection/{}", created["id"]);
    assert_eq!(answer.header("location"), path);
    assert_eq!(answer.header("etag"), format!("\"{}\"", created["version"]));

    let read = collector.get(&path).await.expect(200).json();
    assert_eq!(read, created);
    for (field, value) in records::full().as_object().expect("an object") {
        assert_eq!(&read[field], value, "{field}");
    }
    for field in ["uid", "created_at", "updated_at"] {
        assert!(read[field].is_string(), "{field} in {read}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn put_replaces_and_patch_merges() {
    let app = App::start().await;
    let collector = app.collector().await;
    let created = collector.add(records::full()).await;
    let path = format!("/api/collection/{}", created["id"]);

    let patched = collector.patch(&path, json!({"rating": 1, "genre": null})).await.expect(200).json();
    assert_eq!((&patched["rating"], patched.get("genre")), (&json!(1), None));
    assert_eq!(patched["notes"], created["notes"]);
    assert!(patched["version"].as_i64() > created["version"].as_i64());
    assert_eq!(patched["created_at"], created["created_at"]);

    let replaced = collector.put(&path, json!({"artist": "Björk", "album": "Debut"})).await.expect(200).json();
    assert_eq!(replaced["artist"], "Björk");
    assert!(replaced.get("notes").is_none() && replaced.get("custom").is_none(), "{replaced}");
    assert_eq!((&replaced["id"], &replaced["uid"]), (&created["id"], &created["uid"]));
    assert_eq!(collector.get(&path).await.expect(200).json(), replaced);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_album_can_be_sent_back_unless_its_id_differs() {
    let app = App::start().await;
    let collector = app.collector().await;
    let mut album = collector.add(records::full()).await;
    let path = format!("/api/collection/{}", album["id"]);

    album["rating"] = json!(2);
    let changed = collector.put(&path, album.clone()).await.expect(200).json();
    assert_eq!(changed["rating"], 2);
    assert_eq!(changed["notes"], album["notes"]);

    album["id"] = json!(1_000_000);
    assert_eq!(collector.put(&path, album).await.faults(), ["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_with_an_outdated_if_match_is_refused() {
    let app = App::start().await;
    let collector = app.collector().await;
    let created = collector.add(records::album("Nina Simone", "Pastel Blues")).await;
    let path = format!("/api/collection/{}", created["id"]);
    let first = format!("\"{}\"", created["version"]);
    let patch = |etag: &str, rating: i64| {
        let request = collector.request(reqwest::Method::PATCH, &path).header("if-match", etag);
        collector.send(request.json(&json!({"rating": rating})))
    };

    let patched = patch(&first, 4).await.expect(200);
    let second = patched.header("etag").to_owned();
    assert_ne!(first, second);

    patch(&first, 1).await.problem(412, "version_conflict");
    let delete = collector.request(reqwest::Method::DELETE, &path).header("if-match", &first);
    collector.send(delete).await.problem(412, "version_conflict");
    assert_eq!(collector.get(&path).await.expect(200).json()["rating"], 4);

    patch(&second, 5).await.expect(200);
    patch("*", 3).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_uid_of_the_client_is_kept_and_must_be_unique_within_the_collection() {
    let app = App::start().await;
    let collector = app.collector().await;
    let mut album = records::album("Can", "Tago Mago");
    album["uid"] = json!("0190163d-8694-739b-aea5-966c26f8ad91");

    assert_eq!(collector.add(album.clone()).await["uid"], album["uid"]);
    assert_eq!(collector.post("/api/collection", album.clone()).await.faults(), ["uid"]);
    // Another collector may use the same uid.
    app.collector().await.add(album).await;
}
