//! The table `request_counts`.

use std::fmt::Write as _;

use sqlite::Row;

use super::Store;
use crate::{
    contract::Error,
    limits::{Counts, Key},
};

impl Store {
    pub async fn read_counts(&self, key: Key) -> Result<Counts, Error> {
        const SQL: &str = "SELECT minute, count, previous FROM request_counts WHERE class = ?1 AND id = ?2";
        let row = self.0.query_one(SQL, [key.class.into(), key.id.into()]).await?;
        row.map_or(Ok(Counts::default()), |mut row| counts(&mut row, 0))
    }

    /// Adds requests of a minute, for all subjects in one statement, and returns what the table then has of them.
    pub async fn add_counts(&self, minute: u64, requests: &[(Key, u64)]) -> Result<Vec<(Key, Counts)>, Error> {
        const SQL: &str = "INSERT INTO request_counts (class, id, minute, count, previous)
            SELECT value ->> 0, value ->> 1, ?2, value ->> 2, 0 FROM json_each(?1) WHERE true
            ON CONFLICT (class, id) DO UPDATE SET
                previous = CASE
                    WHEN minute >= excluded.minute THEN previous
                    WHEN minute = excluded.minute - 1 THEN count
                    ELSE 0 END,
                count = iif(minute >= excluded.minute, count, 0) + excluded.count,
                minute = max(minute, excluded.minute)
            RETURNING class, id, minute, count, previous";
        let minute = i64::try_from(minute).unwrap_or_default();
        let rows = self.0.query(SQL, [json(requests).into(), minute.into()]).await?;
        rows.into_iter()
            .map(|mut row| Ok((Key { class: row.take(0)?, id: row.take(1)? }, counts(&mut row, 2)?)))
            .collect()
    }

    pub async fn delete_counts_before(&self, minute: u64) -> Result<(), Error> {
        let minute = i64::try_from(minute).unwrap_or_default();
        Ok(self.0.execute("DELETE FROM request_counts WHERE minute < ?1", [minute.into()]).await?)
    }
}

/// `[[class,id,requests],…]`.
fn json(requests: &[(Key, u64)]) -> String {
    let mut text = "[".to_owned();
    for (i, (Key { class, id }, own)) in requests.iter().enumerate() {
        let comma = if i == 0 { "" } else { "," };
        let _ = write!(text, "{comma}[{class},{id},{own}]");
    }
    text.push(']');
    text
}

fn counts(row: &mut Row, first: usize) -> Result<Counts, Error> {
    let mut number = |index| row.take::<i64>(index).map(|number| u64::try_from(number).unwrap_or_default());
    Ok(Counts { minute: number(first)?, count: number(first + 1)?, previous: number(first + 2)? })
}
