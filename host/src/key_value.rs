//! `spin:key-value@3.0.0`, kept in SQLite in the same table as Spin's.

use std::{collections::BTreeMap, sync::Arc};

use tokio::sync::Mutex;
use wasmtime::component::{Accessor, FutureReader, HasData, Resource, ResourceTable, StreamReader};

pub use self::bindings::spin::key_value::key_value::add_to_linker;
use self::bindings::spin::key_value::key_value::{Error, Host, HostStore, HostStoreWithStore};
use crate::sqlite::{self, Database, RowResult, Session, Value};

mod bindings {
    wasmtime::component::bindgen!({
        path: "wit",
        world: "host:imports/key-value",
        imports: {
            "spin:key-value/key-value.[method]store.get-keys": trappable,
        },
        with: {
            "spin:key-value/key-value.store": super::Store,
        },
    });
}

/// Spin's own table, so that each host can read the other's file.
pub const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS spin_key_value (
    store TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (store, key))";
const GET: &str = "SELECT value FROM spin_key_value WHERE store = ?1 AND key = ?2";
const EXISTS: &str = "SELECT 1 FROM spin_key_value WHERE store = ?1 AND key = ?2";
const SET: &str = "INSERT INTO spin_key_value (store, key, value) VALUES (?1, ?2, ?3)
    ON CONFLICT (store, key) DO UPDATE SET value = excluded.value";
const DELETE: &str = "DELETE FROM spin_key_value WHERE store = ?1 AND key = ?2";
const KEYS: &str = "SELECT key FROM spin_key_value WHERE store = ?1";

/// Gives the interface access to a store's data.
pub struct KeyValue;

/// The key-value stores of one component and the resources of its instance.
pub struct KeyValueView<'a> {
    /// By label. A label that is not in the map is answered with `access-denied`.
    pub stores: &'a BTreeMap<String, Arc<Database>>,
    pub table: &'a mut ResourceTable,
}

impl HasData for KeyValue {
    type Data<'a> = KeyValueView<'a>;
}

/// A guest's open store.
#[derive(Clone)]
pub struct Store {
    label: String,
    database: Arc<Database>,
}

impl Store {
    /// Runs a statement; its first parameter is the label of the store.
    async fn run(&self, sql: &str, mut parameters: Vec<Value>) -> Result<Vec<RowResult>, Error> {
        parameters.insert(0, Value::Text(self.label.clone()));
        let session = Arc::new(Mutex::new(Session::open(&self.database)));
        let (_, rows) = Session::execute(&session, sql.to_owned(), parameters).await;
        rows.collect().await.map_err(into_error)
    }
}

impl Host for KeyValueView<'_> {}

impl HostStore for KeyValueView<'_> {
    fn drop(&mut self, store: Resource<Store>) -> wasmtime::Result<()> {
        self.table.delete(store)?;
        Ok(())
    }
}

fn store<T: 'static>(accessor: &Accessor<T, KeyValue>, handle: &Resource<Store>) -> Result<Store, Error> {
    accessor.with(|mut access| access.get().table.get(handle).cloned()).map_err(|_| Error::NoSuchStore)
}

impl<T: 'static> HostStoreWithStore<T> for KeyValue {
    async fn open(accessor: &Accessor<T, Self>, label: String) -> Result<Resource<Store>, Error> {
        accessor.with(|mut access| {
            let view = access.get();
            let database = view.stores.get(&label).ok_or(Error::AccessDenied)?.clone();
            view.table.push(Store { label, database }).map_err(|_| Error::StoreTableFull)
        })
    }

    async fn get(accessor: &Accessor<T, Self>, handle: Resource<Store>, key: String) -> Result<Option<Vec<u8>>, Error> {
        let rows = store(accessor, &handle)?.run(GET, vec![Value::Text(key)]).await?;
        Ok(match rows.into_iter().next().and_then(first_value) {
            Some(Value::Blob(bytes)) => Some(bytes),
            Some(Value::Text(text)) => Some(text.into_bytes()),
            _ => None,
        })
    }

    async fn set(
        accessor: &Accessor<T, Self>,
        handle: Resource<Store>,
        key: String,
        value: Vec<u8>,
    ) -> Result<(), Error> {
        let parameters = vec![Value::Text(key), Value::Blob(value)];
        store(accessor, &handle)?.run(SET, parameters).await.map(drop)
    }

    async fn delete(accessor: &Accessor<T, Self>, handle: Resource<Store>, key: String) -> Result<(), Error> {
        store(accessor, &handle)?.run(DELETE, vec![Value::Text(key)]).await.map(drop)
    }

    async fn exists(accessor: &Accessor<T, Self>, handle: Resource<Store>, key: String) -> Result<bool, Error> {
        let rows = store(accessor, &handle)?.run(EXISTS, vec![Value::Text(key)]).await?;
        Ok(!rows.is_empty())
    }

    async fn get_keys(
        accessor: &Accessor<T, Self>,
        handle: Resource<Store>,
    ) -> wasmtime::Result<(StreamReader<String>, FutureReader<Result<(), Error>>)> {
        let (keys, end) = match store(accessor, &handle) {
            Ok(store) => match store.run(KEYS, Vec::new()).await {
                Ok(rows) => (rows.into_iter().filter_map(first_text).collect::<Vec<_>>(), Ok(())),
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

fn first_value(row: RowResult) -> Option<Value> {
    row.values.into_iter().next()
}

fn first_text(row: RowResult) -> Option<String> {
    match first_value(row) {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    }
}

fn into_error(error: sqlite::Error) -> Error {
    match error {
        sqlite::Error::Io(message) => Error::Other(message),
        error => Error::Other(format!("{error:?}")),
    }
}
