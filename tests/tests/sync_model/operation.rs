//! An operation, as a device makes it.

use serde_json::{Map, Value, json};

/// Times from here on are ahead of the server's clock.
pub const AHEAD: &str = "2090";

#[derive(Debug, Clone)]
pub struct Op {
    pub op_id: String,
    pub device: String,
    /// `album` or `crate`.
    pub of: &'static str,
    pub uid: String,
    pub base: i64,
    /// None: a deletion.
    pub patch: Option<Map<String, Value>>,
    pub edited_at: String,
}

impl Op {
    pub fn to_json(&self) -> Value {
        let mut op = json!({
            "op_id": self.op_id, "type": self.of, "kind": if self.patch.is_some() { "put" } else { "delete" }, "record_id": self.uid,
            "base": self.base, "edited_at": self.edited_at
        });
        if let Some(patch) = &self.patch {
            op["patch"] = Value::Object(patch.clone());
        }
        op
    }
}
