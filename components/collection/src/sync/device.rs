//! The offline protocol: a device sends its operations and receives the changes that it has not seen.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::MAX_CHANGES;
use super::device_operation::{Action, DeviceOperation, Rejection, parse_client_id};
use crate::crate_tree::CrateTree;
use crate::error::{Error, FieldError};
use crate::operation::{Batch, DeviceChange, OperationKind};
use crate::record::{JsonObject, MAX_BATCH, RecordType, parse_list, too_large};
use crate::store::{LedgerEntry, OwnRecords, Store};

/// Keeps one request within two seconds and its body within 20 MiB.
const MAX_OPERATIONS: usize = 10_000;
/// The rejected operations whose faults are all listed, and the faults of each.
const MAX_FULL_REJECTIONS: usize = 100;
const MAX_LISTED: usize = 10;
/// After this many operations, other requests get a turn.
const YIELD_AFTER: usize = 500;

/// The result of one operation.
#[derive(Debug, Serialize)]
struct OperationResult<'a> {
    /// As the device wrote it; absent if it is not a valid id.
    #[serde(skip_serializing_if = "Option::is_none")]
    op_id: Option<&'a str>,
    /// `applied`, `merged`, `kept` or `rejected`.
    status: &'a str,
    /// The version that the operation gave its record.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i64>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
}

struct SyncRequest<'a> {
    device_id: String,
    cursor: Option<i64>,
    operations: Vec<&'a RawValue>,
}

/// Whether a body belongs to this protocol, not to the plain sync.
pub fn is_device_sync(body: &JsonObject<'_>) -> bool {
    ["device_id", "cursor", "ops"].iter().any(|name| body.member(name).is_some())
}

/// Applies a device's operations; returns `{results, changes, cursor, has_more, server_time}`.
///
/// # Errors
/// `Invalid` if the request itself is faulty (a faulty operation only gets a result of its own), `CursorExpired`.
pub async fn sync(store: &Store, user: i64, body: &JsonObject<'_>) -> Result<String, Error> {
    let request = SyncRequest::parse(body)?;
    let mut operations: Vec<DeviceOperation> = Vec::with_capacity(request.operations.len());
    let mut rejected = Rejections::default();
    let mut bytes = 0;
    for (index, raw) in request.operations.iter().enumerate() {
        match DeviceOperation::parse(raw, index) {
            Ok(operation) => {
                bytes += operation.fields.len();
                operations.push(operation);
            }
            Err((op_id, faults)) => rejected.push(op_id, faults),
        }
        if bytes > MAX_BATCH {
            return Err(Error::invalid("ops", too_large(MAX_BATCH)));
        }
        if index % YIELD_AFTER == 0 {
            wit_bindgen::yield_async().await;
        }
    }
    let own = store.find_records(user, std::iter::empty(), operations.iter().map(|op| op.uid)).await?;
    store.check_cursor(user, request.cursor).await?;
    let earlier = store.ledger_entries(user, operations.iter().map(|op| op.op_id.as_str())).await?;

    let repeated = |op: &&DeviceOperation| earlier.contains_key(&op.op_id) && op.action == Action::Put;
    let same_patches = find_same_patches(store, user, operations.iter().filter(repeated)).await?;

    let mut state = ExpectedState::read(store, user, &own, &operations).await?;
    let mut batch = Batch::without_uids(operations.len(), bytes);
    let mut accepted = Vec::with_capacity(operations.len());
    let mut new_ids = HashSet::new();
    for op in &operations {
        let checked = match earlier.get(&op.op_id) {
            Some(entry) => op.check_repeats(entry, same_patches.contains(&op.op_id)),
            None if !new_ids.insert(op.op_id.as_str()) => Err(FieldError::given_twice(op.path("op_id"))),
            None => state.apply(op).map(|kind| {
                let has_effect = kind == OperationKind::Delete && state.deletes(op, &own);
                batch.push_device(&device_change(op, kind, &request.device_id, has_effect));
            }),
        };
        match checked {
            Ok(()) => accepted.push(op.op_id.as_str()),
            Err(fault) => rejected.push(Some(op.op_id.clone()), vec![fault]),
        }
    }
    if !new_ids.is_empty() {
        store.apply(user, batch).await?;
    }
    let entries = store.ledger_entries(user, accepted.iter().copied()).await?;
    let results = results(&accepted, &entries, &rejected.0)?;
    let changes = store.changes(user, request.cursor.unwrap_or(0), MAX_CHANGES, results.len()).await?;
    Ok(changes.into_document(Some(&results)))
}

/// Which operations the ledger has with the same patch.
async fn find_same_patches<'a>(
    store: &Store,
    user: i64,
    repeated: impl Iterator<Item = &'a DeviceOperation>,
) -> Result<HashSet<String>, Error> {
    let pair = |op: &'a DeviceOperation| Ok((op.op_id.as_str(), serde_json::from_str(&op.fields)?));
    let pairs: serde_json::Result<Vec<(&str, &RawValue)>> = repeated.map(pair).collect();
    store.find_same_patches(user, &pairs.map_err(Error::internal)?).await
}

/// The operations that were not applied. Their faults are bounded together: a request may have 10,000 operations with
/// 100 faults each.
#[derive(Default)]
struct Rejections(Vec<Rejection>);

impl Rejections {
    fn push(&mut self, op_id: Option<String>, mut faults: Vec<FieldError>) {
        // Each has one at least, so that the device knows why.
        faults.truncate(if self.0.len() < MAX_FULL_REJECTIONS { MAX_LISTED } else { 1 });
        faults.shrink_to_fit();
        self.0.push((op_id, faults));
    }
}

fn device_change<'a>(
    op: &'a DeviceOperation,
    kind: OperationKind,
    device_id: &'a str,
    has_effect: bool,
) -> DeviceChange<'a> {
    DeviceChange {
        op_id: &op.op_id,
        device_id,
        record_type: op.record_type,
        kind,
        uid: op.uid,
        fields: &op.fields,
        base: op.base,
        edited_at: &op.edited_at,
        has_effect,
    }
}

/// The results as a JSON array: accepted operations first.
fn results(accepted: &[&str], entries: &HashMap<String, LedgerEntry>, rejected: &[Rejection]) -> Result<String, Error> {
    let accepted = accepted.iter().filter_map(|op_id| {
        let entry = entries.get(*op_id)?;
        Some(OperationResult { op_id: Some(op_id), status: &entry.outcome, version: Some(entry.version), errors: &[] })
    });
    let rejected = rejected.iter().map(|(op_id, errors)| OperationResult {
        op_id: op_id.as_deref(),
        status: "rejected",
        version: None,
        errors,
    });
    serde_json::to_string(&accepted.chain(rejected).collect::<Vec<_>>()).map_err(Error::internal)
}

impl<'a> SyncRequest<'a> {
    fn parse(body: &JsonObject<'a>) -> Result<Self, Error> {
        let mut faults = Vec::new();
        let mut request = Self { device_id: String::new(), cursor: None, operations: Vec::new() };
        for (index, (name, raw)) in body.0.iter().enumerate() {
            if body.is_repeated(index) {
                faults.push(FieldError::given_twice(name.as_ref()));
                continue;
            }
            let result = match name.as_ref() {
                "device_id" => parse_device_id(raw).map(|id| request.device_id = id).map_err(str::to_owned),
                "cursor" => parse_cursor(raw).map(|cursor| request.cursor = cursor).map_err(str::to_owned),
                "ops" => parse_list(raw, MAX_OPERATIONS).map(|operations| request.operations = operations),
                _ => {
                    faults.push(FieldError::unknown("", name));
                    continue;
                }
            };
            faults.extend(result.err().map(|message| FieldError::new(name.as_ref(), message)));
        }
        if request.device_id.is_empty() && faults.is_empty() {
            faults.push(FieldError::new("device_id", "is required"));
        }
        Error::check(request, faults)
    }
}

fn parse_device_id(raw: &RawValue) -> Result<String, &'static str> {
    match parse_client_id(raw)? {
        // Merges and deletions treat its edits differently.
        id if id == "enrichment" => Err("is reserved"),
        id => Ok(id),
    }
}

fn parse_cursor(raw: &RawValue) -> Result<Option<i64>, &'static str> {
    match serde_json::from_str::<Option<i64>>(raw.get()) {
        Ok(cursor) if cursor.is_none_or(|cursor| cursor >= 0) => Ok(cursor),
        _ => Err("is not a cursor of this list"),
    }
}

/// The records as they will be after the operations that were accepted so far.
struct ExpectedState {
    record_types: HashMap<Uuid, RecordType>,
    /// Read only if an operation writes a crate.
    crate_tree: Option<CrateTree>,
    /// The newest version of any record: a device cannot have seen a newer one.
    newest_version: i64,
    /// The records that these operations delete.
    deleted: HashSet<Uuid>,
}

impl ExpectedState {
    async fn read(store: &Store, user: i64, own: &OwnRecords, operations: &[DeviceOperation]) -> Result<Self, Error> {
        let writes_crates = operations.iter().any(|op| op.record_type == RecordType::Crate);
        let types = operations.iter().filter_map(|op| Some((op.uid, own.by_uid(&op.uid)?.record_type)));
        Ok(Self {
            record_types: types.collect(),
            crate_tree: if writes_crates { Some(store.crate_tree(user).await?) } else { None },
            newest_version: store.newest_version().await?,
            deleted: HashSet::new(),
        })
    }

    /// Whether a deletion certainly moves its record into the trash: the record is not there yet, and no one has
    /// edited it since the device saw it.
    fn deletes(&mut self, op: &DeviceOperation, own: &OwnRecords) -> bool {
        let is_seen = own.by_uid(&op.uid).is_some_and(|record| !record.is_in_trash && record.version <= op.base);
        self.deleted.insert(op.uid) && is_seen
    }

    /// Checks an operation against the state and changes it; returns the kind that the ledger stores.
    fn apply(&mut self, op: &DeviceOperation) -> Result<OperationKind, FieldError> {
        if op.base > self.newest_version {
            return Err(FieldError::new(op.path("base"), "is newer than the newest version"));
        }
        let existing = self.record_types.get(&op.uid).copied();
        if existing.is_some_and(|record_type| record_type != op.record_type) {
            return Err(FieldError::new(op.path("type"), "is not the type of this record"));
        }
        if let (Some(tree), Action::Put, RecordType::Crate) = (&mut self.crate_tree, op.action, op.record_type) {
            tree.put(op.uid, &op.fields)
                .map_err(|fault| FieldError::new(op.path(&format!("patch.{}", fault.field)), fault.message))?;
        }
        match (op.action, existing, op.missing) {
            (Action::Delete, None, _) => {
                Err(FieldError::new(op.path("record_id"), "is not a record in your collection"))
            }
            (Action::Delete, Some(_), _) => Ok(OperationKind::Delete),
            (Action::Put, Some(_), _) => Ok(OperationKind::Put),
            (Action::Put, None, Some(name)) => Err(FieldError::new(op.path(&format!("patch.{name}")), "is required")),
            (Action::Put, None, None) => {
                self.record_types.insert(op.uid, op.record_type);
                Ok(OperationKind::Create)
            }
        }
    }
}
