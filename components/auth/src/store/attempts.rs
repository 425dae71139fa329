//! The tables `attempts` and `known_addresses`.

use sqlite::{Row, Value};

use super::{Store, now};
use crate::contract::Error;

/// Keyed hashes of the client and of what it guesses.
pub struct AttemptKeys {
    pub address: String,
    pub network: String,
    pub subject: String,
    /// The account that is guessed at, if it exists.
    pub user_id: Option<i64>,
}

/// The wrong guesses after which the next one is refused, and how long one counts (a shift of SQLite's).
pub struct AttemptLimits {
    pub address: i64,
    pub network: i64,
    pub subject: i64,
    pub window: &'static str,
}

pub struct Counts {
    pub address: Count,
    pub network: Count,
    pub subject: Count,
    /// Whether the account was signed in from this address.
    pub is_known: bool,
}

pub struct Count {
    pub wrong: i64,
    /// Until the first of them counts no more.
    pub seconds: u32,
}

/// Whether the address `?1` is known to the account `?4`.
macro_rules! is_known {
    () => {
        "EXISTS (SELECT 1 FROM known_addresses WHERE user_id = ?4 AND address = ?1)"
    };
}

/// The guesses that the column counts under the parameter, with those that are being checked.
macro_rules! guesses {
    ($column:literal, $parameter:literal) => {
        concat!(
            "(SELECT coalesce(sum(count), 0) FROM attempts WHERE ",
            $column,
            " = ",
            $parameter,
            " AND until > ",
            now!(),
            ")"
        )
    };
}

/// The wrong guesses that the column counts under the parameter, and the seconds until the first one ends.
macro_rules! wrong_guesses {
    ($column:literal, $parameter:literal) => {
        concat!(
            "(SELECT coalesce(sum(count - pending), 0) FROM attempts WHERE ",
            $column,
            " = ",
            $parameter,
            " AND until > ",
            now!(),
            "), (SELECT coalesce(unixepoch(min(until)) - unixepoch('now') + 1, 1) FROM attempts \
             WHERE ",
            $column,
            " = ",
            $parameter,
            " AND until > ",
            now!(),
            ")"
        )
    };
}

impl Store {
    /// Counts a guess, if one is left. One statement, so that simultaneous guesses are all counted.
    pub async fn insert_attempt(
        &self,
        keys: &AttemptKeys,
        limits: &AttemptLimits,
        is_pending: bool,
    ) -> Result<bool, Error> {
        let insert = concat!(
            "INSERT INTO attempts (address, subject, network, count, pending, until) \
             SELECT ?1, ?2, ?3, 1, ?9, strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ?8) WHERE ",
            guesses!("address", "?1"),
            " < ?5 AND (",
            is_known!(),
            " OR (",
            guesses!("network", "?3"),
            " < ?6 AND ",
            guesses!("subject", "?2"),
            " < ?7)) ON CONFLICT (address, subject) DO UPDATE SET \
             count = iif(until > ",
            now!(),
            ", count, 0) + 1, pending = iif(until > ",
            now!(),
            ", pending, 0) + excluded.pending, until = iif(until > ",
            now!(),
            ", until, excluded.until) RETURNING count"
        );
        let limits = [
            limits.address.into(),
            limits.network.into(),
            limits.subject.into(),
            limits.window.into(),
            i64::from(is_pending).into(),
        ];
        Ok(self.row(insert, parameters(keys).into_iter().chain(limits)).await?.is_some())
    }

    /// Counts the wrong guesses, without those that are being checked.
    pub async fn count_attempts(&self, keys: &AttemptKeys) -> Result<Counts, Error> {
        let select = concat!(
            "SELECT ",
            wrong_guesses!("address", "?1"),
            ", ",
            wrong_guesses!("network", "?3"),
            ", ",
            wrong_guesses!("subject", "?2"),
            ", ",
            is_known!()
        );
        let row = self.row(select, parameters(keys)).await?;
        let mut row = row.ok_or_else(|| Error::Internal("no row".to_owned()))?;
        Ok(Counts {
            address: count(&mut row, 0)?,
            network: count(&mut row, 2)?,
            subject: count(&mut row, 4)?,
            is_known: row.take::<i64>(6)? != 0,
        })
    }

    /// A guess that was being checked was wrong. Also deletes a few rows that count no more.
    pub async fn settle_attempt(&self, keys: &AttemptKeys) -> Result<(), Error> {
        let update = "UPDATE attempts SET pending = pending - 1 WHERE address = ?1 AND subject = ?2 AND pending > 0";
        self.run(update, [keys.address.as_str().into(), keys.subject.as_str().into()]).await?;
        let delete = concat!(
            "DELETE FROM attempts WHERE (address, subject) IN (SELECT address, subject FROM attempts WHERE until <= ",
            now!(),
            " ORDER BY until LIMIT 8)"
        );
        self.run(delete, []).await
    }

    /// A guess was right: forgets the wrong ones at this subject from this address.
    pub async fn forget_attempts(&self, keys: &AttemptKeys) -> Result<(), Error> {
        let delete = "DELETE FROM attempts WHERE address = ?1 AND subject = ?2";
        self.run(delete, [keys.address.as_str().into(), keys.subject.as_str().into()]).await
    }

    /// Remembers for 90 days that an account was signed in from an address, of the 20 latest. The caller has opened a
    /// transaction.
    pub(super) async fn remember_address(&self, user_id: i64, address: &str) -> Result<(), Error> {
        let insert = concat!(
            "INSERT INTO known_addresses (user_id, address, used_at) VALUES (?1, ?2, ",
            now!(),
            ") ON CONFLICT (user_id, address) DO UPDATE SET used_at = excluded.used_at"
        );
        self.run(insert, [user_id.into(), address.into()]).await?;
        let delete = concat!(
            "DELETE FROM known_addresses WHERE user_id = ?1 AND (used_at < ",
            now!("-90 days"),
            " OR address NOT IN
                (SELECT address FROM known_addresses WHERE user_id = ?1 ORDER BY used_at DESC LIMIT 20))"
        );
        self.run(delete, [user_id.into()]).await
    }
}

/// The parameters `?1` to `?4`.
fn parameters(keys: &AttemptKeys) -> [Value; 4] {
    let text = |text: &String| Value::from(text.as_str());
    [text(&keys.address), text(&keys.subject), text(&keys.network), keys.user_id.into()]
}

fn count(row: &mut Row, index: usize) -> Result<Count, Error> {
    let seconds = row.take::<i64>(index + 1)?;
    Ok(Count { wrong: row.take(index)?, seconds: u32::try_from(seconds.max(1)).unwrap_or(u32::MAX) })
}
