//! One operation of a device: parsed and checked without the store.

use std::borrow::Cow;

use serde_json::value::RawValue;
use uuid::Uuid;

use crate::error::FieldError;
use crate::record::{Draft, JsonObject, Purpose, RecordType, is_time};
use crate::store::LedgerEntry;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Put,
    Delete,
}

#[derive(Debug)]
pub struct DeviceOperation {
    /// The position in the request.
    index: usize,
    pub op_id: String,
    pub record_type: RecordType,
    pub action: Action,
    pub uid: Uuid,
    pub base: i64,
    /// The checked patch; `{}` for a deletion.
    pub fields: String,
    /// A field that a new record must have and that the patch does not name.
    pub missing: Option<&'static str>,
    pub edited_at: String,
}

/// The id of an operation, if it is valid, and the faults of the operation.
pub type Rejection = (Option<String>, Vec<FieldError>);

const MEMBERS: [&str; 7] = ["op_id", "type", "kind", "record_id", "base", "patch", "edited_at"];

impl DeviceOperation {
    pub fn parse(raw: &RawValue, index: usize) -> Result<Self, Rejection> {
        let object = JsonObject::parse(raw, &format!("ops[{index}]")).map_err(|fault| (None, vec![fault]))?;
        let mut members = MemberParser { object: &object, index, faults: Vec::new() };
        let op_id = members.required("op_id", parse_client_id).unwrap_or_default();
        let record_type = members.optional("type", parse_type).unwrap_or(RecordType::Album);
        let action = members.required("kind", parse_action).unwrap_or(Action::Put);
        let uid = members.required("record_id", parse_uid).unwrap_or_default();
        let base = members.optional("base", parse_base).unwrap_or(0);
        let edited_at = members.required("edited_at", parse_time).unwrap_or_default();
        let patch = members.optional("patch", Ok);
        members.refuse_unknown();

        let path = format!("ops[{index}].patch");
        let fields = "{}".to_owned();
        let mut op = Self { index, op_id, record_type, action, uid, base, fields, missing: None, edited_at };
        match (action, patch.map(|patch| JsonObject::parse_document(patch, &path))) {
            (_, Some(Err(fault))) => members.faults.push(fault),
            (Action::Put, None) => members.faults.push(FieldError::new(path, "is required")),
            (Action::Put, Some(Ok(patch))) => {
                op.missing = record_type.required_fields().find(|name| patch.member(name).is_none());
                let path = format!("{path}.");
                op.fields = Draft::check(&patch, record_type, Purpose::Patch, &path, &mut members.faults).fields;
            }
            (Action::Delete, _) => {}
        }
        let op_id = (!op.op_id.is_empty()).then(|| op.op_id.clone());
        if members.faults.is_empty() { Ok(op) } else { Err((op_id, members.faults)) }
    }

    /// The path of a member in the request.
    pub fn path(&self, member: &str) -> String {
        format!("ops[{}].{member}", self.index)
    }

    /// Refuses an operation that differs from the one that the ledger has under the same id.
    pub fn check_repeats(&self, entry: &LedgerEntry, has_same_patch: bool) -> Result<(), FieldError> {
        let is_deletion = self.action == Action::Delete;
        let is_same =
            entry.uid == self.uid.to_string() && entry.is_deletion == is_deletion && (is_deletion || has_same_patch);
        if is_same { Ok(()) } else { Err(FieldError::new(self.path("op_id"), "was used for another operation")) }
    }
}

/// Parses the members of an operation and collects their faults.
struct MemberParser<'a> {
    object: &'a JsonObject<'a>,
    index: usize,
    faults: Vec<FieldError>,
}

impl<'a> MemberParser<'a> {
    fn optional<T>(&mut self, name: &str, parse: impl Fn(&'a RawValue) -> Result<T, &'static str>) -> Option<T> {
        let raw = self.object.member(name).filter(|raw| raw.get() != "null")?;
        parse(raw).map_err(|message| self.fault(name, message)).ok()
    }

    fn required<T>(&mut self, name: &str, parse: impl Fn(&'a RawValue) -> Result<T, &'static str>) -> Option<T> {
        if self.object.member(name).is_none_or(|raw| raw.get() == "null") {
            self.fault(name, "is required");
            return None;
        }
        self.optional(name, parse)
    }

    fn fault(&mut self, name: &str, message: &str) {
        self.faults.push(FieldError::new(self.path(name), message));
    }

    fn path(&self, name: &str) -> String {
        format!("ops[{}].{name}", self.index)
    }

    fn refuse_unknown(&mut self) {
        for (index, (name, _)) in self.object.0.iter().enumerate() {
            if !MEMBERS.contains(&name.as_ref()) {
                self.faults.push(FieldError::unknown(&self.path(""), name));
            } else if self.object.is_repeated(index) {
                self.faults.push(FieldError::given_twice(self.path(name)));
            }
        }
    }
}

/// An id that a client made, of characters that need no escapes in JSON and logs.
pub fn parse_client_id(raw: &RawValue) -> Result<String, &'static str> {
    let text: Cow<str> = serde_json::from_str(raw.get()).unwrap_or_default();
    let is_valid =
        (1..=100).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b));
    if is_valid { Ok(text.into_owned()) } else { Err("must have 1 to 100 characters of A-Z a-z 0-9 - _ . :") }
}

fn parse_uid(raw: &RawValue) -> Result<Uuid, &'static str> {
    let text: Cow<str> = serde_json::from_str(raw.get()).unwrap_or_default();
    Uuid::try_parse(&text).map_err(|_| "must be a UUID")
}

fn parse_type(raw: &RawValue) -> Result<RecordType, &'static str> {
    match raw.get() {
        "\"album\"" => Ok(RecordType::Album),
        "\"crate\"" => Ok(RecordType::Crate),
        _ => Err("must be one of: album; crate"),
    }
}

fn parse_action(raw: &RawValue) -> Result<Action, &'static str> {
    match raw.get() {
        "\"put\"" => Ok(Action::Put),
        "\"delete\"" => Ok(Action::Delete),
        _ => Err("must be one of: put; delete"),
    }
}

fn parse_base(raw: &RawValue) -> Result<i64, &'static str> {
    raw.get().parse().ok().filter(|base| *base >= 0).ok_or("must be the version that the device has, or 0")
}

fn parse_time(raw: &RawValue) -> Result<String, &'static str> {
    let text: Cow<str> = serde_json::from_str(raw.get()).unwrap_or_default();
    if is_time(&text) { Ok(text.into_owned()) } else { Err("must be an RFC 3339 time") }
}
