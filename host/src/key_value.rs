//! `spin:key-value@3.0.0`, kept in SQLite in the table that Spin keeps it in.

use std::sync::Arc;

use tokio::sync::Mutex;
use wasmtime::component::{Accessor, FutureReader, Resource, StreamReader};

use crate::bindings::spin::key_value::key_value::{Error, Host, HostStore, HostStoreWithStore};
use crate::bindings::spin::sqlite::sqlite::{Error as SqlError, RowResult, Value};
use crate::database::Database;
use crate::session::{Rows, Session};
use crate::state::{Spin, State};

/// Spin's own table, so that both hosts read each other's file.
pub const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS spin_key_value (
    store TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (store, key))";
const GET: &str = "SELECT value FROM spin_key_value WHERE store = ?1 AND key = ?2";
const EXISTS: &str = "SELECT 1 FROM spin_key_value WHERE store = ?1 AND key = ?2";
const SET: &str = "INSERT INTO spin_key_value (store, key, value) VALUES (?1, ?2, ?3)
    ON CONFLICT (store, key) DO UPDATE SET value = excluded.value";
const DELETE: &str = "DELETE FROM spin_key_value WHERE store = ?1 AND key = ?2";
const KEYS: &str = "SELECT key FROM spin_key_value WHERE store = ?1";

/// A guest's open store.
#[derive(Clone)]
pub struct Store {
    label: String,
    database: Arc<Database>,
}

impl Store {
    async fn run(&self, sql: &str, mut more: Vec<Value>) -> Result<Vec<RowResult>, Error> {
        let session = Session::open(&self.database);
        more.insert(0, Value::Text(self.label.clone()));
        let session = Arc::new(Mutex::new(session));
        match Session::execute(&session, sql.to_owned(), more).await.1 {
            Rows::Held(rows, end) => end.map(|()| rows).map_err(other),
            Rows::Streamed(mut batches, end) => {
                let mut rows = Vec::new();
                while let Some(batch) = batches.recv().await {
                    rows.extend(batch);
                }
                end.await.unwrap_or(Ok(())).map(|()| rows).map_err(other)
            }
        }
    }
}

impl Host for State {}

impl HostStore for State {
    fn drop(&mut self, store: Resource<Store>) -> wasmtime::Result<()> {
        self.table.delete(store)?;
        Ok(())
    }
}

fn store(accessor: &Accessor<State, Spin>, handle: &Resource<Store>) -> Result<Store, Error> {
    accessor.with(|mut access| access.get().table.get(handle).cloned()).map_err(|_| Error::NoSuchStore)
}

impl HostStoreWithStore<State> for Spin {
    async fn open(accessor: &Accessor<State, Self>, label: String) -> Result<Resource<Store>, Error> {
        accessor.with(|mut access| {
            let state = access.get();
            let database = state.app.stores.get(&label).ok_or(Error::AccessDenied)?.clone();
            state.table.push(Store { label, database }).map_err(|_| Error::StoreTableFull)
        })
    }

    async fn get(
        accessor: &Accessor<State, Self>,
        handle: Resource<Store>,
        key: String,
    ) -> Result<Option<Vec<u8>>, Error> {
        let rows = store(accessor, &handle)?.run(GET, vec![Value::Text(key)]).await?;
        let value = rows.into_iter().next().and_then(|row| row.values.into_iter().next());
        Ok(match value {
            Some(Value::Blob(bytes)) => Some(bytes),
            Some(Value::Text(text)) => Some(text.into_bytes()),
            _ => None,
        })
    }

    async fn set(
        accessor: &Accessor<State, Self>,
        handle: Resource<Store>,
        key: String,
        value: Vec<u8>,
    ) -> Result<(), Error> {
        let parameters = vec![Value::Text(key), Value::Blob(value)];
        store(accessor, &handle)?.run(SET, parameters).await.map(drop)
    }

    async fn delete(accessor: &Accessor<State, Self>, handle: Resource<Store>, key: String) -> Result<(), Error> {
        store(accessor, &handle)?.run(DELETE, vec![Value::Text(key)]).await.map(drop)
    }

    async fn exists(accessor: &Accessor<State, Self>, handle: Resource<Store>, key: String) -> Result<bool, Error> {
        let rows = store(accessor, &handle)?.run(EXISTS, vec![Value::Text(key)]).await?;
        Ok(!rows.is_empty())
    }

    async fn get_keys(
        accessor: &Accessor<State, Self>,
        handle: Resource<Store>,
    ) -> wasmtime::Result<(StreamReader<String>, FutureReader<Result<(), Error>>)> {
        let (keys, end) = match store(accessor, &handle) {
            Ok(store) => match store.run(KEYS, Vec::new()).await {
                Ok(rows) => (rows.into_iter().filter_map(text).collect::<Vec<_>>(), Ok(())),
                Err(error) => (Vec::new(), Err(error)),
            },
            Err(error) => (Vec::new(), Err(error)),
        };
        accessor.with(|mut access| {
            Ok((
                StreamReader::new(&mut access, keys)?,
                FutureReader::new(&mut access, std::future::ready(wasmtime::error::Ok(end)))?,
            ))
        })
    }
}

fn text(row: RowResult) -> Option<String> {
    match row.values.into_iter().next() {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    }
}

fn other(error: SqlError) -> Error {
    match error {
        SqlError::Io(message) => Error::Other(message),
        error => Error::Other(format!("{error:?}")),
    }
}
