//! `spin:sqlite@3.1.0`: what guests call, on top of [`crate::session`].

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::{Mutex, mpsc};
use wasmtime::StoreContextMut;
use wasmtime::component::{
    Accessor, Destination, FutureReader, Resource, StreamProducer, StreamReader, StreamResult, VecBuffer,
};

use crate::bindings::spin::sqlite::sqlite::Value;
use crate::bindings::spin::sqlite::sqlite::{
    Error, Host, HostConnection, HostConnectionWithStore, QueryResult, RowResult,
};
use crate::session::{Rows, Session};
use crate::state::{Spin, State};

/// A guest's `connection`.
pub type Connection = Arc<Mutex<Session>>;

impl State {
    fn open_database(&mut self, label: &str) -> Result<Resource<Connection>, Error> {
        let database = self.app.databases.get(label).ok_or(Error::AccessDenied)?;
        let session = Session::open(database);
        self.table.push(Arc::new(Mutex::new(session))).map_err(|e| Error::Io(e.to_string()))
    }

    fn connection(&self, handle: &Resource<Connection>) -> Result<Connection, Error> {
        self.table.get(handle).cloned().map_err(|_| Error::InvalidConnection)
    }
}

impl Host for State {}

impl HostConnection for State {
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
        let rows = match rows {
            Rows::Held(rows, end) => end.map(|()| rows)?,
            Rows::Streamed(mut batches, end) => {
                let mut rows = Vec::new();
                while let Some(batch) = batches.recv().await {
                    rows.extend(batch);
                }
                end.await.unwrap_or(Ok(())).map(|()| rows)?
            }
        };
        Ok(QueryResult { columns, rows })
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

impl HostConnectionWithStore<State> for Spin {
    async fn open_async(accessor: &Accessor<State, Self>, label: String) -> Result<Resource<Connection>, Error> {
        accessor.with(|mut access| access.get().open_database(&label))
    }

    async fn execute_async(
        accessor: &Accessor<State, Self>,
        handle: Resource<Connection>,
        sql: String,
        parameters: Vec<Value>,
    ) -> Result<(Vec<String>, StreamReader<RowResult>, FutureReader<Result<(), Error>>), Error> {
        let connection = accessor.with(|mut access| access.get().connection(&handle))?;
        let (columns, rows) = Session::execute(&connection, sql, parameters).await;
        let (stream, end) = accessor
            .with(|mut access| match rows {
                Rows::Held(rows, end) => wasmtime::error::Ok((
                    StreamReader::new(&mut access, rows)?,
                    FutureReader::new(&mut access, std::future::ready(wasmtime::error::Ok(end)))?,
                )),
                Rows::Streamed(batches, end) => Ok((
                    StreamReader::new(&mut access, Batches(batches))?,
                    FutureReader::new(&mut access, async move { wasmtime::error::Ok(end.await.unwrap_or(Ok(()))) })?,
                )),
            })
            .map_err(|e| Error::Io(e.to_string()))?;
        Ok((columns, stream, end))
    }

    async fn last_insert_rowid_async(accessor: &Accessor<State, Self>, handle: Resource<Connection>) -> i64 {
        match accessor.with(|mut access| access.get().connection(&handle)) {
            Ok(connection) => connection.lock().await.last_insert_rowid(),
            Err(_) => 0,
        }
    }

    async fn changes_async(accessor: &Accessor<State, Self>, handle: Resource<Connection>) -> u64 {
        match accessor.with(|mut access| access.get().connection(&handle)) {
            Ok(connection) => connection.lock().await.changes(),
            Err(_) => 0,
        }
    }
}

/// Rows that arrive in batches from the thread that reads them.
struct Batches(mpsc::Receiver<Vec<RowResult>>);

impl StreamProducer<State> for Batches {
    type Item = RowResult;
    type Buffer = VecBuffer<RowResult>;

    fn poll_produce<'a>(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        _: StoreContextMut<'a, State>,
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
