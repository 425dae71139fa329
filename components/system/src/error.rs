//! Conversions into the contract's error.

use crate::contract::Error;

impl From<sqlite::Error> for Error {
    fn from(error: sqlite::Error) -> Self {
        match error {
            sqlite::Error::Unavailable(message) => Self::Unavailable(message),
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<guest::Error> for Error {
    fn from(error: guest::Error) -> Self {
        Self::Internal(error.to_string())
    }
}
