//! Removes rows that count no more, of all accounts.

use super::{Store, now};
use crate::contract::Error;

/// Finds at most 1,000 ids of rows as a JSON array, and their number. A search without an index that only reads keeps
/// no one from writing.
macro_rules! find {
    ($id:literal, $table:literal, $condition:expr) => {
        concat!(
            "SELECT json_group_array(json(id)), count(*) FROM (SELECT ",
            $id,
            " AS id FROM ",
            $table,
            " WHERE ",
            $condition,
            " LIMIT 1000)"
        )
    };
}

/// How to find expired rows, and how to delete those that are still expired then.
const EXPIRED: [(&str, &str); 4] = [
    (
        find!("json_quote(id)", "sessions", concat!("expires_at <= ", now!())),
        concat!("DELETE FROM sessions WHERE id IN (SELECT value FROM json_each(?1)) AND expires_at <= ", now!()),
    ),
    (
        find!("json_array(address, subject)", "attempts", concat!("until <= ", now!())),
        concat!(
            "DELETE FROM attempts WHERE (address, subject) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?1))
                AND until <= ",
            now!()
        ),
    ),
    (
        find!("json_quote(id)", "invitations", concat!("expires_at < ", now!("-30 days"))),
        "DELETE FROM invitations WHERE id IN (SELECT value FROM json_each(?1))",
    ),
    (
        find!("json_array(user_id, address)", "known_addresses", concat!("used_at < ", now!("-90 days"))),
        concat!(
            "DELETE FROM known_addresses
            WHERE (user_id, address) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?1)) AND used_at < ",
            now!("-90 days")
        ),
    ),
];

impl Store {
    /// Returns the number of rows that were found.
    pub async fn delete_expired(&self) -> Result<u32, Error> {
        let mut removed = 0;
        for (find, delete) in EXPIRED {
            let row = self.row(find, []).await?;
            let mut row = row.ok_or_else(|| Error::Internal("no row".to_owned()))?;
            let (ids, count): (String, i64) = (row.take(0)?, row.take(1)?);
            if count > 0 {
                self.run(delete, [ids.into()]).await?;
            }
            removed += u32::try_from(count).unwrap_or_default();
        }
        Ok(removed)
    }
}
