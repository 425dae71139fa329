//! `POST /api/collection` with a release of Discogs.

use serde_json::json;
use stand_ins::Fault;

use super::Shop;

#[tokio::test(flavor = "multi_thread")]
async fn a_release_alone_makes_an_album() {
    let shop = Shop::open().await;
    let first = shop.firsts()[0];
    let album = shop.collector.add(json!({"discogs_id": first.id})).await;
    assert_eq!((&album["artist"], &album["album"]), (&json!(first.artist), &json!(first.title)));
    assert_eq!((&album["year"], &album["catno"]), (&json!(first.year), &json!(first.catno)));
    assert_eq!((&album["master_id"], &album["discogs_id"]), (&json!(first.master_id), &json!(first.id)));
    assert_eq!((&album["genre"], &album["format"]), (&json!(first.genre), &json!("LP, Album")));
    // Its cover is one of ours, and there.
    let cover = album["cover"].as_str().expect("a cover");
    assert_eq!(shop.app.anonymous().get(cover).await.expect(200).header("content-type"), "image/png");
    assert_eq!(shop.collector.list("").await, [album]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_collectors_own_fields_win() {
    let shop = Shop::open().await;
    let given =
        json!({"discogs_id": shop.firsts()[0].id, "album": "My Copy", "year": 2001, "genre": null, "rating": 5});
    let album = shop.collector.add(given).await;
    assert_eq!((&album["album"], &album["year"], &album["rating"]), (&json!("My Copy"), &json!(2001), &json!(5)));
    assert_eq!((&album["artist"], &album["genre"]), (&json!("Nina Simone"), &json!(null)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_album_that_says_what_it_is_needs_no_discogs() {
    let shop = Shop::open().await;
    shop.discogs.always(Some(Fault::status(500)));
    shop.collector.add(json!({"discogs_id": 5, "artist": "A", "album": "B"})).await;
    assert_eq!(shop.discogs.received().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_filled_in_is_told_and_nothing_is_added() {
    let shop = Shop::open().await;
    let post = async |body| shop.collector.post("/api/collection", body).await;
    assert_eq!(post(json!({"discogs_id": 999})).await.faults(), ["discogs_id"]);
    // Faults of the collector's own fields are found as ever.
    assert_eq!(post(json!({"discogs_id": shop.firsts()[0].id, "rating": 9})).await.faults(), ["rating"]);
    assert_eq!(post(json!({"discogs_id": "x"})).await.status, 422);
    shop.discogs.always(Some(Fault::status(500)));
    post(json!({"discogs_id": shop.firsts()[1].id})).await.problem(502, "discogs_failed");
    shop.discogs.always(None);
    assert_eq!(shop.collector.list("").await.len(), 0);
    let nobody = shop.app.anonymous().post("/api/collection", json!({"discogs_id": shop.firsts()[2].id})).await;
    nobody.problem(401, "unauthenticated");
}
