//! All SQL of this component. Times are compared by the database's clock, because all instances share it.

mod answers;
mod covers;
mod secrets;
mod turns;

use sqlite::Connection;

use crate::error::Result;

pub struct Store {
    connection: Connection,
}

impl Store {
    pub async fn open() -> Result<Self> {
        Ok(Self { connection: Connection::open().await? })
    }
}
