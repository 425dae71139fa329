//! The offline protocol: a device hands in what it did, and gets what it has not seen.

mod op;

use crate::batch::{Batch, DeviceChange, Kind, Type};
use crate::crates::Crates;
use crate::error::{Error, Fault, Result};
use crate::record::Object;
use crate::store::{Changes, KnownRecords, Store, Stored};
use op::{Action, Op};
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Keeps one request within a second or two and its body within 20 MiB.
const MAX_OPS: usize = 10_000;
/// Of records in one answer; a device asks again while `has_more`.
pub const MAX_CHANGES: i64 = 1_000;

/// What became of one operation.
#[derive(Debug, Serialize)]
struct Outcome<'a> {
    /// As the device wrote it; absent if that was no id.
    #[serde(skip_serializing_if = "Option::is_none")]
    op_id: Option<&'a str>,
    /// `applied`, `merged`, `kept` or `rejected`.
    status: &'a str,
    /// The operation's place in the ledger, which is the version that it gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FaultOut>,
}

#[derive(Debug, Serialize)]
struct FaultOut {
    field: String,
    message: String,
}

struct Request<'a> {
    device: String,
    cursor: Option<i64>,
    ops: Vec<&'a RawValue>,
}

/// Whether a body is of this protocol, not a plain sync.
pub fn is_device_sync(body: &Object<'_>) -> bool {
    ["device_id", "cursor", "ops"].iter().any(|name| body.member(name).is_some())
}

/// Takes a device's operations and answers with `{results, changes, cursor, has_more, server_time}`.
///
/// # Errors
/// `Invalid` if the envelope is at fault (a faulty operation is a result of its own), `CursorExpired`.
pub async fn device_sync(store: &Store, user: i64, body: &Object<'_>) -> Result<String> {
    let request = Request::read(body)?;
    let mut parsed = Vec::with_capacity(request.ops.len());
    let mut rejected = Vec::new();
    for (index, raw) in request.ops.iter().enumerate() {
        match Op::read(raw, index) {
            Ok(op) => parsed.push((index, op)),
            Err((op_id, faults)) => rejected.push((op_id, faults)),
        }
    }
    let uids = parsed.iter().map(|(_, op)| op.uid);
    let known = store.known(user, std::iter::empty(), uids).await?;
    store.check_cursor(user, request.cursor).await?;
    let stored = store.stored(user, parsed.iter().map(|(_, op)| op.op_id.as_str())).await?;

    let mut plan = Plan::new(store, user, &known, &parsed).await?;
    let mut batch = Batch::new(0)?;
    let mut accepted = Vec::with_capacity(parsed.len());
    let mut fresh = HashSet::new();
    for (index, op) in &parsed {
        let verdict = match stored.get(&op.op_id) {
            Some(stored) => op.same_as(stored, *index),
            None if !fresh.insert(op.op_id.as_str()) => Err(Fault::new(format!("ops[{index}].op_id"), "stands twice")),
            None => plan.change(op, *index).map(|kind| {
                batch.push_device(&DeviceChange {
                    op_id: &op.op_id,
                    device: &request.device,
                    of: op.of,
                    kind,
                    uid: op.uid,
                    fields: &op.fields,
                    base: op.base,
                    edited_at: &op.edited_at,
                });
            }),
        };
        match verdict {
            Ok(()) => accepted.push(op.op_id.as_str()),
            Err(fault) => rejected.push((Some(op.op_id.clone()), vec![fault])),
        }
    }
    if !fresh.is_empty() {
        store.apply(user, batch).await?;
    }
    let outcomes = store.stored(user, accepted.iter().copied()).await?;
    let changes = store.changes(user, request.cursor.unwrap_or(0), MAX_CHANGES).await?;
    answer(&accepted, &outcomes, &rejected, &changes)
}

fn answer(
    accepted: &[&str],
    outcomes: &HashMap<String, Stored>,
    rejected: &[(Option<String>, Vec<Fault>)],
    changes: &Changes,
) -> Result<String> {
    let done = accepted.iter().filter_map(|op_id| {
        let stored = outcomes.get(*op_id)?;
        Some(Outcome { op_id: Some(op_id), status: &stored.outcome, version: Some(stored.seq), errors: Vec::new() })
    });
    let refused = rejected.iter().map(|(op_id, faults)| Outcome {
        op_id: op_id.as_deref(),
        status: "rejected",
        version: None,
        errors: faults.iter().map(|f| FaultOut { field: f.field.clone(), message: f.message.clone() }).collect(),
    });
    let results: Vec<_> = done.chain(refused).collect();
    let results = serde_json::to_string(&results).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(format!(r#"{{"results":{results},{}}}"#, changes.members()))
}

impl<'a> Request<'a> {
    fn read(body: &Object<'a>) -> Result<Self> {
        let mut faults = Vec::new();
        let mut request = Self { device: String::new(), cursor: None, ops: Vec::new() };
        for (index, (name, raw)) in body.0.iter().enumerate() {
            if body.0.iter().take(index).any(|(earlier, _)| earlier == name) {
                faults.push(Fault::new(name.as_ref(), "stands twice"));
                continue;
            }
            let fault = match name.as_ref() {
                "device_id" => op::id(raw).map(|device| request.device = device),
                "cursor" => serde_json::from_str(raw.get())
                    .ok()
                    .filter(|cursor: &Option<i64>| cursor.is_none_or(|cursor| cursor >= 0))
                    .map(|cursor| request.cursor = cursor)
                    .ok_or("must be the cursor of an answer, or null"),
                "ops" => serde_json::from_str::<Vec<&RawValue>>(raw.get())
                    .ok()
                    .filter(|ops| ops.len() <= MAX_OPS)
                    .map(|ops| request.ops = ops)
                    .ok_or("must be an array of at most 10,000 operations"),
                _ => Err("is not a field of a sync"),
            };
            faults.extend(fault.err().map(|message| Fault::new(name.as_ref(), message)));
        }
        if request.device.is_empty() && faults.is_empty() {
            faults.push(Fault::new("device_id", "is required"));
        }
        if faults.is_empty() { Ok(request) } else { Err(Error::Invalid(faults)) }
    }
}

/// What there will be when the operations before have been carried out.
struct Plan {
    records: HashMap<Uuid, Type>,
    crates: Option<Crates>,
    /// The newest version that anybody can have seen.
    version: i64,
}

impl Plan {
    async fn new(store: &Store, user: i64, known: &KnownRecords, ops: &[(usize, Op)]) -> Result<Self> {
        let needs_crates = ops.iter().any(|(_, op)| op.of == Type::Crate);
        Ok(Self {
            records: ops.iter().filter_map(|(_, op)| Some((op.uid, known.by_uid(&op.uid)?.of))).collect(),
            crates: if needs_crates { Some(store.crates(user).await?) } else { None },
            version: store.newest_version().await?,
        })
    }

    /// The kind of operation that the ledger shall take for `op`.
    fn change(&mut self, op: &Op, index: usize) -> Result<Kind, Fault> {
        let fault = |member: &str, message: &str| Err(Fault::new(format!("ops[{index}].{member}"), message));
        if op.base > self.version {
            return fault("base", "is a version that there is not yet");
        }
        let known = self.records.get(&op.uid).copied();
        if known.is_some_and(|of| of != op.of) {
            return fault("type", "is not the type of this record");
        }
        if let (Some(crates), Action::Put) = (&mut self.crates, op.action)
            && op.of == Type::Crate
        {
            crates
                .put(op.uid, &op.fields)
                .map_err(|f| Fault::new(format!("ops[{index}].patch.{}", f.field), f.message))?;
        }
        match (op.action, known) {
            (Action::Delete, None) => fault("record_id", "is not a record in your collection"),
            (Action::Delete, Some(_)) => Ok(Kind::Delete),
            (Action::Put, Some(_)) => Ok(Kind::Put),
            (Action::Put, None) => match &op.missing {
                Some(name) => fault(&format!("patch.{name}"), "is required of a new record"),
                None => {
                    self.records.insert(op.uid, op.of);
                    Ok(Kind::Create)
                }
            },
        }
    }
}
