//! Changes, as the ledger takes them.

use crate::error::{Error, Result};
use std::fmt::Write as _;
use uuid::{Builder, Uuid};

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    Album,
    Crate,
}

impl Type {
    pub fn name(self) -> &'static str {
        match self {
            Self::Album => "album",
            Self::Crate => "crate",
        }
    }
}

/// What an operation does; the names are the ledger's (`migrations/0006_ops.sql`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Create,
    Put,
    Replace,
    Delete,
    Restore,
}

impl Kind {
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

/// Which record: an album may be named by its number, too.
#[derive(Debug, Clone, Copy)]
pub enum Target {
    Id(i64),
    Uid(Uuid),
}

/// One change made on the server: done as asked, or refused.
#[derive(Debug)]
pub struct Change<'a> {
    pub of: Type,
    pub kind: Kind,
    pub target: Target,
    /// A JSON object.
    pub fields: &'a str,
    /// The version that the record must have.
    pub base: Option<i64>,
}

/// One change made on a device: merged with what others wrote meanwhile.
#[derive(Debug)]
pub struct DeviceChange<'a> {
    pub op_id: &'a str,
    pub device: &'a str,
    pub of: Type,
    pub kind: Kind,
    pub uid: Uuid,
    pub fields: &'a str,
    pub base: i64,
    pub edited_at: &'a str,
}

/// Operations as the JSON array that the ledger's `INSERT … SELECT` takes apart.
pub struct Batch {
    json: String,
    ids: Ids,
}

impl Batch {
    /// For at most `count` changes.
    ///
    /// # Errors
    /// `Internal` if there is no randomness to be had for ids.
    pub fn new(count: usize) -> Result<Self> {
        Ok(Self { json: String::from("["), ids: Ids::new(2 * count)? })
    }

    pub fn of_one(change: &Change<'_>) -> Result<Self> {
        let mut batch = Self::new(1)?;
        batch.push(change);
        Ok(batch)
    }

    /// Fit for a new record.
    pub fn fresh_uid(&mut self) -> Uuid {
        self.ids.next()
    }

    pub fn push(&mut self, change: &Change<'_>) {
        self.push_dated(change, None);
    }

    /// A change that was made at another time than now: RFC 3339, checked before.
    // Writing to a String cannot fail.
    pub fn push_dated(&mut self, change: &Change<'_>, edited_at: Option<&str>) {
        let op_id = self.ids.next();
        self.separate();
        let (of, kind) = (change.of.name(), change.kind.name());
        let _ = write!(self.json, r#"{{"op_id":"{op_id}","type":"{of}","kind":"{kind}","#);
        let _ = match change.target {
            Target::Id(id) => write!(self.json, r#""id":{id},"#),
            Target::Uid(uid) => write!(self.json, r#""uid":"{uid}","#),
        };
        if let Some(base) = change.base {
            let _ = write!(self.json, r#""base":{base},"#);
        }
        if let Some(edited_at) = edited_at {
            let _ = write!(self.json, r#""edited_at":"{edited_at}","#);
        }
        let _ = write!(self.json, r#""patch":{}}}"#, change.fields);
    }

    /// Texts of a device's are checked before: they hold nothing that JSON would escape.
    pub fn push_device(&mut self, change: &DeviceChange<'_>) {
        self.separate();
        let DeviceChange { op_id, device, uid, fields, base, edited_at, .. } = change;
        let (of, kind) = (change.of.name(), change.kind.name());
        let _ = write!(
            self.json,
            r#"{{"op_id":"{op_id}","device":"{device}","type":"{of}","kind":"{kind}","uid":"{uid}","strict":0,"base":{base},"edited_at":"{edited_at}","patch":{fields}}}"#
        );
    }

    fn separate(&mut self) {
        if self.json.len() > 1 {
            self.json.push(',');
        }
    }

    pub fn into_json(mut self) -> String {
        self.json.push(']');
        self.json
    }
}

/// Fresh UUIDv7s, whose randomness is fetched at once: a call to the host for each would cost more than the rest.
struct Ids {
    milliseconds: u64,
    random: std::vec::IntoIter<[u8; 10]>,
}

impl Ids {
    fn new(count: usize) -> Result<Self> {
        let mut random = vec![[0; 10]; count];
        getrandom::fill(random.as_flattened_mut()).map_err(|error| Error::Internal(error.to_string()))?;
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let milliseconds = now.map_or(0, |elapsed| u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX));
        Ok(Self { milliseconds, random: random.into_iter() })
    }

    fn next(&mut self) -> Uuid {
        match self.random.next() {
            Some(random) => Builder::from_unix_timestamp_millis(self.milliseconds, &random).into_uuid(),
            // Beyond what was announced: slower, and as good.
            None => Uuid::now_v7(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_json_whose_ids_differ() -> Result<()> {
        let mut batch = Batch::new(1)?;
        let uid = batch.fresh_uid();
        let change = |kind, target, fields, base| Change { of: Type::Album, kind, target, fields, base };
        batch.push(&change(Kind::Create, Target::Uid(uid), "{}", None));
        batch.push(&change(Kind::Put, Target::Id(7), r#"{"year":1969}"#, Some(3)));
        batch.push(&change(Kind::Delete, Target::Id(7), "{}", None));
        let operations: Vec<serde_json::Value> =
            serde_json::from_str(&batch.into_json()).map_err(|error| Error::Internal(error.to_string()))?;
        let op_ids: std::collections::HashSet<_> = operations.iter().map(|op| op["op_id"].to_string()).collect();
        assert_eq!(op_ids.len(), 3);
        assert_eq!(operations[1]["base"], 3);
        assert_eq!(operations[1]["patch"]["year"], 1969);
        Ok(())
    }
}
