//! `GET /api/discogs/releases/{id}`.

use serde_json::json;

use super::Shop;

#[tokio::test(flavor = "multi_thread")]
async fn a_release_has_its_tracks_numbers_and_images() {
    let shop = Shop::open().await;
    let wanted = shop.firsts()[0];
    let release = shop.get(&format!("/api/discogs/releases/{}", wanted.id)).await;
    assert_eq!((&release["id"], &release["album"]), (&json!(wanted.id), &json!(wanted.title)));
    assert_eq!((&release["year"], &release["catno"]), (&json!(wanted.year), &json!(wanted.catno)));
    let tracks = release["tracklist"].as_array().expect("tracks");
    assert_eq!((&tracks[0]["heading"], &tracks[1]["position"]), (&json!(true), &json!("A1")));
    assert_eq!((&tracks[1]["duration"], &tracks[4]["duration"]), (&json!("3:12"), &json!(null)));
    // The front first, and it is the cover.
    assert_eq!((&release["images"][0], release["images"].as_array().map(Vec::len)), (&release["cover"], Some(2)));
    assert_eq!(release["identifiers"][0]["type"], "Matrix / Runout");
    assert_eq!(release["attribution"]["url"], format!("https://www.discogs.com/release/{}", wanted.id));
    assert!(!release.to_string().contains(&shop.discogs.url()), "every address is ours: {release}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_discogs_does_not_have_is_not_asked_for_again_at_once() {
    let shop = Shop::open().await;
    for _ in 0..3 {
        shop.collector.get("/api/discogs/releases/999").await.problem(404, "not_found");
    }
    assert_eq!(shop.discogs.count("/releases/999"), 1);
    // Ten minutes later somebody may have added it.
    shop.age(601);
    shop.collector.get("/api/discogs/releases/999").await.problem(404, "not_found");
    assert_eq!(shop.discogs.count("/releases/999"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_an_id_is_not_found() {
    let shop = Shop::open().await;
    for id in ["0", "-1", "x", "1e3", "99999999999999999999", "1%2F..%2Foauth", "..%2F..%2Fusers"] {
        shop.collector.get(&format!("/api/discogs/releases/{id}")).await.problem(404, "not_found");
    }
    assert_eq!(shop.discogs.received().len(), 0);
}
