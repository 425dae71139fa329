//! The plain sync: a client's whole change in one body, all of it or none.

use crate::batch::{Batch, Change, Kind, Target, Type};
use crate::error::{Error, Fault, Result};
use crate::field::is_date;
use crate::record::{Draft, Object, Purpose};
use crate::store::Store;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// Of albums, and of deletions, in one sync: keeps one request within a second and a few megabytes.
const MAX_SYNC: usize = 5_000;
/// More faults than this help nobody.
const MAX_FAULTS: usize = 100;
/// The same words whether there is no such album or it is somebody else's.
const NOT_YOURS: &str = "is not an album in your collection";

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
pub async fn plain_sync(store: &Store, user: i64, body: &Object<'_>) -> Result<Option<Batch>> {
    let sync = PlainSync::read(body)?;
    if sync.albums.is_empty() && sync.deleted.is_empty() {
        return Ok(None);
    }
    let ids = sync.albums.iter().filter_map(|draft| draft.id).chain(sync.deleted.iter().copied());
    let uids = sync.albums.iter().filter_map(|draft| draft.uid);
    let known = store.known(user, ids, uids).await?;
    let mut faults = Vec::new();
    let mut batch = Batch::new(sync.albums.len() + sync.deleted.len())?;
    let push = |batch: &mut Batch, kind, target, fields: &str| {
        batch.push(&Change { of: Type::Album, kind, target, fields, base: None });
    };
    for (index, draft) in sync.albums.iter().enumerate() {
        let by_uid = || draft.uid.and_then(|uid| known.by_uid(&uid)).map(Some);
        match draft.id.map(|id| known.by_id(id)).or_else(by_uid) {
            None => {
                let uid = draft.uid.unwrap_or_else(|| batch.fresh_uid());
                push(&mut batch, Kind::Create, Target::Uid(uid), &draft.fields);
            }
            Some(Some(album)) if !album.trashed && album.of == Type::Album => {
                push(&mut batch, Kind::Put, Target::Id(album.id), &draft.fields);
            }
            Some(_) => faults.push(Fault::new(format!("albums[{index}].id"), NOT_YOURS)),
        }
    }
    for (index, id) in sync.deleted.into_iter().enumerate() {
        match known.by_id(id).filter(|album| album.of == Type::Album) {
            // A client that did not hear the answer deletes again.
            Some(album) if album.trashed => {}
            Some(_) => push(&mut batch, Kind::Delete, Target::Id(id), "{}"),
            None => faults.push(Fault::new(format!("deleted_ids[{index}]"), NOT_YOURS)),
        }
    }
    if faults.is_empty() { Ok(Some(batch)) } else { Err(Error::Invalid(first(faults))) }
}

impl PlainSync {
    fn read(object: &Object<'_>) -> Result<Self> {
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
                drafts.push(Draft::check(&object, Type::Album, purpose, &format!("albums[{index}]."), faults));
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
    use crate::record::parse_object;

    fn faults(body: &str) -> Vec<String> {
        match parse_object(body.as_bytes()).and_then(|object| PlainSync::read(&object)) {
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
}
