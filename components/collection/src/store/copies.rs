//! Finds the albums that copies at Discogs may be.

use super::{Store, json_parameter};
use crate::error::Error;

/// A page of a collection has 100 copies.
const MAX_IDS: usize = 1_000;

impl Store {
    pub async fn find_copies(&self, user: i64, discogs_ids: &[i64], uids: &[String]) -> Result<String, Error> {
        const SQL: &str = "SELECT json_object(
            'version', coalesce((SELECT version FROM collections WHERE user_id = ?1), 0),
            'items', json((SELECT json_group_array(json_object(
                'id', id, 'uid', uid, 'version', version, 'discogs_id', discogs_id, 'artist', artist, 'album', album,
                'wanted', json(iif(wanted, 'true', 'false')),
                'in_trash', json(iif(deleted_at IS NULL, 'false', 'true')), 'created_at', created_at,
                'fields', json((SELECT json_group_array(key) FROM (
                    SELECT key FROM json_each(doc)
                    UNION SELECT written.key FROM ops AS earlier, json_each(earlier.patch) AS written
                    WHERE earlier.user_id = ?1 AND earlier.uid = records.uid
                        AND NOT (earlier.kind = 'create' AND written.type = 'null'))))))
            FROM records WHERE user_id = ?1 AND id IN (
                SELECT id FROM records WHERE user_id = ?1 AND type = 'album'
                    AND discogs_id IN (SELECT value FROM json_each(?2))
                UNION
                SELECT id FROM records WHERE user_id = ?1 AND type = 'album'
                    AND uid IN (SELECT value FROM json_each(?3))
                ORDER BY id LIMIT 10000))))";
        let (ids, uids) = (first(discogs_ids), first(uids));
        self.query_document(SQL, [user.into(), json_parameter(&ids)?, json_parameter(&uids)?]).await
    }
}

fn first<T>(values: &[T]) -> &[T] {
    values.get(..MAX_IDS).unwrap_or(values)
}
