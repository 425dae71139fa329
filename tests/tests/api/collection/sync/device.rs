//! Synchronisation of devices: operations are applied exactly once and merged field by field, and no value is lost.

use serde_json::{Value, json};
use tests::{App, Caller, Device, fresh_uid, records};

use super::SYNC;

const EARLY: &str = "2026-01-01T10:00:00Z";
const LATE: &str = "2026-01-02T10:00:00Z";

fn statuses(results: &[Value]) -> Vec<&str> {
    results.iter().map(|result| result["status"].as_str().expect("a status")).collect()
}

fn uid_and_version(album: &Value) -> (&str, i64) {
    (album["uid"].as_str().expect("a uid"), album["version"].as_i64().expect("a version"))
}

async fn two_devices(collector: &Caller) -> (Device, Device) {
    (Device::of(collector, "phone"), Device::of(collector, "laptop"))
}

async fn the_album(collector: &Caller) -> Value {
    let items = collector.list("").await;
    assert_eq!(items.len(), 1, "{items:?}");
    items[0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_album_added_offline_reaches_the_other_device() {
    let app = App::start().await;
    let collector = app.collector().await;
    let (mut phone, mut laptop) = two_devices(&collector).await;
    let uid = fresh_uid();
    let (results, changes) = phone.sync(&[phone.put(&uid, 0, records::full(), EARLY)]).await;
    assert_eq!(statuses(&results), ["applied"]);
    assert_eq!(changes.len(), 1);
    let (_, seen) = laptop.sync(&[]).await;
    assert_eq!(seen, changes);
    assert_eq!(seen[0]["uid"], uid);
    for (field, value) in records::full().as_object().expect("an object") {
        assert_eq!(&seen[0][field], value, "{field}");
    }
    assert_eq!(laptop.sync(&[]).await.1, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_sent_twice_is_applied_once_and_has_the_same_result() {
    let app = App::start().await;
    let collector = app.collector().await;
    let (phone, laptop) = two_devices(&collector).await;
    let uid = fresh_uid();
    let ops = [
        phone.put(&uid, 0, records::album("Can", "Tago Mago"), EARLY),
        phone.put(&uid, 0, json!({"rating": 4}), EARLY),
    ];
    let first = phone.send(&ops).await.expect(200).json();
    let version = first["changes"][0]["version"].as_i64().expect("a version");
    // Another device writes in between. The retries must not undo its edit.
    let edit = laptop.put(&uid, version, json!({"rating": 5}), LATE);
    laptop.send(&[edit]).await.expect(200);
    for _ in 0..3 {
        assert_eq!(phone.send(&ops).await.expect(200).json()["results"], first["results"]);
    }
    assert_eq!(the_album(&collector).await["rating"], 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_of_different_fields_are_merged() {
    let app = App::start().await;
    let collector = app.collector().await;
    let album = collector.add(records::album("Can", "Tago Mago")).await;
    let (uid, base) = uid_and_version(&album);
    let (phone, laptop) = two_devices(&collector).await;
    let one = phone.send(&[phone.put(uid, base, json!({"rating": 4}), LATE)]).await.expect(200).json();
    let two = laptop.send(&[laptop.put(uid, base, json!({"notes": "loud"}), EARLY)]).await.expect(200).json();
    assert_eq!((&one["results"][0]["status"], &two["results"][0]["status"]), (&json!("applied"), &json!("applied")));
    let merged = the_album(&collector).await;
    assert_eq!((&merged["rating"], &merged["notes"]), (&json!(4), &json!("loud")));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_edits_of_one_field_the_newer_wins_and_the_other_can_be_restored() {
    let app = App::start().await;
    let collector = app.collector().await;
    // The order of arrival does not matter.
    for (first, second) in [(EARLY, LATE), (LATE, EARLY)] {
        let album = collector.add(records::album("Can", "Tago Mago")).await;
        let (uid, base) = uid_and_version(&album);
        let (phone, laptop) = two_devices(&collector).await;
        let notes = |time: &str| json!({"notes": if time == LATE { "newer" } else { "older" }});
        phone.send(&[phone.put(uid, base, notes(first), first)]).await.expect(200);
        let answer = laptop.send(&[laptop.put(uid, base, notes(second), second)]).await.expect(200).json();
        assert_eq!(answer["results"][0]["status"], "merged");

        let path = format!("/api/collection/{}", album["id"]);
        assert_eq!(collector.get(&path).await.expect(200).json()["notes"], "newer");
        let history = collector.get(&format!("{path}/history")).await.expect(200).json();
        assert_eq!(history["items"].as_array().map(Vec::len), Some(3));
        assert_eq!((&history["lost"][0]["field"], &history["lost"][0]["value"]), (&json!("notes"), &json!("older")));

        let restore = format!("{path}/history/{}/restore", history["lost"][0]["id"]);
        assert_eq!(collector.post(&restore, json!({})).await.expect(200).json()["notes"], "older");
        app.collector().await.post(&restore, json!({})).await.problem(404, "not_found");
        collector.delete(&path).await.expect(204);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_set_by_two_devices_has_the_time_of_the_newer_edit() {
    let app = App::start().await;
    let collector = app.collector().await;
    let album = collector.add(records::album("Can", "Tago Mago")).await;
    let (uid, base) = uid_and_version(&album);
    let (phone, laptop) = two_devices(&collector).await;
    let tablet = Device::of(&collector, "tablet");
    phone.send(&[phone.put(uid, base, json!({"notes": "agreed"}), "2026-01-03T10:00:00Z")]).await.expect(200);
    laptop.send(&[laptop.put(uid, base, json!({"notes": "agreed"}), EARLY)]).await.expect(200);
    tablet.send(&[tablet.put(uid, base, json!({"notes": "older"}), LATE)]).await.expect(200);
    assert_eq!(the_album(&collector).await["notes"], "agreed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_from_the_future_counts_as_made_on_arrival() {
    let app = App::start().await;
    let collector = app.collector().await;
    let album = collector.add(records::album("Can", "Tago Mago")).await;
    let (uid, base) = uid_and_version(&album);
    let (phone, laptop) = two_devices(&collector).await;
    phone.send(&[phone.put(uid, base, json!({"notes": "from the future"}), "2099-01-01T00:00:00Z")]).await.expect(200);
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    // This time is in the future, too, so it counts as the time of arrival, which is after that of the phone's edit.
    laptop.send(&[laptop.put(uid, base, json!({"notes": "now"}), "2098-01-01T00:00:00Z")]).await.expect(200);
    assert_eq!(the_album(&collector).await["notes"], "now");
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_of_one_device_apply_in_their_order_even_if_its_clock_goes_back() {
    let app = App::start().await;
    let collector = app.collector().await;
    let (mut phone, _) = two_devices(&collector).await;
    let uid = fresh_uid();
    let ops = [
        phone.put(&uid, 0, records::album("Can", "Tago Mago"), LATE),
        phone.put(&uid, 0, json!({"rating": 1}), LATE),
        phone.put(&uid, 0, json!({"rating": 2}), EARLY),
    ];
    assert_eq!(statuses(&phone.sync(&ops).await.0), ["applied", "applied", "applied"]);
    assert_eq!(the_album(&collector).await["rating"], 2);
    // A deletion applies as well, although the device has not seen the versions of its own edits.
    assert_eq!(statuses(&phone.sync(&[phone.delete(&uid, 0, EARLY)]).await.0), ["applied"]);
    assert_eq!(collector.list("").await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unseen_edit_prevents_a_deletion_and_a_later_edit_undoes_one() {
    let app = App::start().await;
    let collector = app.collector().await;
    let album = collector.add(records::album("Can", "Tago Mago")).await;
    let (uid, base) = uid_and_version(&album);
    let (phone, laptop) = two_devices(&collector).await;

    phone.send(&[phone.put(uid, base, json!({"rating": 4}), EARLY)]).await.expect(200);
    let kept = laptop.send(&[laptop.delete(uid, base, LATE)]).await.expect(200).json();
    assert_eq!(kept["results"][0]["status"], "kept");
    let version = the_album(&collector).await["version"].as_i64().expect("a version");

    let deleted = laptop.send(&[laptop.delete(uid, version, LATE)]).await.expect(200).json();
    assert_eq!(deleted["results"][0]["status"], "applied");
    assert_eq!(collector.list("").await.len(), 0);
    phone.send(&[phone.put(uid, version, json!({"notes": "still mine"}), EARLY)]).await.expect(200);
    let back = the_album(&collector).await;
    assert_eq!((&back["notes"], &back["rating"], back.get("deleted_at")), (&json!("still mine"), &json!(4), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_listed_in_pages_and_include_deletions() {
    let app = App::start().await;
    let collector = app.collector().await;
    collector.post(SYNC, json!({"albums": records::many(2_300)})).await.expect(200);
    let mut phone = Device::of(&collector, "phone");
    let (_, changes) = phone.sync(&[]).await;
    assert_eq!(changes.len(), 2_300);
    let versions: Vec<_> = changes.iter().map(|change| change["version"].as_i64()).collect();
    assert!(versions.is_sorted());

    collector.delete(&format!("/api/collection/{}", changes[7]["id"])).await.expect(204);
    let (_, changes) = phone.sync(&[]).await;
    assert_eq!(changes.len(), 1);
    assert!(changes[0]["deleted_at"].is_string());

    let page = collector.get("/api/collection/changes?limit=2").await.expect(200).json();
    assert_eq!((page["changes"].as_array().map(Vec::len), &page["has_more"]), (Some(2), &json!(true)));
    let rest = collector.get(&format!("/api/collection/changes?cursor={}", phone.cursor.expect("a cursor"))).await;
    assert_eq!(rest.expect(200).json()["changes"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_older_than_purged_deletions_is_refused_as_expired() {
    let app = App::start().await;
    let collector = app.collector().await;
    let album = collector.add(records::album("Can", "Tago Mago")).await;
    let mut phone = Device::of(&collector, "phone");
    phone.sync(&[]).await;
    collector.delete(&format!("/api/collection/{}", album["id"])).await.expect(204);
    let emptied = collector.delete("/api/collection/trash").await.expect(200).json();
    assert_eq!(emptied["removed"], 1);
    assert_eq!(collector.get("/api/collection?trashed=true").await.expect(200).json()["total"], 0);

    phone.send(&[]).await.problem(410, "cursor_expired");
    // The device keeps its outbox and synchronises again without a cursor.
    phone.cursor = None;
    let op = phone.put(&fresh_uid(), 0, records::album("Neu!", "Neu!"), EARLY);
    assert_eq!(statuses(&phone.sync(&[op]).await.0), ["applied"]);
    assert_eq!(phone.sync(&[]).await.1, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_operations_are_applied_in_one_request() {
    let app = App::start().await;
    let collector = app.collector().await;
    let mut phone = Device::of(&collector, "phone");
    let ops: Vec<_> = records::many(10_000).into_iter().map(|album| phone.put(&fresh_uid(), 0, album, EARLY)).collect();
    let (results, changes) = phone.sync(&ops).await;
    assert!(results.iter().all(|result| result["status"] == "applied"));
    assert_eq!((results.len(), changes.len()), (10_000, 10_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn crates_synchronise_like_albums_and_renaming_one_changes_no_album() {
    let app = App::start().await;
    let collector = app.collector().await;
    let mut phone = Device::of(&collector, "phone");
    let (jazz, bop, album) = (fresh_uid(), fresh_uid(), fresh_uid());
    let mut crates = [
        phone.put(&jazz, 0, json!({"name": "Jazz", "position": 2}), EARLY),
        phone.put(&bop, 0, json!({"name": "Bop", "parent": jazz}), EARLY),
    ];
    for op in &mut crates {
        op["type"] = json!("crate");
    }
    let mut full = records::full();
    full["crate"] = json!(bop);
    let (results, _) = phone.sync(&[crates.to_vec(), vec![phone.put(&album, 0, full, EARLY)]].concat()).await;
    assert_eq!(statuses(&results), ["applied", "applied", "applied"]);
    assert_eq!(collector.list(&format!("?crate={bop}")).await.len(), 1);
    let before = the_album(&collector).await;

    let renamed = collector.patch(&format!("/api/collection/crates/{bop}"), json!({"name": "Hard Bop"})).await;
    assert_eq!(renamed.expect(200).json()["name"], "Hard Bop");
    assert_eq!(the_album(&collector).await, before);
    let (_, changes) = phone.sync(&[]).await;
    assert_eq!((changes.len(), &changes[0]["type"], &changes[0]["name"]), (1, &json!("crate"), &json!("Hard Bop")));
}
