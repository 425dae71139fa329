//! A simple implementation of the merge, with which the server is compared.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};

use crate::operation::Operation;

/// A value that lost a merge: (number of the operation, field, value, device of the value, time of the value).
pub type LostValue = (i64, String, Option<String>, String, String);

/// The last write of a field: (number of the operation, time, device).
type Clock = (i64, String, String);

struct Record {
    document: Map<String, Value>,
    created: Clock,
    clocks: HashMap<String, Clock>,
    /// The creation and all edits: (number of the operation, device).
    edits: Vec<(i64, String)>,
}

#[derive(Default)]
pub struct Reference {
    records: BTreeMap<String, Record>,
    pub outcomes: HashMap<String, &'static str>,
    pub lost: Vec<LostValue>,
}

impl Reference {
    /// Applies an operation. `seq` is its number in the order of arrival; `at` is its time, at most that of the server.
    pub fn apply(&mut self, op: &Operation, seq: i64, at: &str) {
        let patch = op.patch.as_ref().map(with_genres);
        let outcome = match (&patch, self.records.get_mut(&op.uid)) {
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
            (None, None) => panic!("{op:?} deletes a record that does not exist"),
        };
        self.outcomes.insert(op.op_id.clone(), outcome);
    }

    pub fn documents(&self) -> BTreeMap<String, Value> {
        self.records.iter().map(|(uid, record)| (uid.clone(), Value::Object(record.document.clone()))).collect()
    }
}

/// The patch with the list of a text of genres, or the text of a list: they are written together.
fn with_genres(patch: &Map<String, Value>) -> Map<String, Value> {
    let mut patch = patch.clone();
    if let Some(text) = patch.get("genre") {
        let list = text.as_str().map(|text| text.split(", ").collect::<Vec<_>>());
        patch.insert("genres".to_owned(), json!(list));
    } else if let Some(Value::Array(list)) = patch.get("genres") {
        let text = list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ");
        patch.insert("genre".to_owned(), json!(text));
    }
    patch
}

fn create(op: &Operation, patch: &Map<String, Value>, seq: i64, at: &str) -> Record {
    let mut document = patch.clone();
    document.retain(|_, value| !value.is_null());
    for (name, value) in [("id", json!(seq)), ("uid", json!(op.uid)), ("version", json!(seq))] {
        document.insert(name.to_owned(), value);
    }
    if op.record_type == "crate" {
        document.insert("type".to_owned(), json!("crate"));
    }
    for name in ["created_at", "updated_at"] {
        document.insert(name.to_owned(), json!(at));
    }
    let created = (seq, at.to_owned(), op.device.clone());
    Record { document, created, clocks: HashMap::new(), edits: vec![(seq, op.device.clone())] }
}

fn put(
    record: &mut Record,
    op: &Operation,
    patch: &Map<String, Value>,
    (seq, at): (i64, &str),
    lost: &mut Vec<LostValue>,
) {
    for (field, value) in patch {
        let value = Some(value).filter(|value| !value.is_null());
        let now = record.document.get(field);
        let (last, last_at, last_device) = record.clocks.get(field).unwrap_or(&record.created).clone();
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

fn delete(record: &mut Record, op: &Operation, seq: i64, at: &str) -> &'static str {
    if record.edits.iter().any(|(edit, device)| *edit > op.base && *device != op.device) {
        return "kept";
    }
    if !record.document.contains_key("deleted_at") {
        record.document.insert("deleted_at".to_owned(), json!(at));
        record.document.insert("version".to_owned(), json!(seq));
    }
    "applied"
}
