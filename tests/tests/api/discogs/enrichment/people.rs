//! What a person typed or removed stays, whenever that was.

use serde_json::{Value, json};
use tests::{Device, fresh_uid};

use super::{add_all, asked, bare, finish, releases, start, until};
use crate::discogs::DiscogsSetup;

const OLD_CLOCK: &str = "1999-01-01T00:00:00Z";

async fn album(setup: &DiscogsSetup, uid: &str) -> Value {
    let albums = setup.collector.list("?limit=1000").await;
    albums.into_iter().find(|album| album["uid"] == uid).unwrap_or_default()
}

/// Waits until the job has filled everything.
async fn fill(setup: &DiscogsSetup) {
    finish(setup, &setup.collector).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_was_ever_set_or_removed_is_not_filled() {
    let setup = start().await;
    let caller = &setup.collector;
    let pressing = releases(&setup, 1)[0];
    let with = |field: &str, value: Value| {
        let mut album = bare(pressing);
        album[field] = value;
        album
    };
    let typed = caller.add(with("genre", json!("Typed"))).await;
    // Without the release number, so that nothing is filled yet.
    let plain = json!({"artist": "A", "album": "B"});
    let removed = caller.add(plain.clone()).await;
    let replaced = caller.add(plain.clone()).await;
    let path = |album: &Value| format!("/api/collection/{}", album["id"]);
    for value in [json!("Typed"), json!(null)] {
        caller.patch(&path(&removed), json!({"genre": value, "format": value})).await.expect(200);
    }
    caller.patch(&path(&replaced), json!({"label": "Typed"})).await.expect(200);
    caller.put(&path(&replaced), plain).await.expect(200);
    for album in [&removed, &replaced] {
        caller.patch(&path(album), json!({"discogs_id": pressing.id})).await.expect(200);
    }
    let other = bare(releases(&setup, 2)[1]);
    add_all(caller, &[other]).await;
    fill(&setup).await;

    let get = async |album: &Value| caller.get(&path(album)).await.expect(200).json();
    let typed = get(&typed).await;
    assert_eq!((&typed["genre"], typed["label"].is_string()), (&json!("Typed"), true), "{typed}");
    let removed = get(&removed).await;
    assert_eq!((&removed["genre"], &removed["format"]), (&json!(null), &json!(null)));
    assert!(removed["genres"].is_null() && removed["carrier"].is_null() && removed["label"].is_string(), "{removed}");
    let replaced = get(&replaced).await;
    assert!(replaced["label"].is_null() && replaced["genre"].is_string(), "{replaced}");

    // What was filled and then removed does not come back, also if the release is opened.
    caller.patch(&path(&replaced), json!({"cover": null, "year": 1901})).await.expect(200);
    super::act(caller, "start").await;
    fill(&setup).await;
    setup.get(&format!("/api/discogs/releases/{}", pressing.id)).await;
    let replaced = get(&replaced).await;
    assert_eq!((&replaced["cover"], &replaced["year"]), (&json!(null), &json!(1901)));
    assert_eq!(setup.discogs.repeated("/releases/"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_that_waited_offline_wins_with_any_clock() {
    let setup = start().await;
    let caller = &setup.collector;
    let pressing = releases(&setup, 1)[0];
    let mut phone = Device::of(caller, "phone");
    let uid = fresh_uid();
    let (results, _) = phone.sync(&[phone.put(&uid, 0, bare(pressing), OLD_CLOCK)]).await;
    let seen = results[0]["version"].as_i64().expect("a version");
    fill(&setup).await;
    let filled = album(&setup, &uid).await;
    assert!(filled["cover"].is_string() && filled["genre"].is_string(), "{filled}");
    assert_eq!(filled["updated_at"], "1999-01-01T00:00:00.000Z", "a fill is no edit of a person");

    // Typed before the fill, sent after it.
    let before = phone.put(&uid, seen, json!({"genre": "Typed", "label": null}), OLD_CLOCK);
    // Typed by another device that saw the fill, with a clock before it.
    let mut tablet = Device::of(caller, "tablet");
    tablet.sync(&[]).await;
    let after =
        tablet.put(&uid, filled["version"].as_i64().expect("a version"), json!({"country": "Typed"}), OLD_CLOCK);
    phone.sync(&[before]).await;
    tablet.sync(&[after]).await;
    let edited = album(&setup, &uid).await;
    assert_eq!((&edited["genre"], &edited["country"]), (&json!("Typed"), &json!("Typed")), "{edited}");
    assert!(edited["label"].is_null() && edited["cover"] == filled["cover"], "{edited}");
    super::act(caller, "start").await;
    fill(&setup).await;
    assert_eq!(album(&setup, &uid).await, edited);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_that_waited_offline_is_carried_out() {
    let setup = start().await;
    let pressings = releases(&setup, 2);
    let mut phone = Device::of(&setup.collector, "phone");
    let (deleted, kept) = (fresh_uid(), fresh_uid());
    let ops =
        [phone.put(&deleted, 0, bare(pressings[0]), OLD_CLOCK), phone.put(&kept, 0, bare(pressings[1]), OLD_CLOCK)];
    let (results, _) = phone.sync(&ops).await;
    let version = |index: usize| results[index]["version"].as_i64().expect("a version");
    fill(&setup).await;
    let tablet = Device::of(&setup.collector, "tablet");
    let edit = tablet.put(&kept, version(1), json!({"rating": 4}), OLD_CLOCK);
    tablet.send(&[edit]).await.expect(200);
    let deletions = [phone.delete(&deleted, version(0), OLD_CLOCK), phone.delete(&kept, version(1), OLD_CLOCK)];
    let (results, _) = phone.sync(&deletions).await;
    assert_eq!((&results[0]["status"], &results[1]["status"]), (&json!("applied"), &json!("kept")));
    assert!(album(&setup, &deleted).await.is_null() && album(&setup, &kept).await.is_object());
    // An album in the trash is not filled, so it stays there.
    setup.get(&format!("/api/discogs/releases/{}", pressings[0].id)).await;
    assert!(album(&setup, &deleted).await.is_null());
    assert_eq!(asked(&setup), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_album_that_gets_another_number_waits_again() {
    let setup = start().await;
    let caller = &setup.collector;
    let pressings = releases(&setup, 2);
    let album = caller.add(json!({"artist": "A", "album": "B", "discogs_id": 999_999_999})).await;
    let failed = until(&setup, caller, |progress| progress["failed"] == 1).await;
    assert_eq!(failed["failures"][0]["id"], album["id"]);
    let path = format!("/api/collection/{}", album["id"]);
    caller.patch(&path, json!({"discogs_id": pressings[1].id})).await.expect(200);
    until(&setup, caller, |progress| progress["filled"] == 1 && progress["state"] == "idle").await;
    assert!(caller.get(&path).await.expect(200).json()["cover"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_cannot_use_the_device_of_the_fills() {
    let setup = start().await;
    assert_eq!(Device::of(&setup.collector, "enrichment").send(&[]).await.faults(), ["device_id"]);
}
