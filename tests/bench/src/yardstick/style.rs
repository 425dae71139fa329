//! Rows become structs, and serde writes the structs as JSON: in either of two ways.

use rusqlite::Error;

use super::{album::Album, store::Database};

/// How much care a native server's author takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Style {
    /// Text is borrowed from SQLite, and each struct is written before the next row is read: the fastest that typed
    /// columns and serde allow, and what the goals are held against.
    Borrowed,
    /// A `Vec` of structs that own their text, written when all are read: what most would write.
    Owned,
}

impl Style {
    /// Writes albums as a JSON array; `from`, `limit` and the answer as [`Database::list`] has them.
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
