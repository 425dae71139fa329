//! The history of an album, and the values that lost a merge.

use super::Store;
use crate::error::Error;

impl Store {
    /// The history of an album, newest first, also of one in the trash: `{"items":[…],"lost":[…]}`.
    pub async fn history(&self, user: i64, id: i64) -> Result<String, Error> {
        const SQL: &str = "SELECT json_object(
            'items', json((SELECT json_group_array(json_object('version', seq, 'kind', kind, 'fields', json(patch),
                    'edited_at', edited_at, 'device_id', nullif(device, ''), 'status', outcome)) FROM (
                SELECT * FROM ops WHERE user_id = ?1 AND uid = records.uid ORDER BY seq DESC LIMIT 1000))),
            'lost', json((SELECT json_group_array(json_object('id', id, 'version', seq, 'field', field,
                    'value', json(value), 'edited_at', edited_at, 'device_id', nullif(device, ''))) FROM (
                SELECT * FROM ops_lost WHERE user_id = ?1 AND uid = records.uid ORDER BY id DESC LIMIT 1000))))
            FROM records WHERE user_id = ?1 AND id = ?2 AND type = 'album'";
        let row = self.0.query_one(SQL, [user.into(), id.into()]).await?;
        Ok(row.ok_or(Error::NotFound)?.take(0)?)
    }

    /// The patch that sets a field to a value that lost a merge.
    pub async fn lost_value(&self, user: i64, id: i64, lost_id: i64) -> Result<String, Error> {
        const SQL: &str = "SELECT json_object(field, json(coalesce(value, 'null'))) FROM ops_lost
            WHERE user_id = ?1 AND id = ?3
                AND uid = (SELECT uid FROM records WHERE user_id = ?1 AND id = ?2 AND type = 'album')";
        let row = self.0.query_one(SQL, [user.into(), id.into(), lost_id.into()]).await?;
        Ok(row.ok_or(Error::NotFound)?.take(0)?)
    }
}
