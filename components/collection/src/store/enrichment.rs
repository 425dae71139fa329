//! The table `enrichment`: which albums wait for their releases; and the operations that fill them.

use super::{Store, no_row};
use crate::contract::enrichment::Progress;
use crate::error::Error;

/// The condition that an album lacks a field for which it is worth to ask Discogs.
macro_rules! lacks_a_field {
    () => {
        "records.type = 'album' AND records.deleted_at IS NULL AND (
            records.doc -> 'cover' IS NULL OR records.doc -> 'genre' IS NULL OR records.doc -> 'style' IS NULL
            OR records.doc -> 'country' IS NULL OR records.doc -> 'label' IS NULL OR records.doc -> 'catno' IS NULL
            OR records.doc -> 'barcode' IS NULL)"
    };
}

/// One statement, so that no one edits an album between the look at its fields and the operation. A list, and a part of
/// the format, is filled with its text or not at all. That a field was written is in the ledger: a replacement of the
/// whole album leaves no clock of a field that it removed.
const FILL: &str = "WITH fact (field, value, text) AS MATERIALIZED (
        SELECT key, ?3 -> key, CASE
            WHEN key IN ('genres', 'styles', 'labels') THEN rtrim(key, 's')
            WHEN key IN ('carrier', 'format_quantity', 'format_descriptions') THEN 'format'
            ELSE key END
        FROM json_each(?3) WHERE type <> 'null')
    INSERT INTO ops (user_id, op_id, device, kind, type, uid, strict, base, patch, edited_at)
    SELECT ?1, 'enrichment-' || lower(hex(randomblob(16))), 'enrichment', 'put', 'album', uid,
        CASE WHEN (SELECT bytes > ?4 FROM collections WHERE user_id = ?1) THEN NULL ELSE 0 END,
        version, patch, '1970-01-01T00:00:00.000Z'
    FROM (
        SELECT uid, version, (
            SELECT json_group_object(field, json(value)) FROM fact
            WHERE records.doc -> text IS NULL AND NOT EXISTS (
                SELECT 1 FROM ops AS earlier, json_each(earlier.patch) AS written
                WHERE earlier.user_id = ?1 AND earlier.uid = records.uid AND written.key = text
                    AND NOT (earlier.kind = 'create' AND written.type = 'null'))) AS patch
        FROM records WHERE user_id = ?1 AND discogs_id = ?2 AND type = 'album' AND deleted_at IS NULL)
    WHERE patch <> '{}'";

impl Store {
    pub async fn collection_version(&self, user: i64) -> Result<i64, Error> {
        const SQL: &str = "SELECT version FROM collections WHERE user_id = ?1";
        let row = self.connection.query_one(SQL, [user.into()]).await?;
        Ok(row.map(|mut row| row.take(0)).transpose()?.unwrap_or_default())
    }

    /// Records the albums that changed after a version and lack a field. One that was recorded with the same release
    /// number stays as it is.
    pub async fn find_lacking(&self, user: i64, after: i64) -> Result<(), Error> {
        const SQL: &str = concat!(
            "INSERT INTO enrichment (record_id, user_id, release_id, state, code, reason)
            SELECT id, user_id, discogs_id, iif(discogs_id IS NULL, 'nothing', 'waiting'),
                iif(discogs_id IS NULL, 'no_release', NULL),
                iif(discogs_id IS NULL, 'The album has no release number.', NULL)
            FROM records WHERE user_id = ?1 AND version > ?2 AND ",
            lacks_a_field!(),
            " ON CONFLICT (record_id) DO UPDATE SET release_id = excluded.release_id, state = excluded.state,
                tries = 0, code = excluded.code, reason = excluded.reason
            WHERE excluded.release_id IS NOT enrichment.release_id"
        );
        Ok(self.connection.execute(SQL, [user.into(), after.into()]).await?)
    }

    pub async fn waiting_releases(&self, user: i64, limit: u32) -> Result<Vec<i64>, Error> {
        const SQL: &str = "SELECT release_id FROM enrichment JOIN records ON id = record_id
            WHERE enrichment.user_id = ?1 AND state = 'waiting' AND deleted_at IS NULL
            ORDER BY tries, record_id DESC LIMIT ?2";
        let rows = self.connection.query(SQL, [user.into(), i64::from(limit).into()]).await?;
        rows.into_iter().map(|mut row| Ok(row.take(0)?)).collect()
    }

    pub async fn waits(&self, user: i64, release: i64) -> Result<bool, Error> {
        const SQL: &str = concat!(
            "SELECT 1 FROM records LEFT JOIN enrichment ON record_id = id AND release_id = discogs_id
            WHERE records.user_id = ?1 AND discogs_id = ?2 AND coalesce(state, 'waiting') IN ('waiting', 'failed')
                AND ",
            lacks_a_field!(),
            " LIMIT 1"
        );
        Ok(self.connection.query_one(SQL, [user.into(), release.into()]).await?.is_some())
    }

    /// Fills the albums that have this release number. `fields` were checked.
    ///
    /// # Errors
    /// `QuotaExceeded` if the account has more bytes than it may.
    pub async fn fill(&self, user: i64, release: i64, fields: &str) -> Result<(), Error> {
        let parameters = [user.into(), release.into(), fields.into(), self.quota.bytes.into()];
        Ok(self.connection.execute(FILL, parameters).await?)
    }

    /// The albums with this release number do not wait any longer. `version` is from before the fill: an album that
    /// was edited since and not filled, such as one that has just got the number, still waits.
    pub async fn end_waiting(&self, user: i64, release: i64, version: i64) -> Result<(), Error> {
        const RECORD: &str = "INSERT INTO enrichment (record_id, user_id, release_id, state)
            SELECT id, user_id, discogs_id, iif(EXISTS (
                    SELECT 1 FROM ops WHERE user_id = ?1 AND uid = records.uid AND device = 'enrichment'),
                'filled', 'nothing')
            FROM records WHERE user_id = ?1 AND discogs_id = ?2 AND type = 'album' AND deleted_at IS NULL
                AND (version <= ?3 OR EXISTS (
                    SELECT 1 FROM ops
                    WHERE user_id = ?1 AND uid = records.uid AND device = 'enrichment' AND seq > ?3))
            ON CONFLICT (record_id) DO UPDATE SET release_id = excluded.release_id, state = excluded.state,
                code = NULL, reason = NULL";
        // Of albums that have another release number since. They wait for it when they are looked at next.
        const END: &str = "UPDATE enrichment SET state = 'nothing'
            WHERE user_id = ?1 AND release_id = ?2 AND state = 'waiting'
                AND (SELECT discogs_id FROM records WHERE id = record_id) IS NOT ?2";
        self.connection.execute(RECORD, [user.into(), release.into(), version.into()]).await?;
        Ok(self.connection.execute(END, [user.into(), release.into()]).await?)
    }

    pub async fn record_failure(
        &self,
        user: i64,
        release: i64,
        (code, reason): (&str, &str),
        tries: u32,
    ) -> Result<(), Error> {
        const SQL: &str = "UPDATE enrichment
            SET tries = tries + 1, code = ?3, reason = substr(?4, 1, 500),
                state = iif(tries + 1 >= ?5, 'failed', 'waiting')
            WHERE user_id = ?1 AND release_id = ?2 AND state = 'waiting'";
        let parameters = [user.into(), release.into(), code.into(), reason.into(), i64::from(tries).into()];
        Ok(self.connection.execute(SQL, parameters).await?)
    }

    pub async fn forget_failures(&self, user: i64) -> Result<(), Error> {
        const SQL: &str = "UPDATE enrichment SET state = 'waiting', tries = 0, code = NULL, reason = NULL
            WHERE user_id = ?1 AND state = 'failed'";
        Ok(self.connection.execute(SQL, [user.into()]).await?)
    }

    pub async fn enrichment_progress(&self, user: i64) -> Result<Progress, Error> {
        const SQL: &str = "SELECT json_object('total', count(*),
                'filled', count(*) FILTER (WHERE state = 'filled'),
                'waiting', count(*) FILTER (WHERE state = 'waiting'),
                'nothing', count(*) FILTER (WHERE state = 'nothing'),
                'failed', count(*) FILTER (WHERE state = 'failed'),
                'failures', json((
                    SELECT json_group_array(json_object(
                        'id', id, 'artist', artist, 'album', album, 'code', code, 'reason', reason))
                    FROM (
                        SELECT id, artist, album, code, reason FROM enrichment JOIN records ON id = record_id
                        WHERE enrichment.user_id = ?1 AND state = 'failed' AND deleted_at IS NULL
                        ORDER BY record_id DESC LIMIT 100)))),
            count(DISTINCT iif(state = 'waiting', release_id, NULL))
            FROM enrichment JOIN records ON id = record_id
            WHERE enrichment.user_id = ?1 AND deleted_at IS NULL";
        let row = self.connection.query_one(SQL, [user.into()]).await?;
        let mut row = row.ok_or_else(no_row)?;
        let releases = u32::try_from(row.take::<i64>(1)?).unwrap_or(u32::MAX);
        Ok(Progress { document: row.take(0)?, releases })
    }
}
