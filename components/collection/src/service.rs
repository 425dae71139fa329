//! The contract's functions, each a line or two: check, apply, answer.

use crate::batch::{Batch, Change, Kind, Target, Type};
use crate::context::context;
use crate::device_sync::{MAX_CHANGES, device_sync, is_device_sync};
use crate::error::{Error, Result};
use crate::export;
use crate::import;
use crate::plain_sync::plain_sync;
use crate::record::{Draft, Purpose, parse_object};
use crate::store::{self, Shelf, Store};
use uuid::Uuid;
use wit_bindgen::{FutureReader, StreamReader};

wit_bindgen::generate!({
    path: "../../wit/collection",
    world: "collection",
});

use exports::vinyl::collection::albums as contract;

struct Collection;
export!(Collection);

impl contract::Guest for Collection {
    async fn list_albums(
        user: i64,
        query: contract::Query,
        known_version: Option<i64>,
    ) -> Result<contract::Listing, contract::Error> {
        let shelf = if query.trashed { Shelf::Trash } else { Shelf::Owned };
        list(user, query, shelf, known_version).await
    }

    async fn list_wants(
        user: i64,
        query: contract::Query,
        known_version: Option<i64>,
    ) -> Result<contract::Listing, contract::Error> {
        let shelf = if query.trashed { Shelf::Trash } else { Shelf::Wanted };
        list(user, query, shelf, known_version).await
    }

    async fn get(user: i64, id: i64) -> Result<contract::Album, contract::Error> {
        Ok(Store::open().await?.get(user, id).await?.into())
    }

    async fn create(user: i64, document: Vec<u8>) -> Result<contract::Album, contract::Error> {
        create(user, Type::Album, &document).await
    }

    async fn replace(
        user: i64,
        id: i64,
        document: Vec<u8>,
        expected_version: Option<i64>,
    ) -> Result<contract::Album, contract::Error> {
        let draft = Draft::parse(&document, Type::Album, Purpose::Whole)?.of(id)?;
        change(user, Kind::Replace, Target::Id(id), &draft.fields, expected_version).await
    }

    async fn patch(
        user: i64,
        id: i64,
        document: Vec<u8>,
        expected_version: Option<i64>,
    ) -> Result<contract::Album, contract::Error> {
        let draft = Draft::parse(&document, Type::Album, Purpose::Change)?.of(id)?;
        change(user, Kind::Put, Target::Id(id), &draft.fields, expected_version).await
    }

    async fn delete(user: i64, id: i64, expected_version: Option<i64>) -> Result<(), contract::Error> {
        let change = Change {
            of: Type::Album,
            kind: Kind::Delete,
            target: Target::Id(id),
            fields: "{}",
            base: expected_version,
        };
        Store::open().await?.apply_to_one(user, &change).await?;
        Ok(())
    }

    async fn restore(user: i64, id: i64, expected_version: Option<i64>) -> Result<contract::Album, contract::Error> {
        change(user, Kind::Restore, Target::Id(id), "{}", expected_version).await
    }

    async fn sync(user: i64, document: Vec<u8>) -> Result<String, contract::Error> {
        let body = parse_object(&document)?;
        let store = Store::open().await?;
        if is_device_sync(&body) {
            return Ok(device_sync(&store, user, &body).await?);
        }
        if let Some(batch) = plain_sync(&store, user, &body).await? {
            store.apply(user, batch).await?;
        }
        Ok(store.everything(user).await?)
    }

    async fn changes(user: i64, cursor: Option<i64>, limit: Option<i64>) -> Result<String, contract::Error> {
        let limit = limit.unwrap_or(MAX_CHANGES);
        if !(1..=MAX_CHANGES).contains(&limit) {
            return Err(Error::invalid("limit", format!("must be from 1 to {MAX_CHANGES}")).into());
        }
        if cursor.is_some_and(|cursor| cursor < 0) {
            return Err(Error::invalid("cursor", "was never given out").into());
        }
        let store = Store::open().await?;
        store.check_cursor(user, cursor).await?;
        let changes = store.changes(user, cursor.unwrap_or(0), limit).await?;
        Ok(format!("{{{}}}", changes.members()))
    }

    async fn list_crates(user: i64) -> Result<String, contract::Error> {
        Ok(Store::open().await?.list_crates(user).await?)
    }

    async fn create_crate(user: i64, document: Vec<u8>) -> Result<contract::Album, contract::Error> {
        create(user, Type::Crate, &document).await
    }

    async fn patch_crate(
        user: i64,
        uid: String,
        document: Vec<u8>,
        expected_version: Option<i64>,
    ) -> Result<contract::Album, contract::Error> {
        let draft = Draft::parse(&document, Type::Crate, Purpose::Change)?;
        let uid = crate_uid(&uid)?;
        let store = Store::open().await?;
        store.crates(user).await?.put(uid, &draft.fields).map_err(|fault| Error::Invalid(vec![fault]))?;
        let change = Change {
            of: Type::Crate,
            kind: Kind::Put,
            target: Target::Uid(uid),
            fields: &draft.fields,
            base: expected_version,
        };
        Ok(store.apply_one(user, &change).await?.into())
    }

    async fn delete_crate(user: i64, uid: String, expected_version: Option<i64>) -> Result<(), contract::Error> {
        let target = Target::Uid(crate_uid(&uid)?);
        let change = Change { of: Type::Crate, kind: Kind::Delete, target, fields: "{}", base: expected_version };
        Store::open().await?.apply_to_one(user, &change).await?;
        Ok(())
    }

    async fn owned(user: i64, question: contract::Question) -> Result<String, contract::Error> {
        let contract::Question { barcode, catno, artist, album } = question;
        Ok(Store::open().await?.owned(user, &store::Question { barcode, catno, artist, album }).await?)
    }

    async fn history(user: i64, id: i64) -> Result<String, contract::Error> {
        Ok(Store::open().await?.history(user, id).await?)
    }

    async fn restore_value(user: i64, id: i64, lost_id: i64) -> Result<contract::Album, contract::Error> {
        let fields = Store::open().await?.lost_value(user, id, lost_id).await?;
        change(user, Kind::Put, Target::Id(id), &fields, None).await
    }

    async fn empty_trash(user: i64) -> Result<i64, contract::Error> {
        Ok(Store::open().await?.empty_trash(user).await?)
    }

    async fn import_records(
        user: i64,
        options: contract::ImportOptions,
        body: Vec<u8>,
    ) -> Result<String, contract::Error> {
        let options = import::Options::new(options.format.as_deref(), options.dry_run, options.mapping.as_deref())?;
        Ok(import::import(&Store::open().await?, user, &options, body).await?)
    }

    async fn export_records(
        user: i64,
        format: String,
        history: bool,
    ) -> Result<(StreamReader<u8>, FutureReader<Result<(), contract::Error>>), contract::Error> {
        let format = export::Format::parse(&format)?;
        let store = Store::open().await?;
        let (writer, reader) = wit_stream::new();
        let (end, end_reader) =
            wit_future::new(|| Err(contract::Error::Internal("the export was not finished".to_owned())));
        wit_bindgen::spawn(async move {
            let result = export::write(&store, user, format, history, writer).await;
            // Fails only if nobody reads any more.
            let _ = end.write(result.map_err(Into::into)).await;
        });
        Ok((reader, end_reader))
    }

    async fn context(user: i64, question: String, collection: Option<String>) -> Result<String, contract::Error> {
        Ok(context(&Store::open().await?, user, &question, collection.as_deref()).await?)
    }

    async fn stats(user: i64) -> Result<String, contract::Error> {
        Ok(Store::open().await?.stats(user).await?)
    }
}

async fn list(
    user: i64,
    query: contract::Query,
    shelf: Shelf,
    known_version: Option<i64>,
) -> Result<contract::Listing, contract::Error> {
    let query = store::Query { shelf, ..query.into() };
    Ok(match Store::open().await?.list(user, &query, known_version).await? {
        store::Listing::Page { version, document } => contract::Listing::Page(contract::Page { version, document }),
        store::Listing::Unchanged => contract::Listing::Unchanged,
    })
}

async fn create(user: i64, of: Type, document: &[u8]) -> Result<contract::Album, contract::Error> {
    let draft = Draft::parse(document, of, Purpose::Whole)?;
    let store = Store::open().await?;
    let uid = draft.uid.map_or_else(|| Ok(Batch::new(1)?.fresh_uid()), Ok::<_, Error>)?;
    if of == Type::Crate {
        store.crates(user).await?.put(uid, &draft.fields).map_err(|fault| Error::Invalid(vec![fault]))?;
    }
    let change = Change { of, kind: Kind::Create, target: Target::Uid(uid), fields: &draft.fields, base: None };
    Ok(store.apply_one(user, &change).await?.into())
}

async fn change(
    user: i64,
    kind: Kind,
    target: Target,
    fields: &str,
    base: Option<i64>,
) -> Result<contract::Album, contract::Error> {
    let change = Change { of: Type::Album, kind, target, fields, base };
    Ok(Store::open().await?.apply_one(user, &change).await?.into())
}

/// What is no uid names no crate.
fn crate_uid(text: &str) -> Result<Uuid> {
    Uuid::try_parse(text).map_err(|_| Error::NotFound)
}

impl From<store::Record> for contract::Album {
    fn from(record: store::Record) -> Self {
        Self { id: record.id, version: record.version, document: record.document }
    }
}

impl From<contract::Query> for store::Query {
    fn from(query: contract::Query) -> Self {
        Self {
            q: query.q,
            artist: query.artist,
            genre: query.genre,
            decade: query.decade,
            format: query.format,
            crate_name: query.crate_name,
            sort: query.sort,
            limit: query.limit,
            cursor: query.cursor,
            shelf: Shelf::Owned,
        }
    }
}

impl From<Error> for contract::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Malformed(message) => Self::Malformed(message),
            Error::Invalid(faults) => Self::Invalid(faults.into_iter().map(Into::into).collect()),
            Error::NotFound => Self::NotFound,
            Error::VersionConflict(version) => Self::VersionConflict(version),
            Error::NoSuchUser => Self::NoSuchUser,
            Error::CursorExpired => Self::CursorExpired,
            Error::Unavailable(message) => Self::Unavailable(message),
            Error::Internal(message) => Self::Internal(message),
        }
    }
}

impl From<crate::error::Fault> for contract::FieldError {
    fn from(fault: crate::error::Fault) -> Self {
        Self { field: fault.field, message: fault.message }
    }
}
