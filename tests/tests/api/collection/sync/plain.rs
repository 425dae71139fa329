//! The plain body, without device and operations: all of its changes are applied, or none.

use serde_json::{Value, json};
use tests::{App, records};

use super::SYNC;

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_adds_changes_deletes_and_answers_with_the_whole_collection() {
    let app = App::start().await;
    let collector = app.collector().await;
    let kept = collector.add(records::album("Kept", "x")).await;
    let changed = collector.add(records::full()).await;
    let deleted = collector.add(records::album("Deleted", "x")).await;

    let body = json!({
        "albums": [records::album("New", "x"), {"id": changed["id"], "rating": 1, "genre": null}],
        "deleted_ids": [deleted["id"]],
        "last_sync": "2026-11-20T10:00:00Z",
    });
    let after = collector.post(SYNC, body).await.expect(200).json();
    let artists: Vec<_> = after.as_array().expect("an array").iter().map(|album| album["artist"].clone()).collect();
    assert_eq!(artists, ["Kept", "New", "Sigur Rós"]);
    assert_eq!(after[0], kept);
    assert_eq!((&after[2]["rating"], after[2].get("genre"), &after[2]["notes"]), (&json!(1), None, &changed["notes"]));
    assert_eq!(collector.list("").await, *after.as_array().expect("an array"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_sync_returns_the_collection() {
    let app = App::start().await;
    let collector = app.collector().await;
    for body in [json!({}), json!({"albums": [], "deleted_ids": [], "last_sync": null}), json!({"albums": null})] {
        assert_eq!(collector.post(SYNC, body).await.expect(200).json(), json!([]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn five_thousand_albums_are_accepted_and_ten_thousand_are_refused() {
    let app = App::start().await;
    let collector = app.collector().await;
    let too_many = collector.post(SYNC, json!({"albums": records::many(10_000)})).await;
    assert_eq!(too_many.faults(), ["albums"]);
    assert_eq!(collector.get("/api/collection").await.expect(200).json()["total"], 0);

    let answer = collector.post(SYNC, json!({"albums": records::many(5_000)})).await.expect(200).json();
    assert_eq!(answer.as_array().map(Vec::len), Some(5_000));
    assert_eq!(collector.get("/api/collection?limit=1").await.expect(200).json()["total"], 5_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_invalid_change_prevents_all_others() {
    let app = App::start().await;
    let collector = app.collector().await;
    let own = collector.add(records::album("Own", "x")).await;
    let foreign = app.collector().await.add(records::album("Foreign", "x")).await;

    for (body, field) in [
        (json!({"albums": [records::album("New", "x"), {"id": foreign["id"], "rating": 1}]}), "albums[1].id"),
        (json!({"albums": [records::album("New", "x")], "deleted_ids": [foreign["id"]]}), "deleted_ids[0]"),
        (json!({"albums": [records::album("New", "x"), {"artist": "no album"}]}), "albums[1].album"),
        (json!({"albums": [{"id": own["id"], "year": "soon"}]}), "albums[0].year"),
        (json!({"albums": [{"id": own["id"], "doc": 1}]}), "albums[0].doc"),
        (json!({"albums": [{"id": "7"}]}), "albums[0].id"),
        (json!({"albums": "many"}), "albums"),
        (json!({"deleted_ids": ["7"]}), "deleted_ids[0]"),
        (json!({"last_sync": "yesterday"}), "last_sync"),
        (json!({"album": []}), "album"),
    ] {
        assert_eq!(collector.post(SYNC, body.clone()).await.faults(), [field], "{body}");
    }
    assert_eq!(collector.list("").await, [own]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_with_uids_sent_twice_adds_each_album_once() {
    let app = App::start().await;
    let collector = app.collector().await;
    let mut album = records::full();
    album["uid"] = json!("0190163d-8694-739b-aea5-966c26f8ad91");
    let body = json!({"albums": [album]});
    collector.post(SYNC, body.clone()).await.expect(200);
    let after: Value = collector.post(SYNC, body).await.expect(200).json();
    assert_eq!(after.as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_sent_twice_has_the_same_result() {
    let app = App::start().await;
    let collector = app.collector().await;
    let deleted = collector.add(records::album("Deleted", "x")).await;
    let body = json!({"deleted_ids": [deleted["id"], deleted["id"]]});
    collector.post(SYNC, body.clone()).await.expect(200);
    assert_eq!(collector.post(SYNC, body).await.expect(200).json(), json!([]));
}
