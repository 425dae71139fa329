//! Invalid operations are rejected one by one; an invalid envelope is refused as a whole.

use serde_json::{Value, json};
use tests::{App, Device, fresh_uid, records};

use super::SYNC;

const TIME: &str = "2026-01-01T10:00:00Z";

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_operation_is_rejected_and_the_others_are_applied() {
    let app = App::start().await;
    let collector = app.collector().await;
    let outsider = app.collector().await;
    let foreign = outsider.add(records::album("Foreign", "x")).await;
    let phone = Device::of(&collector, "phone");
    let good = |n: i64| phone.put(&fresh_uid(), 0, records::album("Good", &n.to_string()), TIME);
    let with = |name: &str, value: Value| {
        let mut op = phone.put(&fresh_uid(), 0, records::album("Bad", "x"), TIME);
        op[name] = value;
        op
    };
    let foreign_uid = foreign["uid"].as_str().expect("a uid");
    for (op, field) in [
        (with("kind", json!("upsert")), "ops[1].kind"),
        (with("type", json!("shelf")), "ops[1].type"),
        (with("record_id", json!("7")), "ops[1].record_id"),
        (with("base", json!(1_000_000)), "ops[1].base"),
        (with("base", json!(-1)), "ops[1].base"),
        (with("edited_at", json!("noon")), "ops[1].edited_at"),
        (with("patch", json!([])), "ops[1].patch"),
        (with("patch", Value::Null), "ops[1].patch"),
        (with("patch", json!({"artist": "a", "album": "b", "$.id": 7})), "ops[1].patch.$.id"),
        (with("patch", json!({"artist": "a", "album": "b", "year": "x"})), "ops[1].patch.year"),
        (with("patch", json!({"rating": 1})), "ops[1].patch.artist"),
        (with("op_id", json!("x\" y")), "ops[1].op_id"),
        (with("colour", json!(1)), "ops[1].colour"),
        (json!(7), "ops[1]"),
        (phone.delete(&fresh_uid(), 0, TIME), "ops[1].record_id"),
        (phone.delete(foreign_uid, 0, TIME), "ops[1].record_id"),
        (phone.put(foreign_uid, 0, json!({"rating": 1}), TIME), "ops[1].patch.artist"),
    ] {
        let answer = phone.send(&[good(1), op.clone(), good(2)]).await.expect(200).json();
        let results = answer["results"].as_array().expect("results");
        let applied = results.iter().filter(|result| result["status"] == "applied").count();
        let rejected: Vec<_> = results.iter().filter(|result| result["status"] == "rejected").collect();
        assert_eq!((applied, rejected.len()), (2, 1), "{op}: {answer}");
        assert_eq!(rejected[0]["errors"][0]["field"], field, "{op}: {answer}");
    }
    assert_eq!(outsider.list("").await, [foreign]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_op_id_cannot_be_reused_for_another_operation() {
    let app = App::start().await;
    let collector = app.collector().await;
    let phone = Device::of(&collector, "phone");
    let op = phone.put(&fresh_uid(), 0, records::album("First", "x"), TIME);
    let mut other = phone.put(&fresh_uid(), 0, records::album("Second", "x"), TIME);
    other["op_id"] = op["op_id"].clone();

    let answer = phone.send(&[op.clone(), other.clone()]).await.expect(200).json();
    assert_eq!(answer["results"][1]["status"], "rejected");
    let answer = phone.send(&[other]).await.expect(200).json();
    assert_eq!(answer["results"][0]["status"], "rejected");
    assert_eq!(answer["results"][0]["errors"][0]["field"], "ops[0].op_id");
    assert_eq!(collector.list("").await.len(), 1);
    // Another collector may use the same op_id.
    let other = app.collector().await;
    let answer = Device::of(&other, "phone").send(&[op]).await.expect(200).json();
    assert_eq!(answer["results"][0]["status"], "applied");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_with_an_invalid_envelope_writes_nothing() {
    let app = App::start().await;
    let collector = app.collector().await;
    let phone = Device::of(&collector, "phone");
    let op = phone.put(&fresh_uid(), 0, records::album("New", "x"), TIME);
    for (body, field) in [
        (json!({"cursor": null, "ops": [op]}), "device_id"),
        (json!({"device_id": "", "ops": [op]}), "device_id"),
        (json!({"device_id": "a b", "ops": [op]}), "device_id"),
        (json!({"device_id": "phone", "cursor": "x", "ops": [op]}), "cursor"),
        (json!({"device_id": "phone", "cursor": -1, "ops": [op]}), "cursor"),
        (json!({"device_id": "phone", "cursor": 99, "ops": [op]}), "cursor"),
        (json!({"device_id": "phone", "ops": {}}), "ops"),
        (json!({"device_id": "phone", "ops": [op], "albums": []}), "albums"),
        (json!({"device_id": "phone", "ops": vec![json!(1); 10_001]}), "ops"),
    ] {
        assert_eq!(collector.post(SYNC, body).await.faults(), [field]);
    }
    assert_eq!(collector.get("/api/collection/changes?cursor=99").await.faults(), ["cursor"]);
    assert_eq!(collector.get("/api/collection/changes?limit=0").await.faults(), ["limit"]);
    assert_eq!(collector.list("").await.len(), 0);
}
