//! The merge in plain words: what the server must come to, operation by operation.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};

use crate::operation::Op;

/// A value that lost: (in which operation, field, value, whose, of when).
pub type Lost = (i64, String, Option<String>, String, String);

/// Who wrote a field last: (in which operation, when, on which device).
type Clock = (i64, String, String);

struct Record {
    document: Map<String, Value>,
    made: Clock,
    clocks: HashMap<String, Clock>,
    /// Edits, the making among them: (operation, device).
    edits: Vec<(i64, String)>,
}

#[derive(Default)]
pub struct Reference {
    records: BTreeMap<String, Record>,
    pub outcomes: HashMap<String, &'static str>,
    pub lost: Vec<Lost>,
}

impl Reference {
    /// Takes an operation that is number `seq` in the order of arrival; `at` is its time, never ahead of the server's.
    pub fn apply(&mut self, op: &Op, seq: i64, at: &str) {
        let outcome = match (&op.patch, self.records.get_mut(&op.uid)) {
            (Some(patch), None) => {
                self.records.insert(op.uid.clone(), create(op, patch, seq, at));
                "applied"
            }
            (Some(patch), Some(record)) => {
                let lost_before = self.lost.len();
                put(record, op, patch, (seq, at), &mut self.lost);
                if self.lost.len() > lost_before { "merged" } else { "applied" }
            }
            (None, Some(record)) => delete(record, op, seq, at),
            (None, None) => panic!("{op:?} deletes what nobody made"),
        };
        self.outcomes.insert(op.op_id.clone(), outcome);
    }

    pub fn documents(&self) -> BTreeMap<String, Value> {
        self.records.iter().map(|(uid, record)| (uid.clone(), Value::Object(record.document.clone()))).collect()
    }
}

fn create(op: &Op, patch: &Map<String, Value>, seq: i64, at: &str) -> Record {
    let mut document = patch.clone();
    document.retain(|_, value| !value.is_null());
    for (name, value) in [("id", json!(seq)), ("uid", json!(op.uid)), ("version", json!(seq))] {
        document.insert(name.to_owned(), value);
    }
    if op.of == "crate" {
        document.insert("type".to_owned(), json!("crate"));
    }
    for name in ["created_at", "updated_at"] {
        document.insert(name.to_owned(), json!(at));
    }
    let made = (seq, at.to_owned(), op.device.clone());
    Record { document, made, clocks: HashMap::new(), edits: vec![(seq, op.device.clone())] }
}

fn put(record: &mut Record, op: &Op, patch: &Map<String, Value>, (seq, at): (i64, &str), lost: &mut Vec<Lost>) {
    for (field, value) in patch {
        let value = Some(value).filter(|value| !value.is_null());
        let now = record.document.get(field);
        let (last, last_at, last_device) = record.clocks.get(field).unwrap_or(&record.made).clone();
        let unseen = last > op.base && last_device != op.device;
        let newer = (at, op.device.as_str()) > (last_at.as_str(), last_device.as_str());
        if unseen && now != value {
            let (loser, device, time) =
                if newer { (now, last_device, last_at) } else { (value, op.device.clone(), at.to_owned()) };
            lost.push((seq, field.clone(), loser.map(Value::to_string), device, time));
        }
        if unseen && !newer {
            continue;
        }
        match value {
            Some(value) => record.document.insert(field.clone(), value.clone()),
            None => record.document.remove(field),
        };
        record.clocks.insert(field.clone(), (seq, at.to_owned(), op.device.clone()));
    }
    record.edits.push((seq, op.device.clone()));
    record.document.remove("deleted_at");
    record.document.insert("version".to_owned(), json!(seq));
    if record.document["updated_at"].as_str() < Some(at) {
        record.document.insert("updated_at".to_owned(), json!(at));
    }
}

fn delete(record: &mut Record, op: &Op, seq: i64, at: &str) -> &'static str {
    if record.edits.iter().any(|(edit, device)| *edit > op.base && *device != op.device) {
        return "kept";
    }
    if !record.document.contains_key("deleted_at") {
        record.document.insert("deleted_at".to_owned(), json!(at));
        record.document.insert("version".to_owned(), json!(seq));
    }
    "applied"
}
