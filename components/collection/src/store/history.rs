//! The history of an album, and the values that lost a merge.

use super::page::MAX_LIMIT;
use super::{MAX_PAGE, Store};
use crate::error::{Error, FieldError};

impl Store {
    /// A page of the history of an album, newest first, also of one in the trash:
    /// `{"items":[…],"lost":[…],"next_cursor":…}`. A lost value is on the page of the operation whose merge it lost.
    /// The cursor is the version before which the page begins.
    pub async fn history(&self, user: i64, id: i64, cursor: Option<&str>, limit: Option<i64>) -> Result<String, Error> {
        const SQL: &str = "WITH
            sized AS MATERIALIZED (
                SELECT seq, 250 + octet_length(patch) + coalesce(
                    (SELECT sum(200 + coalesce(octet_length(value), 0)) FROM ops_lost WHERE ops_lost.seq = ops.seq),
                    0) AS bytes
                FROM ops WHERE user_id = ?1 AND seq < ?3
                    AND uid = (SELECT uid FROM records WHERE user_id = ?1 AND id = ?2 AND type = 'album')
                ORDER BY seq DESC LIMIT ?4 + 1),
            counted AS (
                SELECT seq, row_number() OVER (ORDER BY seq DESC) AS place, sum(bytes) OVER (ORDER BY seq DESC) AS total
                FROM sized),
            page AS MATERIALIZED (SELECT seq FROM counted WHERE place = 1 OR (place <= ?4 AND total <= ?5))
            SELECT json_object(
                'items', json((
                    SELECT json_group_array(json_object('version', seq, 'kind', kind, 'fields', json(patch),
                        'edited_at', edited_at, 'device_id', nullif(device, ''), 'status', outcome)) FROM (
                    SELECT ops.* FROM page CROSS JOIN ops USING (seq) ORDER BY seq DESC))),
                'lost', json((
                    SELECT json_group_array(json_object('id', id, 'version', seq, 'field', field,
                        'value', json(value), 'edited_at', edited_at, 'device_id', nullif(device, ''))) FROM (
                    SELECT ops_lost.* FROM page CROSS JOIN ops_lost USING (seq) ORDER BY id DESC))),
                'next_cursor', CASE WHEN (SELECT count(*) FROM sized) > (SELECT count(*) FROM page)
                    THEN CAST((SELECT min(seq) FROM page) AS TEXT) END)
            FROM records WHERE user_id = ?1 AND id = ?2 AND type = 'album'";
        let (before, limit) = parse_page(cursor, limit)?;
        let parameters = [user.into(), id.into(), before.into(), limit.into(), MAX_PAGE.into()];
        let row = self.connection.query_one(SQL, parameters).await?;
        Ok(row.ok_or(Error::NotFound)?.take(0)?)
    }

    /// The patch that sets a field to a value that lost a merge.
    pub async fn lost_value(&self, user: i64, id: i64, lost_id: i64) -> Result<String, Error> {
        const SQL: &str = "SELECT json_object(field, json(coalesce(value, 'null'))) FROM ops_lost
            WHERE user_id = ?1 AND id = ?3
                AND uid = (SELECT uid FROM records WHERE user_id = ?1 AND id = ?2 AND type = 'album')";
        let row = self.connection.query_one(SQL, [user.into(), id.into(), lost_id.into()]).await?;
        Ok(row.ok_or(Error::NotFound)?.take(0)?)
    }
}

/// The version before which the page begins, and the number of operations on it.
fn parse_page(cursor: Option<&str>, limit: Option<i64>) -> Result<(i64, i64), Error> {
    let mut faults = Vec::new();
    let parse = |text: &str| text.parse().ok().filter(|version: &i64| *version > 0 && version.to_string() == text);
    let before = cursor.map_or(Some(i64::MAX), parse);
    if before.is_none() {
        faults.push(FieldError::new("cursor", "is not a cursor of this list"));
    }
    let limit = limit.unwrap_or(MAX_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        faults.push(FieldError::new("limit", format!("must be a whole number from 1 to {MAX_LIMIT}")));
    }
    Error::check((before.unwrap_or_default(), limit), faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_begins_at_its_cursor() {
        assert_eq!(parse_page(None, None), Ok((i64::MAX, 1_000)));
        assert_eq!(parse_page(Some("7"), Some(2)), Ok((7, 2)));
        for (cursor, limit) in [(Some("x"), None), (Some("+1"), None), (Some(""), None), (None, Some(0))] {
            assert!(parse_page(cursor, limit).is_err(), "{cursor:?}");
        }
    }
}
