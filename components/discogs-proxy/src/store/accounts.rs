//! The collections of Discogs' users that accounts follow: the tables `discogs_accounts` and `discogs_copies`.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::Store;
use crate::{contract::Error, discogs::Named, error::Result};

pub struct AccountRow {
    pub username: String,
    /// Encrypted.
    pub token: Option<String>,
    pub follow: bool,
    pub names: Names,
}

/// What a user calls the folders and fields of the collection.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Names {
    #[serde(default)]
    pub folders: Vec<Named>,
    #[serde(default)]
    pub fields: Vec<Named>,
}

const FIND: &str = "SELECT username, token, follow, names FROM discogs_accounts WHERE user_id = ?1";
/// Copies of another user of Discogs are not missing from this one's collection.
const FORGET_RUNS: &str = "UPDATE discogs_copies SET run = 0 WHERE user_id = ?1 AND NOT EXISTS (
    SELECT 1 FROM discogs_accounts WHERE user_id = ?1 AND lower(username) = lower(?2))";
const PUT: &str = "INSERT INTO discogs_accounts (user_id, username, token, follow) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (user_id) DO UPDATE SET
        username = excluded.username, follow = excluded.follow,
        token = iif(lower(username) = lower(excluded.username), coalesce(excluded.token, token), excluded.token),
        complete = iif(lower(username) = lower(excluded.username), complete, 0)";
const DELETE: &str = "DELETE FROM discogs_accounts WHERE user_id = ?1";
const BEGIN: &str = "UPDATE discogs_accounts SET runs = runs + 1, names = ?2 WHERE user_id = ?1 RETURNING runs";
const COMPLETE: &str = "UPDATE discogs_accounts SET complete = max(complete, ?2) WHERE user_id = ?1";
const KEEP: &str = "INSERT INTO discogs_copies (user_id, is_want, number, uid, run)
    SELECT ?1, value ->> 'is_want', value ->> 'number', value ->> 'uid', ?2 FROM json_each(?3) WHERE true
    ON CONFLICT (user_id, is_want, number) DO UPDATE SET uid = excluded.uid, run = excluded.run";
const BOUND_COPIES: &str = "SELECT number, uid FROM discogs_copies
    WHERE user_id = ?1 AND is_want = ?2 AND number IN (SELECT value FROM json_each(?3))";
const BOUND_ALBUMS: &str = "SELECT uid FROM discogs_copies
    WHERE user_id = ?1 AND uid IN (SELECT value FROM json_each(?2))";
const GONE: &str = "SELECT uid FROM discogs_copies WHERE user_id = ?1 AND run BETWEEN 1
        AND (SELECT complete FROM discogs_accounts WHERE user_id = ?1) - 1
    LIMIT 1000";
const COUNT: &str = "SELECT count(*) FROM discogs_copies WHERE user_id = ?1 AND is_want = 0 AND run > 0
    AND run = (SELECT complete FROM discogs_accounts WHERE user_id = ?1)";

impl Store {
    pub async fn find_account(&self, user: i64) -> Result<Option<AccountRow>> {
        let Some(mut row) = self.connection.query_one(FIND, [user.into()]).await? else { return Ok(None) };
        Ok(Some(AccountRow {
            username: row.take(0)?,
            token: row.take(1)?,
            follow: row.take::<i64>(2)? == 1,
            names: serde_json::from_str(&row.take::<String>(3)?)?,
        }))
    }

    /// Replaces what the account followed. The token of the same user is kept if there is no other.
    pub async fn put_account(&self, user: i64, username: &str, token: Option<String>, follow: bool) -> Result<()> {
        self.connection
            .transaction(async || {
                self.connection.execute(FORGET_RUNS, [user.into(), username.into()]).await?;
                let parameters = [user.into(), username.into(), token.into(), i64::from(follow).into()];
                self.connection.execute(PUT, parameters).await?;
                Ok::<_, Error>(())
            })
            .await
    }

    pub async fn delete_account(&self, user: i64) -> Result<()> {
        Ok(self.connection.execute(DELETE, [user.into()]).await?)
    }

    /// Returns the number of the new run; `None` if the account follows nothing.
    pub async fn begin_run(&self, user: i64, names: &Names) -> Result<Option<i64>> {
        let row = self.connection.query_one(BEGIN, [user.into(), serde_json::to_string(names)?.into()]).await?;
        Ok(row.map(|mut row| row.take(0)).transpose()?)
    }

    pub async fn complete_run(&self, user: i64, run: i64) -> Result<()> {
        Ok(self.connection.execute(COMPLETE, [user.into(), run.into()]).await?)
    }

    /// Binds copies, a JSON array, to albums.
    pub async fn keep_copies(&self, user: i64, run: i64, copies: String) -> Result<()> {
        Ok(self.connection.execute(KEEP, [user.into(), run.into(), copies.into()]).await?)
    }

    /// The albums that these copies are bound to.
    pub async fn bound_copies(&self, user: i64, is_want: bool, numbers: &[i64]) -> Result<HashMap<i64, String>> {
        let parameters = [user.into(), i64::from(is_want).into(), serde_json::to_string(numbers)?.into()];
        let rows = self.connection.query(BOUND_COPIES, parameters).await?;
        rows.into_iter().map(|mut row| Ok((row.take(0)?, row.take(1)?))).collect()
    }

    /// Which of these albums are bound to a copy.
    pub async fn bound_albums<'a>(&self, user: i64, uids: impl Iterator<Item = &'a str>) -> Result<HashSet<String>> {
        let uids = serde_json::to_string(&uids.collect::<Vec<_>>())?;
        let rows = self.connection.query(BOUND_ALBUMS, [user.into(), uids.into()]).await?;
        rows.into_iter().map(|mut row| Ok(row.take(0)?)).collect()
    }

    /// Albums whose copies the last complete run has not seen.
    pub async fn gone(&self, user: i64) -> Result<Vec<String>> {
        let rows = self.connection.query(GONE, [user.into()]).await?;
        rows.into_iter().map(|mut row| Ok(row.take(0)?)).collect()
    }

    /// The number of copies that the last complete run has seen.
    pub async fn count_copies(&self, user: i64) -> Result<u32> {
        let row = self.connection.query_one(COUNT, [user.into()]).await?;
        let count = row.map(|mut row| row.take::<i64>(0)).transpose()?;
        Ok(count.and_then(|count| u32::try_from(count).ok()).unwrap_or_default())
    }
}
