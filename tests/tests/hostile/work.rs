//! Inputs that are built to cost time or memory: each is refused or answered in a bounded time, with a bounded answer.

use std::{fmt::Write as _, time::Duration};

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, App, Caller, Device, fresh_uid, records};

const TIME: &str = "2026-01-01T10:00:00Z";
/// Each request below took 10 to 400 ms alone.
const PATIENCE: Duration = Duration::from_secs(20);

async fn send(caller: &Caller, path: &str, media: &str, body: String) -> Answer {
    let sent = caller.raw(Method::POST, path, media, body);
    tokio::time::timeout(PATIENCE, sent).await.expect("an answer in time")
}

/// `{"m0":[],"m1":[],…}`
fn with_members(count: usize) -> String {
    let mut object = String::from("{");
    for n in 0..count {
        let _ = write!(object, "\"m{n}\":[],");
    }
    object.replace_range(object.len() - 1.., "}");
    object
}

#[tokio::test(flavor = "multi_thread")]
async fn thousands_of_unknown_members_are_one_fault() {
    let app = App::start().await;
    let caller = app.collector().await;
    for members in [65, 5_000, 40_000] {
        let answer = send(&caller, "/api/collection", "application/json", with_members(members)).await;
        assert!(answer.body.len() < 1_000);
        assert_eq!(answer.faults(), ["body"]);
    }
    let sync = send(&caller, "/api/collection/sync", "application/json", with_members(1_000_000)).await;
    assert_eq!(sync.faults(), ["body"]);
    let albums = format!("{{\"albums\":[{}]}}", vec![with_members(60); 5_000].join(","));
    let answer = send(&caller, "/api/collection/sync", "application/json", albums).await;
    assert!(answer.body.len() < 20_000);
    assert_eq!(answer.faults().len(), 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_millions_of_tiny_entries_are_one_fault() {
    let app = App::start().await;
    let caller = app.collector().await;
    let tiny = format!("[{}0]", "0,".repeat(10_000_000));
    for (body, field) in [
        (format!("{{\"albums\":{tiny}}}"), "albums"),
        (format!("{{\"deleted_ids\":{tiny}}}"), "deleted_ids"),
        (format!("{{\"device_id\":\"phone\",\"ops\":{tiny}}}"), "ops"),
    ] {
        assert_eq!(send(&caller, "/api/collection/sync", "application/json", body).await.faults(), [field]);
    }
    assert_eq!(send(&caller, "/api/collection/import", "application/json", tiny).await.faults(), ["albums"]);
    let deep = format!("{{\"albums\":{}{}}}", "[".repeat(5_000_000), "]".repeat(5_000_000));
    assert_eq!(send(&caller, "/api/collection/sync", "application/json", deep).await.faults(), ["albums[0]"]);
    caller.add(records::album("still", "alive")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_faults_of_a_sync_are_bounded_together() {
    let app = App::start().await;
    let caller = app.collector().await;
    let device = Device::of(&caller, "phone");
    let unknown: serde_json::Map<String, Value> =
        (0..60).map(|n| (format!("{n}{}", "x".repeat(20)), json!(1))).collect();
    let op = device.put(&fresh_uid(), 0, Value::Object(unknown), TIME);
    let answer = device.send(&vec![op; 5_000]).await.expect(200);
    assert!(answer.body.len() < 2 << 20, "{} bytes", answer.body.len());
    let results = answer.json()["results"].as_array().expect("results").clone();
    assert_eq!(results.len(), 5_000);
    assert!(results.iter().all(|result| result["errors"][0]["field"].is_string()), "each says why");
}

/// The patches in the ledger are many times as large as a request that names them again.
#[tokio::test(flavor = "multi_thread")]
async fn operations_that_are_sent_again_are_not_read_into_memory() {
    let app = App::start().await;
    let caller = app.collector().await;
    let device = Device::of(&caller, "phone");
    let notes = "日".repeat(9_000);
    let ops: Vec<Value> = (0..600)
        .map(|n| device.put(&fresh_uid(), 0, json!({"artist": "A", "album": n.to_string(), "notes": notes}), TIME))
        .collect();
    for batch in ops.chunks(300) {
        device.send(batch).await.expect(200);
    }
    let again = device.send(&ops[..300]).await.expect(200).json();
    assert!(again["results"].as_array().is_some_and(|results| results.iter().all(|r| r["status"] == "applied")));
    let tiny = |op: &Value| {
        json!({"op_id": op["op_id"], "kind": "put", "record_id": op["record_id"], "base": 0,
        "patch": {"rating": 1}, "edited_at": TIME})
    };
    let other = device.send(&ops.iter().map(tiny).collect::<Vec<_>>()).await.expect(200).json();
    assert!(other["results"].as_array().is_some_and(|results| results.iter().all(|r| r["status"] == "rejected")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_grows_in_memory_is_refused() {
    let app = App::start().await;
    let caller = app.collector().await;
    // Each row of 100 bytes would become a document of almost 10,000, because it has the names of the columns.
    let names: Vec<String> = (0..48).map(|n| format!("Collection {n:03}{}", "x".repeat(180))).collect();
    let mut file = format!("Artist,Title,{}\n", names.join(","));
    for n in 0..19_000 {
        let _ = writeln!(file, "A,{n}{}", ",1".repeat(48));
    }
    assert_eq!(send(&caller, "/api/collection/import", "text/csv", file).await.faults(), ["body"]);
    let wide = format!("{}\n1\n", "a,".repeat(40_000));
    assert_eq!(send(&caller, "/api/collection/import", "text/csv", wide).await.faults(), ["body"]);
    let file = format!("Artist,Title\n{}", "\"\",x\n".repeat(19_000));
    let report = send(&caller, "/api/collection/import", "text/csv", file).await.expect(200);
    assert!(report.body.len() < 1 << 20, "{} bytes", report.body.len());
    assert_eq!(report.json()["skipped"], 19_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_compares_large_records_part_by_part() {
    let app = App::start().await;
    let caller = app.collector().await;
    let album = |n: usize, notes: &str| {
        json!({"uid": format!("0190163d-8694-739b-aea5-{n:012x}"), "artist": "A",
        "album": n.to_string(), "notes": notes})
    };
    let notes = "日".repeat(9_000);
    for batch in 0..2 {
        let albums: Vec<Value> = (0..300).map(|n| album(batch * 300 + n, &notes)).collect();
        let file = json!({ "albums": albums }).to_string();
        let report = send(&caller, "/api/collection/import", "application/json", file).await.expect(200).json();
        assert_eq!(report["added"], 300);
    }
    let file = json!({"albums": (0..600).map(|n| album(n, "short")).collect::<Vec<_>>()}).to_string();
    let report = send(&caller, "/api/collection/import", "application/json", file).await.expect(200).json();
    assert_eq!(report["updated"], 600);
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_about_many_equal_or_long_names_have_bounded_answers() {
    let app = App::start().await;
    let caller = app.collector().await;
    let albums: Vec<Value> = (0..2_000)
        .map(|n| json!({"artist": "A", "album": "B", "barcode": "123", "genre": format!("{n:04}{}", "🎧".repeat(140))}))
        .collect();
    caller.post("/api/collection/sync", json!({ "albums": albums })).await.expect(200);
    let owned = caller.get("/api/collection/owned?barcode=123").await.expect(200).json();
    assert_eq!(owned["exact"].as_array().map(Vec::len), Some(50));
    let stats = caller.get("/api/collection/stats").await.expect(200).json();
    assert_eq!(stats["by_genre"].as_array().map(Vec::len), Some(500));
    let words = "a%20".repeat(66);
    let found = caller.get(&format!("/api/collection?q={words}")).await.expect(200).json();
    assert_eq!(found["total"], 2_000);
}

/// All of them reach one instance, whose memory has room for twelve.
#[tokio::test(flavor = "multi_thread")]
async fn sixteen_bodies_of_20_mib_at_once_are_answered_one_after_the_other() {
    let app = App::start().await;
    let (caller, bystander) = (app.collector().await, app.collector().await);
    let body = format!("{{\"device_id\":\"phone\",\"ops\":[]}}{}", " ".repeat(19 << 20));
    let bodies: Vec<_> = (0..16)
        .map(|_| {
            let (caller, body) = (caller.clone(), body.clone());
            tokio::spawn(async move { send(&caller, "/api/collection/sync", "application/json", body).await.status })
        })
        .collect();
    for _ in 0..10 {
        bystander.get("/api/collection").await.expect(200);
    }
    for answer in bodies {
        assert_eq!(answer.await.expect("a status"), 200);
    }
}
