//! All SQL of this component: the budget, leases, the index of the cache, covers. The database's clock counts: all instances
//! share it.

mod budget;
mod index;
mod leases;

use sqlite::Connection;

use crate::error::Result;

pub use budget::{Refused, Said};
pub use leases::Flight;

pub struct Store(Connection);

impl Store {
    pub async fn open() -> Result<Self> {
        Ok(Self(Connection::open().await?))
    }
}
