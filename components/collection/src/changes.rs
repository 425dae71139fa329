//! What a caller wants, as operations for the ledger.

use crate::album::{Draft, Object, Purpose};
use crate::error::{Error, Fault, Result};
use crate::field::is_date;
use crate::store::Store;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt::Write as _;
use uuid::{Builder, Uuid};

/// Of albums, and of deletions, in one sync: keeps one request within a second and a few megabytes.
pub const MAX_SYNC: usize = 5_000;
/// More faults than this help nobody.
const MAX_FAULTS: usize = 100;
/// The same words whether there is no such album or it is somebody else's.
const NOT_YOURS: &str = "is not an album in your collection";

/// What an operation does; its parameters are those of the ledger's columns (`migrations/0006_ops.sql`).
#[derive(Debug)]
pub enum Change {
    Create { uid: Option<Uuid>, fields: String },
    Put { id: i64, fields: String, base: Option<i64> },
    Replace { id: i64, fields: String, base: Option<i64> },
    Delete { id: i64, base: Option<i64> },
    Restore { id: i64, base: Option<i64> },
}

/// A batch of operations as the JSON array that the ledger's `INSERT … SELECT` takes apart.
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

    pub fn push(&mut self, change: &Change) {
        if self.json.len() > 1 {
            self.json.push(',');
        }
        let op_id = self.ids.next();
        let json = &mut self.json;
        // Writing to a String cannot fail.
        let _ = match change {
            Change::Create { uid, fields } => {
                let uid = uid.unwrap_or_else(|| self.ids.next());
                write!(json, r#"{{"op_id":"{op_id}","kind":"create","uid":"{uid}","patch":{fields}}}"#)
            }
            Change::Put { id, fields, base } => operation(json, &op_id, "put", *id, *base, fields),
            Change::Replace { id, fields, base } => operation(json, &op_id, "replace", *id, *base, fields),
            Change::Delete { id, base } => operation(json, &op_id, "delete", *id, *base, "{}"),
            Change::Restore { id, base } => operation(json, &op_id, "restore", *id, *base, "{}"),
        };
    }

    pub fn into_json(mut self) -> String {
        self.json.push(']');
        self.json
    }
}

fn operation(
    json: &mut String,
    op_id: &Uuid,
    kind: &str,
    id: i64,
    base: Option<i64>,
    fields: &str,
) -> std::fmt::Result {
    write!(json, r#"{{"op_id":"{op_id}","kind":"{kind}","album_id":{id},"#)?;
    if let Some(base) = base {
        write!(json, r#""base":{base},"#)?;
    }
    write!(json, r#""patch":{fields}}}"#)
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

/// The plain sync body, checked in itself; whose the albums are is checked against the store.
#[derive(Debug)]
struct PlainSync {
    albums: Vec<Draft>,
    deleted: Vec<i64>,
}

/// Reads the plain sync body and turns it into a batch; `None` if it asks for no change.
///
/// # Errors
/// `Malformed`, or `Invalid` with each album and field at fault.
pub async fn plain_sync(store: &Store, user: i64, body: &[u8]) -> Result<Option<Batch>> {
    let sync = PlainSync::parse(body)?;
    if sync.albums.is_empty() && sync.deleted.is_empty() {
        return Ok(None);
    }
    let ids = sync.albums.iter().filter_map(|draft| draft.id).chain(sync.deleted.iter().copied());
    let uids = sync.albums.iter().filter_map(|draft| draft.uid);
    let owned = store.owned(user, ids, uids).await?;

    let mut faults = Vec::new();
    let mut batch = Batch::new(sync.albums.len() + sync.deleted.len())?;
    for (index, draft) in sync.albums.into_iter().enumerate() {
        let by_uid = || draft.uid.and_then(|uid| owned.by_uid(&uid)).map(Some);
        match draft.id.map(|id| owned.by_id(id)).or_else(by_uid) {
            None => batch.push(&Change::Create { uid: draft.uid, fields: draft.fields }),
            Some(Some(album)) if !album.trashed => {
                batch.push(&Change::Put { id: album.id, fields: draft.fields, base: None });
            }
            Some(_) => faults.push(Fault::new(format!("albums[{index}].id"), NOT_YOURS)),
        }
    }
    for (index, id) in sync.deleted.into_iter().enumerate() {
        match owned.by_id(id) {
            // A client that did not hear the answer deletes again.
            Some(album) if album.trashed => {}
            Some(_) => batch.push(&Change::Delete { id, base: None }),
            None => faults.push(Fault::new(format!("deleted_ids[{index}]"), NOT_YOURS)),
        }
    }
    if faults.is_empty() { Ok(Some(batch)) } else { Err(Error::Invalid(first(faults))) }
}

impl PlainSync {
    fn parse(body: &[u8]) -> Result<Self> {
        let raw: &RawValue = serde_json::from_slice(body).map_err(|error| Error::Malformed(error.to_string()))?;
        let object = Object::of(raw, "body").map_err(|fault| Error::Invalid(vec![fault]))?;
        let mut sync = Self { albums: Vec::new(), deleted: Vec::new() };
        let mut faults = Vec::new();
        for (index, (name, raw)) in object.0.iter().enumerate() {
            if object.0.iter().take(index).any(|(earlier, _)| earlier == name) {
                faults.push(Fault::new(name.as_ref(), "stands twice"));
                continue;
            }
            match name.as_ref() {
                "albums" => sync.albums = albums(raw, &mut faults),
                "deleted_ids" => sync.deleted = deleted_ids(raw, &mut faults),
                "last_sync" => faults.extend(last_sync(raw)),
                other => faults.push(Fault::new(other, "is not a field of a sync")),
            }
        }
        if faults.is_empty() { Ok(sync) } else { Err(Error::Invalid(first(faults))) }
    }
}

fn albums(raw: &RawValue, faults: &mut Vec<Fault>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (index, item) in items("albums", raw, faults).into_iter().enumerate() {
        if faults.len() >= MAX_FAULTS {
            break;
        }
        match Object::of(item, &format!("albums[{index}]")) {
            Err(fault) => faults.push(fault),
            Ok(object) => {
                let is_update = object.0.iter().any(|(name, value)| name == "id" && value.get() != "null");
                let purpose = if is_update { Purpose::Change } else { Purpose::Whole };
                drafts.push(Draft::check(&object, purpose, &format!("albums[{index}]."), faults));
            }
        }
    }
    drafts
}

fn deleted_ids(raw: &RawValue, faults: &mut Vec<Fault>) -> Vec<i64> {
    let mut ids = Vec::new();
    for (index, item) in items("deleted_ids", raw, faults).into_iter().enumerate() {
        match item.get().parse() {
            Ok(id) => ids.push(id),
            Err(_) => faults.push(Fault::new(format!("deleted_ids[{index}]"), "must be the number of an album")),
        }
    }
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn items<'a>(name: &str, raw: &'a RawValue, faults: &mut Vec<Fault>) -> Vec<&'a RawValue> {
    match serde_json::from_str::<Option<Vec<&RawValue>>>(raw.get()) {
        Ok(items) if items.as_ref().is_none_or(|items| items.len() <= MAX_SYNC) => items.unwrap_or_default(),
        Ok(_) => {
            faults.push(Fault::new(name, format!("must have at most {MAX_SYNC} items; send the rest in another sync")));
            Vec::new()
        }
        Err(_) => {
            faults.push(Fault::new(name, "must be an array"));
            Vec::new()
        }
    }
}

fn last_sync(raw: &RawValue) -> Option<Fault> {
    let is_right = matches!(serde_json::from_str::<Option<Cow<str>>>(raw.get()),
        Ok(time) if time.as_deref().is_none_or(is_date));
    (!is_right).then(|| Fault::new("last_sync", "must be a time in RFC 3339, or null"))
}

fn first(mut faults: Vec<Fault>) -> Vec<Fault> {
    faults.truncate(MAX_FAULTS);
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(body: &str) -> Vec<String> {
        match PlainSync::parse(body.as_bytes()) {
            Err(Error::Invalid(faults)) => faults.into_iter().map(|fault| fault.field).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn a_sync_names_each_album_at_fault() {
        let body = r#"{"albums":[{"artist":"a","album":"b"},{"artist":"a"},7,{"id":3,"year":1}],"deleted_ids":["x"],
            "last_sync":"yesterday","ops":[]}"#;
        assert_eq!(
            faults(body),
            ["albums[1].album", "albums[2]", "albums[3].year", "deleted_ids[0]", "last_sync", "ops"]
        );
        assert_eq!(faults(r#"{"albums":{}}"#), ["albums"]);
        let many = format!(r#"{{"deleted_ids":[{}1]}}"#, "1,".repeat(MAX_SYNC));
        assert_eq!(faults(&many), ["deleted_ids"]);
    }

    #[test]
    fn faults_end_after_the_first_hundred() {
        let body = format!(r#"{{"albums":[{}7]}}"#, "7,".repeat(4_000));
        assert_eq!(faults(&body).len(), MAX_FAULTS);
    }

    #[test]
    fn a_batch_is_json_whose_ids_differ() -> Result<()> {
        let mut batch = Batch::new(1)?;
        batch.push(&Change::Create { uid: None, fields: "{}".to_owned() });
        batch.push(&Change::Put { id: 7, fields: r#"{"year":1969}"#.to_owned(), base: Some(3) });
        batch.push(&Change::Delete { id: 7, base: None });
        let operations: Vec<serde_json::Value> =
            serde_json::from_str(&batch.into_json()).map_err(|error| Error::Internal(error.to_string()))?;
        let op_ids: std::collections::HashSet<_> = operations.iter().map(|op| op["op_id"].to_string()).collect();
        assert_eq!(op_ids.len(), 3);
        assert_eq!(operations[1]["base"], 3);
        assert_eq!(operations[1]["patch"]["year"], 1969);
        Ok(())
    }
}
