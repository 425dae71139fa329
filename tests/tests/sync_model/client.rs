//! What a client must keep: an outbox, a cursor, and the server's rows. Nothing else survives in it.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};
use tests::fresh_uid;

use crate::{
    operation::Op,
    run::{Act, Skew, Step},
};

pub type Rows = BTreeMap<String, Value>;

pub struct Client {
    pub id: String,
    skew: Skew,
    cursor: Option<i64>,
    outbox: Vec<Op>,
    /// The server's documents by uid, in the order of their making.
    pub rows: Rows,
    /// For the proof: every operation ever made, and what was answered to it.
    pub made: Vec<Op>,
    pub answered: HashMap<String, (String, i64)>,
}

impl Client {
    pub fn new(skew: Skew, cursor: Option<i64>) -> Self {
        let (outbox, made) = (Vec::new(), Vec::new());
        Self { id: fresh_uid(), skew, cursor, outbox, rows: Rows::new(), made, answered: HashMap::new() }
    }

    pub fn is_idle(&self) -> bool {
        self.outbox.is_empty()
    }

    /// An edit of the collector's; a request is none.
    pub fn act(&mut self, step: &Step) {
        let mut uids: Vec<_> = self.rows.keys().rev().take(6).cloned().collect();
        for op in &self.outbox {
            if !uids.contains(&op.uid) {
                uids.push(op.uid.clone());
            }
        }
        let known = uids.get(step.which % uids.len().max(1)).cloned();
        match (&step.act, known) {
            (Act::Edit(fields), Some(uid)) => {
                let of = self.type_of(&uid);
                let edit = if of == "crate" { edit_crate } else { edit_album };
                let patch = fields.iter().map(|(field, value)| edit(*field, *value)).collect();
                self.make(of, uid, Some(patch), step.second);
            }
            (Act::Delete, Some(uid)) => self.make(self.type_of(&uid), uid, None, step.second),
            (Act::Create | Act::Edit(_), _) => {
                let (of, patch) = match step.which {
                    0 => ("crate", json!({"name": "Krautrock"})),
                    1 => ("album", json!({"artist": "Can", "album": "Wanted", "wanted": true})),
                    which => ("album", json!({"artist": "Can", "album": format!("Album {which}")})),
                };
                self.make(of, fresh_uid(), patch.as_object().cloned(), step.second);
            }
            _ => {}
        }
    }

    fn type_of(&self, uid: &str) -> &'static str {
        let is_crate = self.rows.get(uid).is_some_and(|row| row["type"] == "crate")
            || self.outbox.iter().any(|op| op.uid == uid && op.of == "crate");
        if is_crate { "crate" } else { "album" }
    }

    fn make(&mut self, of: &'static str, uid: String, patch: Option<Map<String, Value>>, second: u8) {
        let day = match self.skew {
            Skew::DayBehind => "2026-01-01",
            Skew::Right => "2026-01-02",
            Skew::DayAhead => "2026-01-03",
            Skew::Future => "2099-01-01",
        };
        let op = Op {
            op_id: fresh_uid(),
            device: self.id.clone(),
            of,
            base: self.rows.get(&uid).map_or(0, |row| row["version"].as_i64().expect("a version")),
            uid,
            patch,
            edited_at: format!("{day}T10:00:{second:02}.000Z"),
        };
        self.made.push(op.clone());
        self.outbox.push(op);
    }

    /// The body of a request with the first so many operations.
    pub fn request(&self, take: usize) -> Value {
        let ops: Vec<_> = self.outbox.iter().take(take).map(Op::to_json).collect();
        json!({"device_id": self.id, "cursor": self.cursor, "ops": ops})
    }

    /// Takes an answer, however late. Says whether there was anything new in it.
    pub fn receive(&mut self, answer: &Value) -> bool {
        let mut news = false;
        for result in answer["results"].as_array().expect("results") {
            let op_id = result["op_id"].as_str().expect("an op_id");
            let status = result["status"].as_str().expect("a status");
            assert_ne!(status, "rejected", "{result}");
            let outcome = (status.to_owned(), result["version"].as_i64().expect("a version"));
            let before = self.answered.entry(op_id.to_owned()).or_insert_with(|| outcome.clone());
            assert_eq!(*before, outcome, "the same operation is answered the same");
            self.outbox.retain(|op| op.op_id != op_id);
        }
        for row in answer["changes"].as_array().expect("changes") {
            let uid = row["uid"].as_str().expect("a uid");
            if self.rows.get(uid).is_none_or(|mine| mine["version"].as_i64() < row["version"].as_i64()) {
                self.rows.insert(uid.to_owned(), row.clone());
                news = true;
            }
        }
        self.cursor = self.cursor.max(answer["cursor"].as_i64());
        news || answer["has_more"] == true
    }
}

/// Few fields and few values, so that edits meet.
fn edit_album(field: usize, value: Option<u8>) -> (String, Value) {
    let text = |text: &str| value.map(|n| format!("{text} {n}"));
    match field {
        0 => ("rating".to_owned(), json!(value)),
        1 => ("notes".to_owned(), json!(text("note"))),
        2 => ("genre".to_owned(), json!(text("genre"))),
        // `false` is stored as absent.
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
