//! Who asks for what.

use super::Store;
use crate::{cache::Key, error::Result};

/// What became of somebody else's request.
#[derive(Debug, PartialEq, Eq)]
pub enum Flight {
    Flying,
    Failed(String),
    /// The answer is in the cache, or its holder is gone.
    Landed,
}

const ACQUIRE: &str = "INSERT INTO discogs_leases (key, holder, until)
    VALUES (?1, ?2, CAST(unixepoch('subsec') * 1000 AS INTEGER) + ?3)
    ON CONFLICT (key) DO UPDATE SET holder = excluded.holder, until = excluded.until, failure = NULL
    WHERE until <= CAST(unixepoch('subsec') * 1000 AS INTEGER)
    RETURNING holder";
const LOOK: &str = "SELECT failure FROM discogs_leases
    WHERE key = ?1 AND until > CAST(unixepoch('subsec') * 1000 AS INTEGER)";
const FAIL: &str = "UPDATE discogs_leases
    SET failure = ?3, until = CAST(unixepoch('subsec') * 1000 AS INTEGER) + ?4
    WHERE key = ?1 AND holder = ?2";
pub(super) const RELEASE: &str = "DELETE FROM discogs_leases WHERE key = ?1 AND holder = ?2";

impl Store {
    /// Whether the lease is this holder's now, for so many milliseconds.
    pub async fn acquire(&self, key: &Key, holder: &str, duration: i64) -> Result<bool> {
        let parameters = [key.as_str().into(), holder.into(), duration.into()];
        Ok(self.0.query_one(ACQUIRE, parameters).await?.is_some())
    }

    pub async fn flight(&self, key: &Key) -> Result<Flight> {
        Ok(match self.0.query_one(LOOK, [key.as_str().into()]).await? {
            None => Flight::Landed,
            Some(mut row) => row.take::<Option<String>>(0)?.map_or(Flight::Flying, Flight::Failed),
        })
    }

    /// Lets all who want the same fail alike, for so many milliseconds.
    pub async fn fail(&self, key: &Key, holder: &str, failure: String, duration: i64) -> Result<()> {
        Ok(self.0.execute(FAIL, [key.as_str().into(), holder.into(), failure.into(), duration.into()]).await?)
    }

    pub async fn release(&self, key: &Key, holder: &str) -> Result<()> {
        Ok(self.0.execute(RELEASE, [key.as_str().into(), holder.into()]).await?)
    }
}
