//! A device: its outbox, its cursor, and its copies of the server's records.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};
use tests::fresh_uid;

use crate::{
    operation::Operation,
    run::{Action, ClockSkew, Step},
};

pub type Rows = BTreeMap<String, Value>;

pub struct Client {
    pub id: String,
    skew: ClockSkew,
    cursor: Option<i64>,
    outbox: Vec<Operation>,
    /// The documents of the server by uid. Uids ascend in the order of creation.
    pub rows: Rows,
    /// For the checks: every operation ever made, and the outcome and version that the server returned for it.
    pub operations: Vec<Operation>,
    pub results: HashMap<String, (String, i64)>,
}

impl Client {
    pub fn new(skew: ClockSkew, cursor: Option<i64>) -> Self {
        let (outbox, operations) = (Vec::new(), Vec::new());
        Self { id: fresh_uid(), skew, cursor, outbox, rows: Rows::new(), operations, results: HashMap::new() }
    }

    pub fn is_idle(&self) -> bool {
        self.outbox.is_empty()
    }

    /// Makes an operation. Does nothing for the actions of the link.
    pub fn act(&mut self, step: &Step) {
        let mut uids: Vec<_> = self.rows.keys().rev().take(6).cloned().collect();
        for op in &self.outbox {
            if !uids.contains(&op.uid) {
                uids.push(op.uid.clone());
            }
        }
        let existing = uids.get(step.which % uids.len().max(1)).cloned();
        match (&step.action, existing) {
            (Action::Edit(fields), Some(uid)) => {
                let record_type = self.type_of(&uid);
                let edit = if record_type == "crate" { edit_crate } else { edit_album };
                let patch = fields.iter().map(|(field, value)| edit(*field, *value)).collect();
                self.make(record_type, uid, Some(patch), step.second);
            }
            (Action::Delete, Some(uid)) => self.make(self.type_of(&uid), uid, None, step.second),
            (Action::Create | Action::Edit(_), _) => {
                let (record_type, patch) = match step.which {
                    0 => ("crate", json!({"name": "Krautrock"})),
                    1 => ("album", json!({"artist": "Can", "album": "Wanted", "wanted": true})),
                    which => ("album", json!({"artist": "Can", "album": format!("Album {which}")})),
                };
                self.make(record_type, fresh_uid(), patch.as_object().cloned(), step.second);
            }
            _ => {}
        }
    }

    fn type_of(&self, uid: &str) -> &'static str {
        let is_crate = self.rows.get(uid).is_some_and(|row| row["type"] == "crate")
            || self.outbox.iter().any(|op| op.uid == uid && op.record_type == "crate");
        if is_crate { "crate" } else { "album" }
    }

    fn make(&mut self, record_type: &'static str, uid: String, patch: Option<Map<String, Value>>, second: u8) {
        let date = match self.skew {
            ClockSkew::DayBehind => "2026-01-01",
            ClockSkew::Right => "2026-01-02",
            ClockSkew::DayAhead => "2026-01-03",
            ClockSkew::Future => "2099-01-01",
        };
        let op = Operation {
            op_id: fresh_uid(),
            device: self.id.clone(),
            record_type,
            base: self.rows.get(&uid).map_or(0, |row| row["version"].as_i64().expect("a version")),
            uid,
            patch,
            edited_at: format!("{date}T10:00:{second:02}.000Z"),
        };
        self.operations.push(op.clone());
        self.outbox.push(op);
    }

    /// The body of a request with the first `take` operations of the outbox.
    pub fn request(&self, take: usize) -> Value {
        let ops: Vec<_> = self.outbox.iter().take(take).map(Operation::to_json).collect();
        json!({"device_id": self.id, "cursor": self.cursor, "ops": ops})
    }

    /// Processes an answer, which may be late. Returns whether it contained anything new.
    pub fn receive(&mut self, answer: &Value) -> bool {
        let mut is_new = false;
        for result in answer["results"].as_array().expect("results") {
            let op_id = result["op_id"].as_str().expect("an op_id");
            let status = result["status"].as_str().expect("a status");
            assert_ne!(status, "rejected", "{result}");
            let outcome = (status.to_owned(), result["version"].as_i64().expect("a version"));
            let first = self.results.entry(op_id.to_owned()).or_insert_with(|| outcome.clone());
            assert_eq!(*first, outcome, "a repeated operation has another result");
            self.outbox.retain(|op| op.op_id != op_id);
        }
        for row in answer["changes"].as_array().expect("changes") {
            let uid = row["uid"].as_str().expect("a uid");
            if self.rows.get(uid).is_none_or(|own| own["version"].as_i64() < row["version"].as_i64()) {
                self.rows.insert(uid.to_owned(), row.clone());
                is_new = true;
            }
        }
        self.cursor = self.cursor.max(answer["cursor"].as_i64());
        is_new || answer["has_more"] == true
    }
}

/// There are few fields and few values, so that edits conflict often.
fn edit_album(field: usize, value: Option<u8>) -> (String, Value) {
    let text = |text: &str| value.map(|n| format!("{text} {n}"));
    match field {
        0 => ("rating".to_owned(), json!(value)),
        1 => ("notes".to_owned(), json!(text("note"))),
        // Some clients know only the text, some write the list.
        2 if value.is_some_and(|n| n % 2 == 1) => ("genres".to_owned(), json!([text("genre"), "Jazz"])),
        2 => ("genre".to_owned(), json!(text("Jazz, genre"))),
        // The server stores `false` by removing the field.
        3 => ("wanted".to_owned(), value.filter(|n| n % 2 == 0).map_or(Value::Null, |_| json!(true))),
        _ => ("album".to_owned(), json!(text("album").unwrap_or_else(|| "untitled".to_owned()))),
    }
}

fn edit_crate(field: usize, value: Option<u8>) -> (String, Value) {
    match field {
        0 | 1 => ("position".to_owned(), json!(value)),
        _ => ("name".to_owned(), json!(format!("crate {}", value.unwrap_or_default()))),
    }
}
