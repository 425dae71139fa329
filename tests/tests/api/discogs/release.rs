//! `GET /api/discogs/releases/{id}`.

use serde_json::json;

use super::DiscogsSetup;

#[tokio::test(flavor = "multi_thread")]
async fn a_release_has_tracks_identifiers_and_images() {
    let setup = DiscogsSetup::start().await;
    let wanted = setup.firsts()[0];
    let release = setup.get(&format!("/api/discogs/releases/{}", wanted.id)).await;
    assert_eq!((&release["id"], &release["album"]), (&json!(wanted.id), &json!(wanted.title)));
    assert_eq!((&release["year"], &release["catno"]), (&json!(wanted.year), &json!(wanted.catno)));
    let tracks = release["tracklist"].as_array().expect("tracks");
    assert_eq!((&tracks[0]["heading"], &tracks[1]["position"]), (&json!(true), &json!("A1")));
    assert_eq!((&tracks[1]["duration"], &tracks[4]["duration"]), (&json!("3:12"), &json!(null)));
    // The primary image is the first one, and the cover.
    assert_eq!((&release["images"][0], release["images"].as_array().map(Vec::len)), (&release["cover"], Some(2)));
    assert_eq!(release["identifiers"][0]["type"], "Matrix / Runout");
    assert_eq!(release["attribution"]["url"], format!("https://www.discogs.com/release/{}", wanted.id));
    assert!(!release.to_string().contains(&setup.discogs.url()), "every address is one of the application: {release}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_release_is_not_asked_for_again_for_ten_minutes() {
    let setup = DiscogsSetup::start().await;
    for _ in 0..3 {
        setup.collector.get("/api/discogs/releases/999").await.problem(404, "not_found");
    }
    assert_eq!(setup.discogs.count("/releases/999"), 1);
    setup.age(601);
    setup.collector.get("/api/discogs/releases/999").await.problem(404, "not_found");
    assert_eq!(setup.discogs.count("/releases/999"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_id_is_not_found_and_discogs_is_not_asked() {
    let setup = DiscogsSetup::start().await;
    for id in ["0", "-1", "x", "1e3", "99999999999999999999", "1%2F..%2Foauth", "..%2F..%2Fusers"] {
        setup.collector.get(&format!("/api/discogs/releases/{id}")).await.problem(404, "not_found");
    }
    assert_eq!(setup.discogs.received().len(), 0);
}
