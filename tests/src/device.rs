//! A device that makes operations offline and synchronises them. It keeps a cursor, as every client must.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use crate::{Answer, Caller};

/// A UUID that no other call of this process returns.
pub fn fresh_uid() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("0190163d-8694-739b-aea5-{:012x}", NEXT.fetch_add(1, Ordering::Relaxed))
}

pub struct Device {
    pub caller: Caller,
    pub id: String,
    pub cursor: Option<i64>,
}

impl Device {
    pub fn of(caller: &Caller, id: &str) -> Self {
        Self { caller: caller.clone(), id: id.to_owned(), cursor: None }
    }

    /// An operation that creates or edits a record. `base` is the version that the device has seen; 0 for a new record.
    pub fn put(&self, record: &str, base: i64, patch: Value, edited_at: &str) -> Value {
        json!({"op_id": fresh_uid(), "kind": "put", "record_id": record, "base": base, "patch": patch,
            "edited_at": edited_at})
    }

    /// An operation that deletes a record.
    pub fn delete(&self, record: &str, base: i64, edited_at: &str) -> Value {
        json!({"op_id": fresh_uid(), "kind": "delete", "record_id": record, "base": base, "edited_at": edited_at})
    }

    pub async fn send(&self, ops: &[Value]) -> Answer {
        let body = json!({"device_id": self.id, "cursor": self.cursor, "ops": ops});
        self.caller.post("/api/collection/sync", body).await
    }

    /// Sends the operations and fetches all pages of changes. Returns the results and the changes.
    pub async fn sync(&mut self, ops: &[Value]) -> (Vec<Value>, Vec<Value>) {
        let answer = self.send(ops).await.expect(200).json();
        let list = |answer: &Value, name: &str| answer[name].as_array().expect("a list").clone();
        let results = list(&answer, "results");
        let (mut changes, mut last) = (list(&answer, "changes"), answer);
        self.cursor = last["cursor"].as_i64();
        while last["has_more"] == true {
            last = self.send(&[]).await.expect(200).json();
            changes.extend(list(&last, "changes"));
            self.cursor = last["cursor"].as_i64();
        }
        (results, changes)
    }
}
