//! `spin:sqlite@3.1.0`, on pooled connections to SQLite files.
//!
//! | Module | Contents |
//! |---|---|
//! | `lock` | which processes use a database file |
//! | `disk` | the reserve of the disk |
//! | `database` | a file: its settings, its pool of connections, its single writer |
//! | `rows` | conversion of rows and parameters |
//! | `session` | a guest's connection: where and how each statement runs |

mod database;
mod disk;
mod lock;
mod rows;
mod session;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use tokio::sync::{Mutex, mpsc};
use wasmtime::{
    StoreContextMut,
    component::{
        Accessor, Destination, FutureReader, HasData, Resource, ResourceTable, StreamProducer, StreamReader,
        StreamResult, VecBuffer,
    },
};

use self::bindings::spin::sqlite::sqlite::{Host, HostConnection, HostConnectionWithStore, QueryResult};
pub use self::{
    bindings::spin::sqlite::sqlite::{Error, RowResult, Value, add_to_linker},
    database::{Database, Durability},
    disk::DiskReserve,
    lock::DatabaseLock,
    session::{Rows, Session},
};
use crate::memory::Charge;

/// Rows with fewer bytes are not counted until the guest has taken them.
const COUNTED_ROWS: usize = 64 << 10;

mod bindings {
    wasmtime::component::bindgen!({
        path: "wit",
        world: "host:imports/sqlite",
        // The blocking variants of Spin's SQLite suspend the guest, not the thread.
        imports: {
            "spin:sqlite/sqlite.[static]connection.open": async,
            "spin:sqlite/sqlite.[method]connection.execute": async,
        },
        with: {
            "spin:sqlite/sqlite.connection": super::Connection,
        },
    });
}

/// A guest's `connection`.
pub type Connection = Arc<Mutex<Session>>;

/// Gives the interface access to a store's data.
pub struct Sqlite;

/// The databases of one component and the resources of its instance.
pub struct SqliteView<'a> {
    /// By label. A label that is not in the map is answered with `access-denied`.
    pub databases: &'a BTreeMap<String, Arc<Database>>,
    pub table: &'a mut ResourceTable,
}

impl HasData for Sqlite {
    type Data<'a> = SqliteView<'a>;
}

impl SqliteView<'_> {
    fn open_database(&mut self, label: &str) -> Result<Resource<Connection>, Error> {
        let database = self.databases.get(label).ok_or(Error::AccessDenied)?;
        let session = Session::open(database);
        self.table.push(Arc::new(Mutex::new(session))).map_err(|e| Error::Io(e.to_string()))
    }

    fn connection(&self, handle: &Resource<Connection>) -> Result<Connection, Error> {
        self.table.get(handle).cloned().map_err(|_| Error::InvalidConnection)
    }
}

impl Host for SqliteView<'_> {}

impl HostConnection for SqliteView<'_> {
    async fn open(&mut self, label: String) -> Result<Resource<Connection>, Error> {
        self.open_database(&label)
    }

    async fn execute(
        &mut self,
        handle: Resource<Connection>,
        sql: String,
        parameters: Vec<Value>,
    ) -> Result<QueryResult, Error> {
        let connection = self.connection(&handle)?;
        let (columns, rows) = Session::execute(&connection, sql, parameters).await;
        Ok(QueryResult { columns, rows: rows.collect().await? })
    }

    fn last_insert_rowid(&mut self, handle: Resource<Connection>) -> i64 {
        let connection = self.connection(&handle);
        connection.map_or(0, |c| c.try_lock().map_or(0, |s| s.last_insert_rowid()))
    }

    fn changes(&mut self, handle: Resource<Connection>) -> u64 {
        let connection = self.connection(&handle);
        connection.map_or(0, |c| c.try_lock().map_or(0, |s| s.changes()))
    }

    fn drop(&mut self, handle: Resource<Connection>) -> wasmtime::Result<()> {
        self.table.delete(handle)?;
        Ok(())
    }
}

impl<T: 'static> HostConnectionWithStore<T> for Sqlite {
    async fn open_async(accessor: &Accessor<T, Self>, label: String) -> Result<Resource<Connection>, Error> {
        accessor.with(|mut access| access.get().open_database(&label))
    }

    async fn execute_async(
        accessor: &Accessor<T, Self>,
        handle: Resource<Connection>,
        sql: String,
        parameters: Vec<Value>,
    ) -> Result<(Vec<String>, StreamReader<RowResult>, FutureReader<Result<(), Error>>), Error> {
        let connection = accessor.with(|mut access| access.get().connection(&handle))?;
        let (columns, rows) = Session::execute(&connection, sql, parameters).await;
        let (stream, end) = accessor
            .with(|mut access| match rows {
                Rows::Held(rows, charge) => wasmtime::error::Ok((
                    StreamReader::new(&mut access, Held(rows, charge))?,
                    FutureReader::new(&mut access, std::future::ready(wasmtime::error::Ok(Ok(()))))?,
                )),
                Rows::Failed(error) => Ok((
                    StreamReader::new(&mut access, Vec::new())?,
                    FutureReader::new(&mut access, std::future::ready(wasmtime::error::Ok(Err(error))))?,
                )),
                Rows::Streamed(batches, end) => Ok((
                    StreamReader::new(&mut access, Batches(batches))?,
                    FutureReader::new(&mut access, async move { wasmtime::error::Ok(end.await.unwrap_or(Ok(()))) })?,
                )),
            })
            .map_err(|e| Error::Io(e.to_string()))?;
        Ok((columns, stream, end))
    }

    async fn last_insert_rowid_async(accessor: &Accessor<T, Self>, handle: Resource<Connection>) -> i64 {
        match accessor.with(|mut access| access.get().connection(&handle)) {
            Ok(connection) => connection.lock().await.last_insert_rowid(),
            Err(_) => 0,
        }
    }

    async fn changes_async(accessor: &Accessor<T, Self>, handle: Resource<Connection>) -> u64 {
        match accessor.with(|mut access| access.get().connection(&handle)) {
            Ok(connection) => connection.lock().await.changes(),
            Err(_) => 0,
        }
    }
}

/// Rows that are in memory, counted until the guest has taken them.
struct Held(Vec<RowResult>, Charge);

impl<D> StreamProducer<D> for Held {
    type Item = RowResult;
    type Buffer = VecBuffer<RowResult>;

    fn poll_produce<'a>(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: StoreContextMut<'a, D>,
        mut destination: Destination<'a, Self::Item, Self::Buffer>,
        _: bool,
    ) -> Poll<wasmtime::Result<StreamResult>> {
        if self.0.is_empty() {
            return Poll::Ready(Ok(StreamResult::Dropped));
        }
        destination.set_buffer(std::mem::take(&mut self.0).into());
        // A small result ends here: another call costs more than it is worth.
        Poll::Ready(Ok(match self.1.bytes() < COUNTED_ROWS {
            true => StreamResult::Dropped,
            false => StreamResult::Completed,
        }))
    }
}

/// Rows that arrive in batches from the thread that reads them.
struct Batches(mpsc::Receiver<Vec<RowResult>>);

impl<D> StreamProducer<D> for Batches {
    type Item = RowResult;
    type Buffer = VecBuffer<RowResult>;

    fn poll_produce<'a>(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        _: StoreContextMut<'a, D>,
        mut destination: Destination<'a, Self::Item, Self::Buffer>,
        finish: bool,
    ) -> Poll<wasmtime::Result<StreamResult>> {
        match self.0.poll_recv(context) {
            Poll::Ready(Some(batch)) => {
                destination.set_buffer(batch.into());
                Poll::Ready(Ok(StreamResult::Completed))
            }
            Poll::Ready(None) => Poll::Ready(Ok(StreamResult::Dropped)),
            Poll::Pending if finish => Poll::Ready(Ok(StreamResult::Cancelled)),
            Poll::Pending => Poll::Pending,
        }
    }
}
