//! One operation of a device.

use crate::batch::Type;
use crate::error::Fault;
use crate::field::is_date;
use crate::record::{Draft, Object, Purpose};
use crate::store::Stored;
use serde_json::value::RawValue;
use std::borrow::Cow;
use uuid::Uuid;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Put,
    Delete,
}

#[derive(Debug)]
pub struct Op {
    pub op_id: String,
    pub of: Type,
    pub action: Action,
    pub uid: Uuid,
    pub base: i64,
    /// The patch, checked; `{}` for a deletion.
    pub fields: String,
    /// A field that a new record must have and this patch has not.
    pub missing: Option<&'static str>,
    pub edited_at: String,
}

/// Why an operation is refused, and its id, if it has one.
pub type Refusal = (Option<String>, Vec<Fault>);

impl Op {
    pub fn read(raw: &RawValue, index: usize) -> Result<Self, Refusal> {
        let object = Object::of(raw, &format!("ops[{index}]")).map_err(|fault| (None, vec![fault]))?;
        let mut reader = Reader { object: &object, index, faults: Vec::new() };
        let op_id = reader.required("op_id", id).unwrap_or_default();
        let of = reader.optional("type", of).unwrap_or(Type::Album);
        let action = reader.required("kind", action).unwrap_or(Action::Put);
        let uid = reader.required("record_id", uid).unwrap_or_default();
        let base = reader.optional("base", base).unwrap_or(0);
        let edited_at = reader.required("edited_at", time).unwrap_or_default();
        let patch = reader.optional("patch", Ok);
        reader.refuse_others();

        let place = format!("ops[{index}].patch");
        let mut op = Self { op_id, of, action, uid, base, fields: "{}".to_owned(), missing: None, edited_at };
        match (action, patch.map(|patch| Object::of(patch, &place))) {
            (_, Some(Err(fault))) => reader.faults.push(fault),
            (Action::Put, None) => reader.faults.push(Fault::new(place, "is required")),
            (Action::Put, Some(Ok(patch))) => {
                op.missing = required(of).iter().copied().find(|name| patch.member(name).is_none());
                op.fields = Draft::check(&patch, of, Purpose::Change, &format!("{place}."), &mut reader.faults).fields;
            }
            (Action::Delete, _) => {}
        }
        let op_id = (!op.op_id.is_empty()).then(|| op.op_id.clone());
        if reader.faults.is_empty() { Ok(op) } else { Err((op_id, reader.faults)) }
    }

    /// Whether this is the operation that the ledger has under its id.
    pub fn same_as(&self, stored: &Stored, index: usize) -> Result<(), Fault> {
        let is_deletion = self.action == Action::Delete;
        let same = stored.uid == self.uid.to_string()
            && stored.is_deletion == is_deletion
            && (is_deletion || stored.patch == self.fields);
        if same { Ok(()) } else { Err(Fault::new(format!("ops[{index}].op_id"), "was used for another operation")) }
    }
}

fn required(of: Type) -> &'static [&'static str] {
    match of {
        Type::Album => &["artist", "album"],
        Type::Crate => &["name"],
    }
}

struct Reader<'a> {
    object: &'a Object<'a>,
    index: usize,
    faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    const MEMBERS: [&'static str; 7] = ["op_id", "type", "kind", "record_id", "base", "patch", "edited_at"];

    fn optional<T>(&mut self, name: &str, read: impl Fn(&'a RawValue) -> Result<T, &'static str>) -> Option<T> {
        let raw = self.object.member(name).filter(|raw| raw.get() != "null")?;
        read(raw).map_err(|message| self.fault(name, message)).ok()
    }

    fn required<T>(&mut self, name: &str, read: impl Fn(&'a RawValue) -> Result<T, &'static str>) -> Option<T> {
        if self.object.member(name).is_none_or(|raw| raw.get() == "null") {
            self.fault(name, "is required");
            return None;
        }
        self.optional(name, read)
    }

    fn fault(&mut self, name: &str, message: &str) {
        self.faults.push(Fault::new(format!("ops[{}].{name}", self.index), message));
    }

    fn refuse_others(&mut self) {
        for (index, (name, _)) in self.object.0.iter().enumerate() {
            if !Self::MEMBERS.contains(&name.as_ref()) {
                self.fault(name, "is not a field of an operation");
            } else if self.object.0.iter().take(index).any(|(earlier, _)| earlier == name) {
                self.fault(name, "stands twice");
            }
        }
    }
}

/// An id that a client made: letters that JSON and logs need not escape.
pub fn id(raw: &RawValue) -> Result<String, &'static str> {
    let text: Cow<str> = serde_json::from_str(raw.get()).unwrap_or_default();
    let is_right =
        (1..=100).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b));
    if is_right { Ok(text.into_owned()) } else { Err("must be 1 to 100 of A-Z a-z 0-9 - _ . :") }
}

fn uid(raw: &RawValue) -> Result<Uuid, &'static str> {
    let text: Cow<str> = serde_json::from_str(raw.get()).unwrap_or_default();
    Uuid::try_parse(&text).map_err(|_| "must be a UUID")
}

fn of(raw: &RawValue) -> Result<Type, &'static str> {
    match raw.get() {
        "\"album\"" => Ok(Type::Album),
        "\"crate\"" => Ok(Type::Crate),
        _ => Err("must be album or crate"),
    }
}

fn action(raw: &RawValue) -> Result<Action, &'static str> {
    match raw.get() {
        "\"put\"" => Ok(Action::Put),
        "\"delete\"" => Ok(Action::Delete),
        _ => Err("must be put or delete"),
    }
}

fn base(raw: &RawValue) -> Result<i64, &'static str> {
    raw.get().parse().ok().filter(|base| *base >= 0).ok_or("must be the version that was seen, or 0")
}

fn time(raw: &RawValue) -> Result<String, &'static str> {
    let text: Cow<str> = serde_json::from_str(raw.get()).unwrap_or_default();
    if text.len() > 10 && is_date(&text) { Ok(text.into_owned()) } else { Err("must be a time in RFC 3339") }
}
