//! The contract's functions, each a line or two: check, apply, answer.

use crate::album::{Draft, Purpose};
use crate::changes::{Change, plain_sync};
use crate::error::Result;
use crate::store::{self, Store};

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
        let listing = Store::open().await?.list(user, &query.into(), known_version).await?;
        Ok(match listing {
            store::Listing::Page { version, document } => contract::Listing::Page(contract::Page { version, document }),
            store::Listing::Unchanged => contract::Listing::Unchanged,
        })
    }

    async fn get(user: i64, id: i64) -> Result<contract::Album, contract::Error> {
        Ok(Store::open().await?.get(user, id).await?.into())
    }

    async fn create(user: i64, document: Vec<u8>) -> Result<contract::Album, contract::Error> {
        let draft = Draft::parse(&document, Purpose::Whole)?;
        apply(user, Change::Create { uid: draft.uid, fields: draft.fields }).await
    }

    async fn replace(
        user: i64,
        id: i64,
        document: Vec<u8>,
        expected_version: Option<i64>,
    ) -> Result<contract::Album, contract::Error> {
        let draft = Draft::parse(&document, Purpose::Whole)?.of(id)?;
        apply(user, Change::Replace { id, fields: draft.fields, base: expected_version }).await
    }

    async fn patch(
        user: i64,
        id: i64,
        document: Vec<u8>,
        expected_version: Option<i64>,
    ) -> Result<contract::Album, contract::Error> {
        let draft = Draft::parse(&document, Purpose::Change)?.of(id)?;
        apply(user, Change::Put { id, fields: draft.fields, base: expected_version }).await
    }

    async fn delete(user: i64, id: i64, expected_version: Option<i64>) -> Result<(), contract::Error> {
        Store::open().await?.apply_to_one(user, &Change::Delete { id, base: expected_version }).await?;
        Ok(())
    }

    async fn restore(user: i64, id: i64, expected_version: Option<i64>) -> Result<contract::Album, contract::Error> {
        apply(user, Change::Restore { id, base: expected_version }).await
    }

    async fn sync(user: i64, document: Vec<u8>) -> Result<Vec<u8>, contract::Error> {
        let store = Store::open().await?;
        if let Some(batch) = plain_sync(&store, user, &document).await? {
            store.apply(user, batch).await?;
        }
        Ok(store.everything(user).await?)
    }

    async fn stats(user: i64) -> Result<Vec<u8>, contract::Error> {
        Ok(Store::open().await?.stats(user).await?)
    }
}

async fn apply(user: i64, change: Change) -> Result<contract::Album, contract::Error> {
    Ok(Store::open().await?.apply_one(user, &change).await?.into())
}

impl From<store::Album> for contract::Album {
    fn from(album: store::Album) -> Self {
        Self { id: album.id, version: album.version, document: album.document }
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
            trashed: query.trashed,
        }
    }
}

impl From<crate::error::Error> for contract::Error {
    fn from(error: crate::error::Error) -> Self {
        use crate::error::Error;
        match error {
            Error::Malformed(message) => Self::Malformed(message),
            Error::Invalid(faults) => Self::Invalid(faults.into_iter().map(Into::into).collect()),
            Error::NotFound => Self::NotFound,
            Error::VersionConflict(version) => Self::VersionConflict(version),
            Error::NoSuchUser => Self::NoSuchUser,
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
