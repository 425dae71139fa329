//! Leases: which instance is asking Discogs for which answer. The table `discogs_leases`.

use super::Store;
use crate::{cache::CacheKey, error::Result};

/// The state of another request for the same answer.
#[derive(Debug, PartialEq, Eq)]
pub enum LeaseState {
    /// The request is in progress.
    Held,
    /// The request failed, with this text.
    Failed(String),
    /// The request has ended and its answer is in the cache; or its holder has died.
    Free,
}

const ACQUIRE: &str = "INSERT INTO discogs_leases (key, holder, until)
    VALUES (?1, ?2, CAST(unixepoch('subsec') * 1000 AS INTEGER) + ?3)
    ON CONFLICT (key) DO UPDATE SET holder = excluded.holder, until = excluded.until, failure = NULL
    WHERE until <= CAST(unixepoch('subsec') * 1000 AS INTEGER)
    RETURNING holder";
const FIND: &str = "SELECT failure FROM discogs_leases
    WHERE key = ?1 AND until > CAST(unixepoch('subsec') * 1000 AS INTEGER)";
const FAIL: &str = "UPDATE discogs_leases
    SET failure = ?3, until = CAST(unixepoch('subsec') * 1000 AS INTEGER) + ?4
    WHERE key = ?1 AND holder = ?2";
const RELEASE: &str = "DELETE FROM discogs_leases WHERE key = ?1 AND holder = ?2";
const DELETE_ABANDONED: &str =
    "DELETE FROM discogs_leases WHERE until <= CAST(unixepoch('subsec') * 1000 AS INTEGER) - 60000";

impl Store {
    /// Tries to take the lease for `duration` milliseconds; returns whether `holder` has it now.
    pub async fn acquire_lease(&self, key: &CacheKey, holder: &str, duration: i64) -> Result<bool> {
        let parameters = [key.as_str().into(), holder.into(), duration.into()];
        Ok(self.connection.query_one(ACQUIRE, parameters).await?.is_some())
    }

    pub async fn lease_state(&self, key: &CacheKey) -> Result<LeaseState> {
        Ok(match self.connection.query_one(FIND, [key.as_str().into()]).await? {
            None => LeaseState::Free,
            Some(mut row) => row.take::<Option<String>>(0)?.map_or(LeaseState::Held, LeaseState::Failed),
        })
    }

    /// Records that the request failed. For `duration` milliseconds every other request for this key fails alike.
    pub async fn fail_lease(&self, key: &CacheKey, holder: &str, failure: String, duration: i64) -> Result<()> {
        let parameters = [key.as_str().into(), holder.into(), failure.into(), duration.into()];
        Ok(self.connection.execute(FAIL, parameters).await?)
    }

    pub async fn release_lease(&self, key: &CacheKey, holder: &str) -> Result<()> {
        Ok(self.connection.execute(RELEASE, [key.as_str().into(), holder.into()]).await?)
    }

    /// Deletes leases that ran out a minute ago or earlier: their holders died.
    pub async fn delete_abandoned_leases(&self) -> Result<()> {
        Ok(self.connection.execute(DELETE_ABANDONED, []).await?)
    }
}
