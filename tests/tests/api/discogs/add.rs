//! `POST /api/collection` with the id of a Discogs release.

use serde_json::json;
use stand_ins::Fault;

use super::DiscogsSetup;

#[tokio::test(flavor = "multi_thread")]
async fn an_album_with_only_a_release_id_is_filled_in_from_discogs() {
    let setup = DiscogsSetup::start().await;
    let first = setup.firsts()[0];
    let album = setup.collector.add(json!({"discogs_id": first.id})).await;
    assert_eq!((&album["artist"], &album["album"]), (&json!(first.artist), &json!(first.title)));
    assert_eq!((&album["year"], &album["catno"]), (&json!(first.year), &json!(first.catno)));
    assert_eq!((&album["master_id"], &album["discogs_id"]), (&json!(first.master_id), &json!(first.id)));
    assert_eq!((&album["genre"], &album["format"]), (&json!(first.genre), &json!("LP, Album")));
    // The address of the cover is one of this application, and it answers with an image.
    let cover = album["cover"].as_str().expect("a cover");
    assert_eq!(setup.app.anonymous().get(cover).await.expect(200).header("content-type"), "image/png");
    assert_eq!(setup.collector.list("").await, [album]);
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_of_the_request_take_precedence_over_those_of_discogs() {
    let setup = DiscogsSetup::start().await;
    let given =
        json!({"discogs_id": setup.firsts()[0].id, "album": "My Copy", "year": 2001, "genre": null, "rating": 5});
    let album = setup.collector.add(given).await;
    assert_eq!((&album["album"], &album["year"], &album["rating"]), (&json!("My Copy"), &json!(2001), &json!(5)));
    assert_eq!((&album["artist"], &album["genre"]), (&json!("Nina Simone"), &json!(null)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_album_with_artist_and_title_is_added_without_waiting_for_discogs() {
    let setup = DiscogsSetup::start().await;
    setup.discogs.always(Some(Fault::status(500)));
    setup.collector.add(json!({"discogs_id": 5, "artist": "A", "album": "B"})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_album_that_cannot_be_filled_in_is_refused() {
    let setup = DiscogsSetup::start().await;
    let post = async |body| setup.collector.post("/api/collection", body).await;
    assert_eq!(post(json!({"discogs_id": 999})).await.faults(), ["discogs_id"]);
    // The fields of the request are checked as well.
    assert_eq!(post(json!({"discogs_id": setup.firsts()[0].id, "rating": 9})).await.faults(), ["rating"]);
    assert_eq!(post(json!({"discogs_id": "x"})).await.status, 422);
    setup.discogs.always(Some(Fault::status(500)));
    post(json!({"discogs_id": setup.firsts()[1].id})).await.problem(502, "discogs_failed");
    setup.discogs.always(None);
    assert_eq!(setup.collector.list("").await.len(), 0);
    let anonymous = setup.app.anonymous().post("/api/collection", json!({"discogs_id": setup.firsts()[2].id})).await;
    anonymous.problem(401, "unauthenticated");
}
