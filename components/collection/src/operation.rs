//! Operations of the ledger, and batches of them as the JSON that one `INSERT … SELECT` reads.

use std::fmt::Write as _;

use uuid::{Builder, Uuid};

use crate::error::Error;
use crate::record::RecordType;

/// What an operation does. The names are those of the column `ops.kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationKind {
    Create,
    Put,
    Replace,
    Delete,
    Restore,
}

impl OperationKind {
    fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Put => "put",
            Self::Replace => "replace",
            Self::Delete => "delete",
            Self::Restore => "restore",
        }
    }
}

/// Identifies a record of the user.
#[derive(Debug, Clone, Copy)]
pub enum RecordKey {
    Id(i64),
    Uid(Uuid),
}

/// A change that a request asks for. The ledger applies it or refuses it; it does not merge.
#[derive(Debug)]
pub struct Change<'a> {
    pub record_type: RecordType,
    pub kind: OperationKind,
    pub key: RecordKey,
    /// A JSON object.
    pub fields: &'a str,
    /// The version that the record must have.
    pub expected_version: Option<i64>,
}

/// A change that a device made, perhaps offline. The ledger merges it with what others wrote after `base`.
#[derive(Debug)]
pub struct DeviceChange<'a> {
    pub op_id: &'a str,
    pub device_id: &'a str,
    pub record_type: RecordType,
    pub kind: OperationKind,
    pub uid: Uuid,
    pub fields: &'a str,
    pub base: i64,
    pub edited_at: &'a str,
    /// Of a deletion: whether it certainly moves a record into the trash.
    pub has_effect: bool,
}

/// The JSON of an operation without its fields.
const OPERATION_BYTES: usize = 320;

/// Operations that are applied together or not at all.
///
/// The JSON is written by hand: `fields` are JSON already, and a sync has thousands of them.
pub struct Batch {
    json: String,
    uuids: UuidSource,
    growth: Growth,
}

/// What a batch adds to the collection at most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Growth {
    pub records: i64,
    pub crates: i64,
    pub size: GrowthSize,
}

/// Ordered: a batch has the greatest of its operations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum GrowthSize {
    /// Each operation moves a record into the trash. An account that is full must be able to do so.
    #[default]
    Shrinking,
    /// There are only deletions, but some may have no effect. These add to the ledger, and can be repeated without end.
    Deletions,
    Growing,
}

impl Batch {
    /// An empty batch with room for `count` changes with together `bytes` of fields, and for as many new uids.
    ///
    /// # Errors
    /// `Internal` if the host gives no randomness for uids.
    pub fn new(count: usize, bytes: usize) -> Result<Self, Error> {
        let mut batch = Self::without_uids(count, bytes);
        batch.uuids = UuidSource::new(2 * count)?;
        Ok(batch)
    }

    /// The same for operations that have their ids.
    pub fn without_uids(count: usize, bytes: usize) -> Self {
        // A text that doubles its capacity would take up to three times as much for a moment.
        let mut json = String::with_capacity(bytes + OPERATION_BYTES * count + 2);
        json.push('[');
        Self { json, uuids: UuidSource::default(), growth: Growth::default() }
    }

    /// A batch of one change.
    pub fn with_one(change: &Change<'_>) -> Result<Self, Error> {
        let mut batch = Self::new(1, change.fields.len())?;
        batch.push(change);
        Ok(batch)
    }

    /// A new UUIDv7 for a record.
    pub fn new_uid(&mut self) -> Uuid {
        self.uuids.next()
    }

    pub fn push(&mut self, change: &Change<'_>) {
        self.push_dated(change, None);
    }

    /// Adds a change that was made at `edited_at`, a valid RFC 3339 time; `None` means now.
    // Writing to a String cannot fail.
    pub fn push_dated(&mut self, change: &Change<'_>, edited_at: Option<&str>) {
        let op_id = self.uuids.next();
        self.begin(change.record_type, change.kind, true);
        let (record_type, kind) = (change.record_type.name(), change.kind.name());
        let _ = write!(self.json, r#"{{"op_id":"{op_id}","type":"{record_type}","kind":"{kind}","#);
        let _ = match change.key {
            RecordKey::Id(id) => write!(self.json, r#""id":{id},"#),
            RecordKey::Uid(uid) => write!(self.json, r#""uid":"{uid}","#),
        };
        if let Some(base) = change.expected_version {
            let _ = write!(self.json, r#""base":{base},"#);
        }
        if let Some(edited_at) = edited_at {
            let _ = write!(self.json, r#""edited_at":"{edited_at}","#);
        }
        let _ = write!(self.json, r#""patch":{}}}"#, change.fields);
    }

    /// Adds a device's change. Its texts are ids and times that were checked: JSON escapes nothing in them.
    pub fn push_device(&mut self, change: &DeviceChange<'_>) {
        let DeviceChange { op_id, device_id, uid, fields, base, edited_at, .. } = change;
        self.begin(change.record_type, change.kind, change.has_effect);
        let (record_type, kind) = (change.record_type.name(), change.kind.name());
        let _ = write!(
            self.json,
            r#"{{"op_id":"{op_id}","device":"{device_id}","type":"{record_type}","kind":"{kind}","uid":"{uid}","#
        );
        let _ = write!(self.json, r#""strict":0,"base":{base},"edited_at":"{edited_at}","patch":{fields}}}"#);
    }

    fn begin(&mut self, record_type: RecordType, kind: OperationKind, has_effect: bool) {
        if self.json.len() > 1 {
            self.json.push(',');
        }
        let is_new = i64::from(kind == OperationKind::Create);
        self.growth.records += is_new;
        self.growth.crates += is_new * i64::from(record_type == RecordType::Crate);
        let size = match kind {
            OperationKind::Delete if has_effect => GrowthSize::Shrinking,
            OperationKind::Delete => GrowthSize::Deletions,
            _ => GrowthSize::Growing,
        };
        self.growth.size = self.growth.size.max(size);
    }

    pub fn growth(&self) -> Growth {
        self.growth
    }

    /// The bytes that the operations add to the account at most: each is in the ledger, and its fields also in the
    /// record's document.
    pub fn bytes(&self) -> i64 {
        i64::try_from(2 * self.json.len()).unwrap_or(i64::MAX)
    }

    pub fn into_json(mut self) -> String {
        self.json.push(']');
        self.json
    }
}

/// New UUIDv7s. Their randomness is fetched in one call to the host: one call each would cost more than the rest of the
/// batch.
#[derive(Default)]
struct UuidSource {
    milliseconds: u64,
    random: std::vec::IntoIter<[u8; 10]>,
}

impl UuidSource {
    fn new(count: usize) -> Result<Self, Error> {
        let mut random = vec![[0; 10]; count];
        guest::random::fill(random.as_flattened_mut()).map_err(Error::internal)?;
        let milliseconds = u64::try_from(guest::time::since_epoch().as_millis()).unwrap_or(u64::MAX);
        Ok(Self { milliseconds, random: random.into_iter() })
    }

    fn next(&mut self) -> Uuid {
        match self.random.next() {
            Some(random) => Builder::from_unix_timestamp_millis(self.milliseconds, &random).into_uuid(),
            // More than `count`: one call to the host each.
            None => Uuid::now_v7(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_batch_is_json_with_distinct_op_ids() -> Result<(), Error> {
        let mut batch = Batch::new(1, 0)?;
        let uid = batch.new_uid();
        let change = |kind, key, fields, expected_version| Change {
            record_type: RecordType::Album,
            kind,
            key,
            fields,
            expected_version,
        };
        batch.push(&change(OperationKind::Create, RecordKey::Uid(uid), "{}", None));
        batch.push(&change(OperationKind::Put, RecordKey::Id(7), r#"{"year":1969}"#, Some(3)));
        batch.push_device(&DeviceChange {
            op_id: "op-3",
            device_id: "phone",
            record_type: RecordType::Crate,
            kind: OperationKind::Delete,
            uid,
            fields: "{}",
            base: 4,
            edited_at: "2020-05-14T10:32:01Z",
            has_effect: true,
        });
        assert_eq!(batch.growth(), Growth { records: 1, crates: 0, size: GrowthSize::Growing });
        let operations: Vec<serde_json::Value> = serde_json::from_str(&batch.into_json()).map_err(Error::internal)?;
        let op_ids: HashSet<_> = operations.iter().map(|op| op["op_id"].to_string()).collect();
        assert_eq!(op_ids.len(), 3);
        assert_eq!(operations[1]["base"], 3);
        assert_eq!(operations[1]["patch"]["year"], 1969);
        assert_eq!(operations[2]["device"], "phone");
        assert_eq!(operations[2]["strict"], 0);
        Ok(())
    }
}
