//! SQLite as the components use it: one statement in, all its rows out.
//!
//! Spin reports an SQL error only after the rows have been drained, in a future of its own. This crate is the one place
//! that does so, so that no caller can forget it.

use std::fmt;

pub use spin_sdk::sqlite::Value;

/// Why a statement failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// A constraint of the schema, or a trigger's `RAISE`, refused the statement; nothing of it was written.
    /// The text is SQLite's message, which holds the constraint's or the trigger's name.
    Constraint(String),
    /// The database is locked by another writer for longer than its timeout, or cannot be reached.
    Unavailable(String),
    /// Anything else: a fault in the statement, no permission, a full disk.
    Other(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constraint(message) => write!(f, "constraint: {message}"),
            Self::Unavailable(message) => write!(f, "database unavailable: {message}"),
            Self::Other(message) => write!(f, "database error: {message}"),
        }
    }
}

impl std::error::Error for Error {}

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An open connection to the database `default`.
///
/// It costs little to open. A transaction (`BEGIN IMMEDIATE` … `COMMIT`) lives on one connection; dropping the
/// connection rolls it back.
pub struct Connection(spin_sdk::sqlite::Connection);

impl Connection {
    /// # Errors
    /// [`Error::Other`] if the component has no permission for the database, [`Error::Unavailable`] if it cannot be opened.
    pub async fn open() -> Result<Self> {
        Ok(Self(spin_sdk::sqlite::Connection::open_default().await.map_err(from_spin)?))
    }

    /// Runs one statement to its end and returns its rows.
    pub async fn query(&self, statement: &str, parameters: impl IntoIterator<Item = Value>) -> Result<Vec<Row>> {
        let result = self.0.execute(statement, parameters).await.map_err(from_spin)?;
        let rows = result.collect().await.map_err(from_spin)?;
        Ok(rows.into_iter().map(|row| Row(row.values)).collect())
    }

    /// Runs one statement and returns its first row, if there is one.
    pub async fn query_one(&self, statement: &str, parameters: impl IntoIterator<Item = Value>) -> Result<Option<Row>> {
        Ok(self.query(statement, parameters).await?.into_iter().next())
    }

    /// Runs one statement whose rows do not matter.
    pub async fn execute(&self, statement: &str, parameters: impl IntoIterator<Item = Value>) -> Result<()> {
        self.query(statement, parameters).await.map(drop)
    }
}

/// A row; values are taken out by their position in the `SELECT` or `RETURNING` list.
#[derive(Debug)]
pub struct Row(Vec<Value>);

impl Row {
    /// Takes the value at `index` out of the row.
    ///
    /// # Errors
    /// [`Error::Other`] if there is no such column or it is of another type: a fault in the statement.
    pub fn take<T: FromValue>(&mut self, index: usize) -> Result<T> {
        let value = self.0.get_mut(index).map(|slot| std::mem::replace(slot, Value::Null));
        value.and_then(T::from_value).ok_or_else(|| Error::Other(format!("column {index} is not as expected")))
    }
}

/// What a column's value can become, without a copy.
pub trait FromValue: Sized {
    /// `None` if `value` is of another type.
    fn from_value(value: Value) -> Option<Self>;
}

impl FromValue for i64 {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Integer(number) => Some(number),
            _ => None,
        }
    }
}

impl FromValue for String {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// A blob, or the bytes of a text.
impl FromValue for Vec<u8> {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Blob(bytes) => Some(bytes),
            Value::Text(text) => Some(text.into_bytes()),
            _ => None,
        }
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}

/// SQLite's own words tell the kinds apart: Spin passes a message, not a code. Both backends (in-process and libSQL) hold
/// these words in it.
fn from_spin(error: spin_sdk::sqlite::Error) -> Error {
    use spin_sdk::sqlite::Error as Spin;
    match error {
        Spin::Io(message) => classify(message),
        Spin::DatabaseFull => Error::Unavailable("the database is full".to_owned()),
        other => Error::Other(other.to_string()),
    }
}

fn classify(message: String) -> Error {
    let has = |needle: &str| message.contains(needle);
    if has("constraint failed") || RAISED.iter().any(|name| has(name)) {
        Error::Constraint(message)
    } else if has("locked") || has("busy") || has("unable to open") {
        Error::Unavailable(message)
    } else {
        Error::Other(message)
    }
}

/// What triggers raise (`migrations/`); their message is this name alone.
const RAISED: [&str; 2] = ["record_not_found", "version_conflict"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_told_by_sqlites_words() {
        let kind = |message: &str| classify(message.to_owned());
        assert!(matches!(kind("UNIQUE constraint failed: users.email"), Error::Constraint(_)));
        assert!(matches!(kind("version_conflict"), Error::Constraint(_)));
        assert!(matches!(kind("database is locked"), Error::Unavailable(_)));
        assert!(matches!(kind("near \"SELEC\": syntax error"), Error::Other(_)));
    }

    #[test]
    fn a_value_of_another_type_is_refused() {
        let mut row = Row(vec![Value::Integer(7), Value::Null]);
        assert!(row.take::<String>(0).is_err());
        assert_eq!(row.take::<Option<String>>(1), Ok(None));
        assert!(row.take::<i64>(2).is_err());
    }
}
