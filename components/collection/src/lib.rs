//! The component `collection`: albums and crates. Its contract and manual is `wit/collection`.
//!
//! Every write becomes a [`operation::Batch`] of operations, which one statement appends to the ledger; triggers apply
//! them. Modules import those below them only:
//!
//! | Module | Content |
//! |---|---|
//! | `albums`, `crates` | reads and writes of single records |
//! | `sync` | the two requests of a synchronisation: the plain one and the offline protocol |
//! | `import`, `export` | whole collections as files; `csv_cell` has what both know about CSV files |
//! | `insights` | the data for an answer to a question |
//! | `enrichment` | filling what albums lack from their releases |
//! | `store` | all SQL |
//! | `reading` | how a question in English is understood |
//! | `operation`, `crate_tree` | operations of the ledger; how crates nest |
//! | `record` | the fields of albums and crates, and the check of documents |
//! | `config` | the variables of `spin.toml` |
//! | `error` | the contract's errors |

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "a test fails by panicking"
    )
)]

mod albums;
mod config;
mod crate_tree;
mod crates;
mod csv_cell;
mod enrichment;
mod error;
mod export;
mod import;
mod insights;
mod operation;
mod reading;
mod record;
mod store;
mod sync;

mod bindings {
    wit_bindgen::generate!({
        path: "../../wit/collection",
        world: "collection",
        additional_derives: [PartialEq, Eq, serde::Serialize],
    });
}

use bindings::exports::vinyl::collection as contract;
use contract::albums::{AlbumQuery, Listing};
use contract::enrichment::{Progress, Work};
use contract::insights::{OwnershipQuery, QuestionContext};
use contract::sync::SyncAnswer;
use contract::transfer::ImportOptions;
use contract::types::{Error, StoredRecord};
use store::{Shelf, Store};
use wit_bindgen::{FutureReader, StreamReader};

struct Collection;

impl bindings::exports::vinyl::collection::configuration::Guest for Collection {
    fn configure(values: Vec<(String, String)>) {
        guest::variables::hand_over(values);
    }
}

impl contract::albums::Guest for Collection {
    async fn list_owned(user: i64, query: AlbumQuery, known_version: Option<i64>) -> Result<Listing, Error> {
        Store::open().await?.list(user, &query, Shelf::Owned, known_version).await
    }

    async fn list_wanted(user: i64, query: AlbumQuery, known_version: Option<i64>) -> Result<Listing, Error> {
        Store::open().await?.list(user, &query, Shelf::Wanted, known_version).await
    }

    async fn get(user: i64, id: i64) -> Result<StoredRecord, Error> {
        Store::open().await?.get(user, id).await
    }

    async fn create(user: i64, document: Vec<u8>) -> Result<StoredRecord, Error> {
        albums::create(user, &document).await
    }

    async fn replace(
        user: i64,
        id: i64,
        document: Vec<u8>,
        expected_version: Option<i64>,
    ) -> Result<StoredRecord, Error> {
        albums::replace(user, id, &document, expected_version).await
    }

    async fn patch(
        user: i64,
        id: i64,
        document: Vec<u8>,
        expected_version: Option<i64>,
    ) -> Result<StoredRecord, Error> {
        albums::patch(user, id, &document, expected_version).await
    }

    async fn delete(user: i64, id: i64, expected_version: Option<i64>) -> Result<(), Error> {
        albums::delete(user, id, expected_version).await
    }

    async fn restore(user: i64, id: i64, expected_version: Option<i64>) -> Result<StoredRecord, Error> {
        albums::restore(user, id, expected_version).await
    }

    async fn empty_trash(user: i64) -> Result<i64, Error> {
        Store::open().await?.empty_trash(user).await
    }

    async fn history(user: i64, id: i64, cursor: Option<String>, limit: Option<i64>) -> Result<String, Error> {
        Store::open().await?.history(user, id, cursor.as_deref(), limit).await
    }

    async fn restore_lost_value(user: i64, id: i64, lost_id: i64) -> Result<StoredRecord, Error> {
        albums::restore_lost_value(user, id, lost_id).await
    }
}

impl contract::crates::Guest for Collection {
    async fn list_all(user: i64) -> Result<String, Error> {
        Store::open().await?.list_crates(user).await
    }

    async fn create(user: i64, document: Vec<u8>) -> Result<StoredRecord, Error> {
        crates::create(user, &document).await
    }

    async fn patch(
        user: i64,
        uid: String,
        document: Vec<u8>,
        expected_version: Option<i64>,
    ) -> Result<StoredRecord, Error> {
        crates::patch(user, &uid, &document, expected_version).await
    }

    async fn delete(user: i64, uid: String, expected_version: Option<i64>) -> Result<(), Error> {
        crates::delete(user, &uid, expected_version).await
    }
}

impl contract::sync::Guest for Collection {
    async fn sync(user: i64, document: Vec<u8>) -> Result<SyncAnswer, Error> {
        sync::sync(user, &document).await
    }

    async fn changes(user: i64, cursor: Option<i64>, limit: Option<i64>) -> Result<String, Error> {
        sync::changes(user, cursor, limit).await
    }
}

impl contract::transfer::Guest for Collection {
    async fn import_records(user: i64, options: ImportOptions, body: Vec<u8>) -> Result<String, Error> {
        import::import(user, &options, body).await
    }

    async fn export_records(
        user: i64,
        format: String,
        history: bool,
    ) -> Result<(StreamReader<u8>, FutureReader<Result<(), Error>>), Error> {
        export::export(user, &format, history).await
    }

    async fn find_copies(user: i64, discogs_ids: Vec<i64>, uids: Vec<String>) -> Result<String, Error> {
        Store::open().await?.find_copies(user, &discogs_ids, &uids).await
    }
}

impl contract::insights::Guest for Collection {
    async fn stats(user: i64) -> Result<String, Error> {
        Store::open_with_quota().await?.stats(user).await
    }

    async fn find_owned(user: i64, query: OwnershipQuery) -> Result<String, Error> {
        Store::open().await?.find_owned(user, &query).await
    }

    async fn context_for_question(
        user: i64,
        question: String,
        collection: Option<String>,
    ) -> Result<QuestionContext, Error> {
        insights::context_for_question(user, &question, collection.as_deref()).await
    }
}

impl contract::enrichment::Guest for Collection {
    async fn next(user: i64, after: i64, limit: u32) -> Result<Work, Error> {
        enrichment::next(user, after, limit).await
    }

    async fn waits(user: i64, release: i64) -> Result<bool, Error> {
        Store::open().await?.waits(user, release).await
    }

    async fn fill(user: i64, release: i64, facts: Vec<u8>) -> Result<(), Error> {
        enrichment::fill(user, release, &facts).await
    }

    async fn fail(user: i64, release: i64, code: String, reason: String, tries: u32) -> Result<(), Error> {
        Store::open().await?.record_failure(user, release, (&code, &reason), tries).await
    }

    async fn retry(user: i64) -> Result<(), Error> {
        Store::open().await?.forget_failures(user).await
    }

    async fn status(user: i64) -> Result<Progress, Error> {
        Store::open().await?.enrichment_progress(user).await
    }
}

bindings::export!(Collection with_types_in bindings);
