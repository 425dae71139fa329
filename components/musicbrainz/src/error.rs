//! Conversions into the contract's error.

use std::fmt::Display;

use crate::contract::{Error, FieldError};

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl FieldError {
    pub fn new(field: &str, message: impl Into<String>) -> Self {
        Self { field: field.to_owned(), message: message.into() }
    }
}

/// A fault of the program.
pub fn internal(cause: impl Display) -> Error {
    Error::Internal(cause.to_string())
}

impl From<sqlite::Error> for Error {
    fn from(error: sqlite::Error) -> Self {
        match error {
            sqlite::Error::Unavailable(message) => Self::Unavailable(message),
            other => internal(other),
        }
    }
}

impl From<guest::Error> for Error {
    fn from(error: guest::Error) -> Self {
        match error {
            guest::Error::Misconfigured(message) => Self::Misconfigured(message),
            guest::Error::Unavailable(message) => Self::Unavailable(message),
            guest::Error::Internal(message) => Self::Internal(message),
        }
    }
}

/// Serialising one of our documents fails only by a fault of the program.
impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        internal(error)
    }
}
