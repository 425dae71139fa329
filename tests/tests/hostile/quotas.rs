//! The quota of an account: what exceeds it is refused and writes nothing, and a full account can become smaller.

use serde_json::{Value, json};
use tests::{App, Caller, Device, fresh_uid, records};

const TIME: &str = "2026-01-01T10:00:00Z";
const SYNC: &str = "/api/collection/sync";

async fn usage(caller: &Caller) -> (i64, i64) {
    let stats = caller.get("/api/collection/stats").await.expect(200).json();
    let number = |name: &str| stats["usage"][name].as_i64().unwrap_or_else(|| panic!("{name} in {stats}"));
    (number("records"), number("bytes"))
}

#[tokio::test(flavor = "multi_thread")]
async fn records_beyond_the_quota_are_refused_by_every_way() {
    let app = App::with(&[("quota_records", "3")]).await;
    let caller = app.collector().await;
    let first = caller.add(records::album("A", "1")).await;
    caller.post("/api/collection/crates", json!({"name": "Jazz"})).await.expect(201);
    caller.add(records::album("A", "2")).await;
    let full = usage(&caller).await;
    assert_eq!(full.0, 3);

    caller.post("/api/collection", records::album("A", "3")).await.problem(507, "quota_exceeded");
    caller.post("/api/collection/crates", json!({"name": "Rock"})).await.problem(507, "quota_exceeded");
    let plain = json!({"albums": [{"id": first["id"], "rating": 5}, records::album("A", "3")]});
    caller.post(SYNC, plain).await.problem(507, "quota_exceeded");
    let device = Device::of(&caller, "phone");
    let uid = first["uid"].as_str().expect("a uid");
    let edit = device.put(uid, 0, json!({"rating": 5}), TIME);
    let add = device.put(&fresh_uid(), 0, records::album("A", "3"), TIME);
    device.send(&[edit, add]).await.problem(507, "quota_exceeded");
    let import = caller.raw(reqwest::Method::POST, "/api/collection/import", "text/csv", "Artist,Title\nA,3\n");
    import.await.problem(507, "quota_exceeded");
    assert_eq!(usage(&caller).await, full, "nothing was written");

    // Edits, reads and deletions go on; emptying the trash makes room.
    caller.patch(&format!("/api/collection/{}", first["id"]), json!({"rating": 4})).await.expect(200);
    assert_eq!(device.send(&[]).await.expect(200).json()["changes"].as_array().map(Vec::len), Some(3));
    caller.delete(&format!("/api/collection/{}", first["id"])).await.expect(204);
    caller.post("/api/collection", records::album("A", "3")).await.problem(507, "quota_exceeded");
    caller.delete("/api/collection/trash").await.expect(200);
    caller.add(records::album("A", "3")).await;

    let other = app.collector().await;
    other.add(records::album("Another", "account")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_full_by_its_history_becomes_smaller_by_purging() {
    let app = App::with(&[("quota_bytes", "300000")]).await;
    let caller = app.collector().await;
    let album = caller.add(records::album("A", "1")).await;
    let path = format!("/api/collection/{}", album["id"]);
    let mut edits = 0;
    let refused = loop {
        let answer = caller.patch(&path, json!({"notes": format!("{edits}{}", "x".repeat(9_000))})).await;
        if answer.status != 200 {
            break answer;
        }
        edits += 1;
        assert!(edits < 40, "edits count too");
    };
    refused.problem(507, "quota_exceeded");
    let (_, bytes) = usage(&caller).await;
    assert!((200_000..=300_000).contains(&bytes), "{bytes} bytes");
    caller.patch(&path, json!({"notes": "x".repeat(9_000)})).await.problem(507, "quota_exceeded");

    // A device with a deletion is not stuck.
    let mut device = Device::of(&caller, "phone");
    let (_, changes) = device.sync(&[]).await;
    let version = changes[0]["version"].as_i64().expect("a version");
    let op = device.delete(album["uid"].as_str().expect("a uid"), version, TIME);
    let (results, _) = device.sync(std::slice::from_ref(&op)).await;
    assert_eq!(results[0]["status"], "applied");
    caller.delete("/api/collection/trash").await.expect(200);
    let (records, bytes) = usage(&caller).await;
    assert!(records == 0 && bytes < 20_000, "{records} records, {bytes} bytes");
    // The ids of the operations remain: one that is sent again is still recognised.
    let (results, _) = Device::of(&caller, "phone").sync(&[op]).await;
    assert_eq!(results[0]["status"], "applied");
    caller.add(json!({"artist": "A", "album": "2", "notes": "x".repeat(9_000)})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deletions_without_effect_do_not_fill_the_ledger() {
    let app = App::with(&[("quota_bytes", "20000")]).await;
    let caller = app.collector().await;
    let album = caller.add(records::album("A", "1")).await;
    let device = Device::of(&caller, "phone");
    let uid = album["uid"].as_str().expect("a uid");
    let deletions = || -> Vec<Value> { (0..20).map(|_| device.delete(uid, 0, TIME)).collect() };
    let mut requests = 0;
    loop {
        let answer = device.send(&deletions()).await;
        requests += 1;
        if answer.status == 507 {
            break;
        }
        assert!(answer.status == 200 && requests < 20, "status {} after {requests}", answer.status);
    }
    assert!(usage(&caller).await.1 <= 30_000, "one and a half times the quota");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_has_at_most_2000_crates() {
    let app = App::start().await;
    let caller = app.collector().await;
    let device = Device::of(&caller, "phone");
    let crates = |count: usize| -> Vec<Value> {
        let put = |_| {
            let mut op = device.put(&fresh_uid(), 0, json!({"name": "C"}), TIME);
            op["type"] = json!("crate");
            op
        };
        (0..count).map(put).collect()
    };
    device.send(&crates(2_001)).await.problem(507, "quota_exceeded");
    device.send(&crates(2_000)).await.expect(200);
    caller.post("/api/collection/crates", json!({"name": "One more"})).await.problem(507, "quota_exceeded");
    assert_eq!(
        caller.get("/api/collection/crates").await.expect(200).json()["items"].as_array().map(Vec::len),
        Some(2_000)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_quota_nothing_is_refused() {
    let app = App::with(&[("quota_records", "0"), ("quota_bytes", "0")]).await;
    let caller = app.collector().await;
    caller.post(SYNC, json!({"albums": records::many(500)})).await.expect(200);
    let stats = caller.get("/api/collection/stats").await.expect(200).json();
    assert_eq!(stats["quota"], json!({"records": null, "bytes": null}));
    assert_eq!(stats["usage"]["records"], 500);
}
