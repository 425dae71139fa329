//! The plain sync: all changes of a client in one request, applied together or not at all.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::error::{Error, FieldError};
use crate::operation::{Batch, Change, OperationKind, RecordKey};
use crate::record::{Draft, JsonObject, Purpose, RecordType, check_albums, is_date, parse_list};
use crate::store::Store;

/// The albums, and the deletions, in one request: keeps it within a second and a few megabytes.
const MAX_ENTRIES: usize = 5_000;
/// One message for an album that does not exist and for one of another account.
const NOT_YOURS: &str = "is not an album in your collection";

/// A request whose form was checked; whether its albums are the user's is checked against the store.
#[derive(Debug)]
struct PlainSync {
    albums: Vec<Draft>,
    deleted_ids: Vec<i64>,
}

/// Converts a request to a batch; `None` if it changes nothing.
///
/// # Errors
/// `Malformed`, or `Invalid` with each album and field at fault.
pub async fn read_batch(store: &Store, user: i64, body: &JsonObject<'_>) -> Result<Option<Batch>, Error> {
    let sync = PlainSync::parse(body)?;
    if sync.albums.is_empty() && sync.deleted_ids.is_empty() {
        return Ok(None);
    }
    let ids = sync.albums.iter().filter_map(|draft| draft.id).chain(sync.deleted_ids.iter().copied());
    let uids = sync.albums.iter().filter_map(|draft| draft.uid);
    let own = store.find_records(user, ids, uids).await?;
    let mut faults = Vec::new();
    let bytes = sync.albums.iter().map(|draft| draft.fields.len()).sum();
    let mut batch = Batch::new(sync.albums.len() + sync.deleted_ids.len(), bytes)?;
    let push = |batch: &mut Batch, kind, key, fields: &str| {
        batch.push(&Change { record_type: RecordType::Album, kind, key, fields, expected_version: None });
    };
    for (index, draft) in sync.albums.iter().enumerate() {
        let by_uid = || draft.uid.and_then(|uid| own.by_uid(&uid)).map(Some);
        match draft.id.map(|id| own.by_id(id)).or_else(by_uid) {
            None => {
                let uid = draft.uid.unwrap_or_else(|| batch.new_uid());
                push(&mut batch, OperationKind::Create, RecordKey::Uid(uid), &draft.fields);
            }
            Some(Some(album)) if !album.is_in_trash && album.record_type == RecordType::Album => {
                push(&mut batch, OperationKind::Put, RecordKey::Id(album.id), &draft.fields);
            }
            Some(_) => faults.push(FieldError::new(format!("albums[{index}].id"), NOT_YOURS)),
        }
    }
    for (index, id) in sync.deleted_ids.into_iter().enumerate() {
        match own.by_id(id).filter(|album| album.record_type == RecordType::Album) {
            // A client that did not receive the response repeats its deletions.
            Some(album) if album.is_in_trash => {}
            Some(_) => push(&mut batch, OperationKind::Delete, RecordKey::Id(id), "{}"),
            None => faults.push(FieldError::new(format!("deleted_ids[{index}]"), NOT_YOURS)),
        }
    }
    Error::check(Some(batch), faults)
}

impl PlainSync {
    fn parse(object: &JsonObject<'_>) -> Result<Self, Error> {
        let mut sync = Self { albums: Vec::new(), deleted_ids: Vec::new() };
        let mut faults = Vec::new();
        for (index, (name, raw)) in object.0.iter().enumerate() {
            if object.is_repeated(index) {
                faults.push(FieldError::given_twice(name.as_ref()));
                continue;
            }
            match name.as_ref() {
                "albums" => {
                    let items = parse_entries("albums", raw, &mut faults);
                    sync.albums = check_albums(items, "albums", purpose_of, &mut faults);
                }
                "deleted_ids" => sync.deleted_ids = parse_ids("deleted_ids", raw, &mut faults),
                "last_sync" => faults.extend(check_last_sync(raw)),
                other => faults.push(FieldError::unknown("", other)),
            }
        }
        Error::check(sync, faults)
    }
}

/// An album with an id is a patch, one without an id is new.
fn purpose_of(album: &JsonObject<'_>) -> Purpose {
    let has_id = album.0.iter().any(|(name, value)| name == "id" && value.get() != "null");
    if has_id { Purpose::Patch } else { Purpose::Complete }
}

fn parse_ids(field: &str, raw: &RawValue, faults: &mut Vec<FieldError>) -> Vec<i64> {
    let mut ids = Vec::new();
    for (index, item) in parse_entries(field, raw, faults).into_iter().enumerate() {
        match item.get().parse() {
            Ok(id) => ids.push(id),
            Err(_) => faults.push(FieldError::new(format!("{field}[{index}]"), "must be the id of a record")),
        }
    }
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn parse_entries<'a>(field: &str, raw: &'a RawValue, faults: &mut Vec<FieldError>) -> Vec<&'a RawValue> {
    if raw.get() == "null" {
        return Vec::new();
    }
    parse_list(raw, MAX_ENTRIES).unwrap_or_else(|message| {
        faults.push(FieldError::new(field, message));
        Vec::new()
    })
}

fn check_last_sync(raw: &RawValue) -> Option<FieldError> {
    let time = serde_json::from_str::<Option<Cow<str>>>(raw.get());
    let is_valid = time.is_ok_and(|time| time.as_deref().is_none_or(is_date));
    (!is_valid).then(|| FieldError::new("last_sync", "must be a date such as 2020-05-14, or an RFC 3339 time"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::MAX_FAULTS, record::parse_object};

    fn faults(body: &str) -> Vec<String> {
        match parse_object(body.as_bytes()).and_then(|object| PlainSync::parse(&object)) {
            Err(Error::Invalid(faults)) => faults.into_iter().map(|fault| fault.field).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn each_faulty_album_and_member_is_named() {
        let body = r#"{"albums":[{"artist":"a","album":"b"},{"artist":"a"},7,{"id":3,"year":1}],"deleted_ids":["x"],
            "last_sync":"yesterday","ops":[]}"#;
        assert_eq!(
            faults(body),
            ["albums[1].album", "albums[2]", "albums[3].year", "deleted_ids[0]", "last_sync", "ops"]
        );
        assert_eq!(faults(r#"{"albums":{}}"#), ["albums"]);
        let many = format!(r#"{{"deleted_ids":[{}1]}}"#, "1,".repeat(MAX_ENTRIES));
        assert_eq!(faults(&many), ["deleted_ids"]);
    }

    #[test]
    fn a_list_of_thousands_of_faulty_albums_gives_a_hundred_faults() {
        let body = format!(r#"{{"albums":[{}7]}}"#, "7,".repeat(4_000));
        assert_eq!(faults(&body).len(), MAX_FAULTS);
    }
}
