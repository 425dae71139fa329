//! An operation of a device.

use serde_json::{Map, Value, json};

/// Times from this year on are later than the clock of the server.
pub const AHEAD: &str = "2090";

#[derive(Debug, Clone)]
pub struct Operation {
    pub op_id: String,
    pub device: String,
    /// `album` or `crate`.
    pub record_type: &'static str,
    pub uid: String,
    pub base: i64,
    /// `None` for a deletion.
    pub patch: Option<Map<String, Value>>,
    pub edited_at: String,
}

impl Operation {
    pub fn to_json(&self) -> Value {
        let mut op = json!({
            "op_id": self.op_id, "type": self.record_type, "kind": if self.patch.is_some() { "put" } else { "delete" },
            "record_id": self.uid, "base": self.base, "edited_at": self.edited_at
        });
        if let Some(patch) = &self.patch {
            op["patch"] = Value::Object(patch.clone());
        }
        op
    }
}
