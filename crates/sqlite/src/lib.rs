//! SQLite as the components use it: a call runs one statement and returns all its rows.
//!
//! Spin reports an SQL error only after all rows have been read, in a separate future. This crate is the only place
//! that reads both, so that no caller can forget it.

use std::fmt;

pub use spin_sdk::sqlite::Value;

/// Why a statement failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// A constraint of the schema or a trigger's `RAISE` refused the statement; it wrote nothing. The text is SQLite's
    /// message: it contains the constraint's columns or name, or the text that the trigger raised.
    Constraint(String),
    /// Another writer held the lock for longer than the timeout, or the database cannot be reached, or it is full.
    Unavailable(String),
    /// Any other fault: in the statement, or no permission for the database.
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
/// Opening one costs little. Dropping it rolls back an open transaction.
pub struct Connection(spin_sdk::sqlite::Connection);

impl Connection {
    /// # Errors
    /// [`Error::Other`] if the component has no permission for the database, [`Error::Unavailable`] if it cannot be
    /// opened.
    pub async fn open() -> Result<Self> {
        Ok(Self(spin_sdk::sqlite::Connection::open_default().await.map_err(from_spin)?))
    }

    /// Runs one statement to its end and returns its rows.
    ///
    /// # Errors
    /// Each case of [`Error`]; `query_one` and `execute` fail alike.
    pub async fn query(&self, statement: &str, parameters: impl IntoIterator<Item = Value>) -> Result<Vec<Row>> {
        let result = self.0.execute(statement, parameters).await.map_err(from_spin)?;
        let rows = result.collect().await.map_err(from_spin)?;
        Ok(rows.into_iter().map(|row| Row(row.values)).collect())
    }

    /// Runs one statement and returns its first row, if there is one.
    pub async fn query_one(&self, statement: &str, parameters: impl IntoIterator<Item = Value>) -> Result<Option<Row>> {
        Ok(self.query(statement, parameters).await?.into_iter().next())
    }

    /// Runs one statement and discards its rows.
    pub async fn execute(&self, statement: &str, parameters: impl IntoIterator<Item = Value>) -> Result<()> {
        self.query(statement, parameters).await.map(drop)
    }

    /// Runs `work` within one transaction: commits if it succeeds, and rolls back if it fails or is dropped.
    ///
    /// The transaction takes the write lock at its start (`BEGIN IMMEDIATE`), because a lock that is taken between a
    /// read and a write can fail. `work` must use this connection, and no other task may use it meanwhile.
    ///
    /// # Errors
    /// The error of `work`; [`Error::Unavailable`] if another writer holds the lock for longer than its timeout.
    pub async fn transaction<T, E: From<Error>>(&self, work: impl AsyncFnOnce() -> Result<T, E>) -> Result<T, E> {
        self.execute("BEGIN IMMEDIATE", []).await?;
        let outcome = match work().await {
            Ok(value) => self.execute("COMMIT", []).await.map(|()| value).map_err(E::from),
            Err(error) => Err(error),
        };
        if outcome.is_err() {
            // If this fails too, closing the connection rolls back.
            let _ = self.execute("ROLLBACK", []).await;
        }
        outcome
    }
}

/// A row; values are taken out by their position in the `SELECT` or `RETURNING` list.
#[derive(Debug)]
pub struct Row(Vec<Value>);

impl Row {
    /// Takes the value at `index` out of the row.
    ///
    /// # Errors
    /// [`Error::Other`] if there is no such column or it has another type: a fault in the statement.
    pub fn take<T: FromValue>(&mut self, index: usize) -> Result<T> {
        let value = self.0.get_mut(index).map(|slot| std::mem::replace(slot, Value::Null));
        value
            .and_then(T::from_value)
            .ok_or_else(|| Error::Other(format!("column {index} is missing or of another type")))
    }
}

/// A type that a column's value can be converted to, without a copy.
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

fn from_spin(error: spin_sdk::sqlite::Error) -> Error {
    use spin_sdk::sqlite::Error as Spin;
    match error {
        Spin::Io(message) => classify(message),
        // libSQL's client could not be made.
        Spin::InvalidConnection => Error::Unavailable("the connection is invalid".to_owned()),
        Spin::DatabaseFull => Error::Unavailable("the database is full".to_owned()),
        other => Error::Other(other.to_string()),
    }
}

/// In the messages of a database that cannot be used now: another process locks it, or its disk has failed, is full or
/// is mounted read-only.
const AWAY: [&str; 7] =
    ["locked", "busy", "unable to open", "disk is full", "disk I/O error", "locking protocol", "readonly database"];

/// Spin passes SQLite's message, not its code. Both of its backends (in-process and libSQL) keep the message's words.
fn classify(message: String) -> Error {
    let has = |needle: &str| message.contains(needle);
    if has("constraint failed") || is_raised(&message) {
        Error::Constraint(message)
    } else if AWAY.iter().any(|words| has(words)) || is_unreachable(&message) {
        Error::Unavailable(message)
    } else {
        Error::Other(message)
    }
}

/// Whether libSQL's client could not reach its server, or lost it. Its errors for SQL are `stream error`s.
fn is_unreachable(message: &str) -> bool {
    const FAULTS: [&str; 4] = ["http error: `", "api error: `", "stream closed: `", "Failed to connect to database"];
    FAULTS.iter().any(|fault| message.contains(fault)) && !message.contains("SQLite error")
}

/// Whether a trigger raised the error. The message is then the bare name that `RAISE` was given (`version_conflict`),
/// while SQLite's own messages are sentences. libSQL puts words before the message and perhaps a quote after it.
fn is_raised(message: &str) -> bool {
    let text = message.rsplit("SQLite error: ").next().unwrap_or_default();
    let name_bytes = text.bytes().take_while(|byte| byte.is_ascii_lowercase() || *byte == b'_').count();
    let (name, rest) = text.split_at(name_bytes);
    name.contains('_') && (rest.is_empty() || rest.starts_with(['"', '\'', '`']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_classified_by_sqlites_message() {
        let kind = |message: &str| classify(message.to_owned());
        assert!(matches!(kind("UNIQUE constraint failed: users.email"), Error::Constraint(_)));
        assert!(matches!(kind("database is locked"), Error::Unavailable(_)));
        for away in ["database or disk is full", "disk I/O error", "locking protocol", "unable to open database file"] {
            assert!(matches!(kind(away), Error::Unavailable(_)), "{away}");
        }
        assert!(matches!(kind("near \"SELEC\": syntax error"), Error::Other(_)));
        assert!(matches!(kind("no such table: schema_migrations"), Error::Other(_)));
        assert!(matches!(kind("interrupted"), Error::Other(_)));
    }

    #[test]
    fn a_database_server_that_cannot_be_reached_is_unavailable() {
        for message in [
            "Hrana: `http error: `error trying to connect: tcp connect error: Connection refused (os error 111)``",
            "Hrana: `http error: `error trying to connect: dns error: failed to lookup address information``",
            "Hrana: `http error: `connection closed before message completed``",
            "Hrana: `http error: `operation timed out``",
            "Hrana: `api error: `status=503 Service Unavailable, body=``",
            "Hrana: `api error: `{\"error\":\"The stream has expired due to inactivity\"}``",
            "Hrana: `stream closed: `client is closed``",
            "Failed to connect to database: `tcp connect error`",
        ] {
            assert!(matches!(classify(message.to_owned()), Error::Unavailable(_)), "{message}");
        }
        let fault =
            "Hrana: `stream error: `Error { message: \"SQLite error: no such table: x\", code: \"SQLITE_ERROR\" }``";
        assert!(matches!(classify(fault.to_owned()), Error::Other(_)));
    }

    #[test]
    fn what_a_trigger_raises_is_a_refusal() {
        for message in [
            "version_conflict",
            "SQLite error: version_conflict",
            "Error { message: \"SQLite error: version_conflict\", code: \"SQLITE_CONSTRAINT\" }",
        ] {
            assert!(matches!(classify(message.to_owned()), Error::Constraint(_)), "{message}");
        }
    }

    #[test]
    fn a_value_of_another_type_is_refused() {
        let mut row = Row(vec![Value::Integer(7), Value::Null]);
        assert!(row.take::<String>(0).is_err());
        assert_eq!(row.take::<Option<String>>(1), Ok(None));
        assert!(row.take::<i64>(2).is_err());
    }
}
