//! All SQL of this component. Times are compared by the database's clock, because all instances share it.

mod accounts;
mod budget;
mod cache_index;
mod covers;
mod leases;
mod secrets;

use sqlite::Connection;

use crate::error::Result;

pub use accounts::{AccountRow, Names};
pub use budget::{BudgetExhausted, RateLimitHeaders};
pub use leases::LeaseState;

pub struct Store {
    connection: Connection,
}

impl Store {
    pub async fn open() -> Result<Self> {
        Ok(Self { connection: Connection::open().await? })
    }
}
