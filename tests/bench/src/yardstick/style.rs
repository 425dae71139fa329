//! Two ways to write rows as JSON with structs and serde.

use rusqlite::Error;

use super::{album::Album, store::Database};

/// How the server turns rows into JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Style {
    /// Borrow text from SQLite, and write each row before the next is read: the fastest way with typed columns and
    /// serde, and the basis of the goals
    Borrowed,
    /// Collect structs that own their text in a `Vec`, and then write it: what most people would write
    Owned,
}

impl Style {
    /// Writes albums as a JSON array. `from`, `limit` and the result are those of [`Database::list`].
    pub fn write(
        self,
        database: &Database,
        user: i64,
        from: Option<i64>,
        limit: i64,
        body: &mut Vec<u8>,
    ) -> rusqlite::Result<Option<i64>> {
        if self == Self::Owned {
            let mut albums: Vec<Album<String>> = Vec::new();
            let next = database.list(user, from, limit, |row| {
                albums.push(Album::of(row)?);
                Ok(())
            })?;
            write(body, &albums)?;
            return Ok(next);
        }
        let mut separator = b'[';
        let next = database.list(user, from, limit, |row| {
            body.push(std::mem::replace(&mut separator, b','));
            write(body, &Album::<&str>::of(row)?)
        })?;
        if separator == b'[' {
            body.push(b'[');
        }
        body.push(b']');
        Ok(next)
    }
}

fn write(body: &mut Vec<u8>, value: &impl serde::Serialize) -> rusqlite::Result<()> {
    serde_json::to_writer(body, value).map_err(|error| Error::ToSqlConversionFailure(error.into()))
}
