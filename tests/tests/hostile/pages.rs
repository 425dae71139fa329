//! Large documents: no answer is larger than 4 MiB, and the pages after it have the rest.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tests::{Answer, App, Caller, Device, fresh_uid};

const MAX_ANSWER: usize = 4 << 20;
const TIME: &str = "2026-01-01T10:00:00Z";

/// An account with 300 albums of 27 kB each: 8 MB.
async fn with_long_notes(app: &App) -> Caller {
    let caller = app.collector().await;
    let device = Device::of(&caller, "phone");
    let notes = "日".repeat(9_000);
    for batch in 0..2 {
        let put = |n: usize| {
            let album = json!({"artist": format!("A{:03}", (n * 7) % 300), "album": format!("{n:03}"), "notes": notes});
            device.put(&fresh_uid(), 0, album, TIME)
        };
        let ops: Vec<Value> = (0..150).map(|n| put(batch * 150 + n)).collect();
        let answer = device.send(&ops).await.expect(200);
        assert!(answer.body.len() <= MAX_ANSWER, "{} bytes", answer.body.len());
    }
    caller
}

fn bounded(answer: Answer) -> Value {
    let answer = answer.expect(200);
    assert!(answer.body.len() <= MAX_ANSWER, "{} bytes", answer.body.len());
    answer.json()
}

fn uids(records: &Value) -> Vec<String> {
    let records = records.as_array().expect("a list");
    records.iter().map(|record| record["uid"].as_str().expect("a uid").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_ends_at_4_mib_and_the_next_ones_have_each_record_once_and_in_order() {
    let app = App::start().await;
    let caller = with_long_notes(&app).await;
    for sort in ["artist", "-album", "updated"] {
        let (mut listed, mut path) = (Vec::new(), format!("/api/collection?limit=1000&sort={sort}"));
        let mut pages = 0;
        loop {
            let page = bounded(caller.get(&path).await);
            assert_eq!(page["total"], 300);
            listed.extend(page["items"].as_array().expect("items").clone());
            pages += 1;
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            path = format!("/api/collection?limit=1000&sort={sort}&cursor={cursor}");
        }
        assert_eq!(pages, 2, "full pages");
        let key = |album: &Value| (album["artist"].to_string(), album["album"].to_string());
        match sort {
            "artist" => assert!(listed.is_sorted_by_key(key)),
            "-album" => assert!(listed.iter().rev().is_sorted_by_key(|album| album["album"].to_string())),
            _ => {}
        }
        assert_eq!(uids(&Value::from(listed)).into_iter().collect::<BTreeSet<_>>().len(), 300);
    }
    // An ordinary page of the same collection.
    assert_eq!(caller.list("?limit=100").await.len(), 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_receives_large_records_in_several_answers() {
    let app = App::start().await;
    let caller = with_long_notes(&app).await;
    let (mut device, mut received, mut answers) = (Device::of(&caller, "laptop"), Vec::new(), 0);
    loop {
        let answer = bounded(device.send(&[]).await);
        received.extend(uids(&answer["changes"]));
        device.cursor = answer["cursor"].as_i64();
        answers += 1;
        if answer["has_more"] == false {
            break;
        }
    }
    assert_eq!((answers, received.len()), (2, 300));
    assert_eq!(received.iter().collect::<BTreeSet<_>>().len(), 300);
    let page = bounded(caller.get("/api/collection/changes?limit=1000").await);
    assert_eq!(page["has_more"], true);

    // The plain answer has no cursor of its own: it names the page of the list that has the rest.
    let answer = caller.post("/api/collection/sync", json!({"albums": []})).await;
    let link = answer.header("link").to_owned();
    let mut albums = uids(&bounded(answer));
    let next = link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")).expect("a link");
    albums.extend(uids(&bounded(caller.get(next).await)["items"]));
    assert_eq!((albums.len(), albums.iter().collect::<BTreeSet<_>>().len()), (300, 300));
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_devices_at_once_harm_no_one() {
    let app = App::start().await;
    let caller = with_long_notes(&app).await;
    let bystander = app.collector().await;
    let syncs: Vec<_> = (0..16)
        .map(|n| {
            let device = Device::of(&caller, &format!("device-{n}"));
            tokio::spawn(async move { device.send(&[]).await.status })
        })
        .collect();
    for _ in 0..20 {
        bystander.get("/api/collection").await.expect(200);
    }
    for sync in syncs {
        assert_eq!(sync.await.expect("a status"), 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_of_a_large_album_has_pages() {
    let app = App::start().await;
    let caller = app.collector().await;
    let device = Device::of(&caller, "phone");
    let uid = fresh_uid();
    let mut ops = vec![device.put(&uid, 0, json!({"artist": "A", "album": "B"}), TIME)];
    ops.extend((0..200).map(|n| device.put(&uid, 0, json!({"notes": format!("{n}{}", "日".repeat(9_000))}), TIME)));
    device.send(&ops).await.expect(200);
    let id = caller.list("").await[0]["id"].clone();
    let path = format!("/api/collection/{id}/history");
    let (mut versions, mut query) = (Vec::new(), String::new());
    loop {
        let page = bounded(caller.get(&format!("{path}{query}")).await);
        let items = page["items"].as_array().expect("items").clone();
        versions.extend(items.iter().map(|item| item["version"].as_i64().expect("a version")));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("?cursor={cursor}");
    }
    assert_eq!(versions.len(), 201);
    assert!(versions.is_sorted_by(|a, b| a > b), "newest first, each once");
    let page = bounded(caller.get(&format!("{path}?limit=1")).await);
    assert_eq!(page["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(caller.get(&format!("{path}?cursor=x")).await.faults(), ["cursor"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_of_large_records_is_complete() {
    let app = App::start().await;
    let caller = with_long_notes(&app).await;
    let file = caller.get("/api/collection/export").await.expect(200).json();
    assert_eq!(uids(&file["albums"]).into_iter().collect::<BTreeSet<_>>().len(), 300);
    assert_eq!(file["history"].as_array().map(Vec::len), Some(300));
    let csv = caller.get("/api/collection/export?format=csv").await.expect(200).text();
    assert_eq!(csv.lines().count(), 301);
}
